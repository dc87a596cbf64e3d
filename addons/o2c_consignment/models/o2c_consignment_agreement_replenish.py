from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import plaintext2html


class O2cConsignmentAgreement(models.Model):
    """Consigned goods are ordered by their own levels, apart from our own."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.agreement"

    user_id = fields.Many2one(
        "res.users",
        string="Buyer",
        default=lambda self: self.env.user,
        check_company=True,
        tracking=True,
        help="Is told when goods of the consignor run low.",
    )
    place_ids = fields.One2many(
        "o2c.consignment.agreement.place",
        "agreement_id",
        string="Levels by Place",
        copy=True,
    )

    def action_replenish(self):
        """Draft consignment orders that fill every place up to its maximum.

        One order for each warehouse; what is ordered already counts as there.

        :raises UserError: no agreement in force, or nothing is low
        :return: action that opens the drafts
        """
        orders = self.env["purchase.order"]
        for agreement in self:
            if agreement.state != "active":
                raise UserError(
                    self.env._("%(name)s is not in force.", name=agreement.display_name)
                )
            wanted = agreement.place_ids.filtered("to_order")
            for warehouse, places in wanted.grouped(
                lambda place: place.location_id.warehouse_id
            ).items():
                orders |= orders.create(
                    agreement._prepare_replenishment(warehouse, places)
                )
        if not orders:
            raise UserError(
                self.env._("Nothing is below its minimum, counting what was ordered.")
            )
        return orders._get_records_action()

    def _prepare_replenishment(self, warehouse, places):
        self.ensure_one()
        outside = places.filtered(
            lambda place: not warehouse or not place._receiving_places(warehouse)
        )
        if outside:
            raise UserError(
                self.env._(
                    "Nobody can receive in %(places)s: choose a place inside the stock "
                    "of a warehouse.",
                    places=", ".join(outside.location_id.mapped("display_name")),
                )
            )
        return {
            "partner_id": self.consignor_id.id,
            "company_id": self.company_id.id,
            "o2c_is_consignment": True,
            "user_id": self.user_id.id,
            "picking_type_id": warehouse.in_type_id.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_qty": quantity,
                        "product_uom_id": product.uom_id.id,
                        "location_final_id": where.id,
                    }
                )
                for (product, where), quantity in places._to_order_by_place(
                    warehouse
                ).items()
            ],
        }

    # === ALERT === #

    @api.model
    def _cron_low_stock(self):
        """Tell the buyers what of their consignors is low, once a day and once each."""
        agreements = self.search([("state", "=", "active"), ("place_ids", "!=", False)])
        self.env["ir.cron"]._commit_progress(remaining=len(agreements))
        for agreement in agreements:
            agreement._alert_low_stock()
            self.env["ir.cron"]._commit_progress(1)

    def _alert_low_stock(self):
        """Keep one activity for what is low; it goes away when nothing is."""
        self.ensure_one()
        self._keep_activity(
            "o2c_consignment.mail_activity_type_low_stock",
            [
                self.env._(
                    "%(product)s in %(place)s: %(on_hand)s, the minimum is "
                    "%(minimum)s.",
                    product=place.product_id.display_name,
                    place=place.location_id.display_name,
                    on_hand=f"{place.on_hand:g}",
                    minimum=f"{place.stock_min:g}",
                )
                for place in self.place_ids.filtered("is_low")
            ],
        )

    def _keep_activity(self, kind, messages):
        """Tell the buyer in one activity, that goes away when there is nothing to tell.

        :param str kind: XML id of the type of activity
        :param list[str] messages: what he is told, a line each
        """
        self.ensure_one()
        activity_type = self.env.ref(kind)
        waiting = self.activity_ids.filtered(
            lambda a: a.activity_type_id == activity_type
        )
        note = plaintext2html("\n".join(messages))
        if not messages:
            waiting.unlink()
        elif waiting:
            waiting.note = note
        else:
            user = self.user_id or self.approved_by_id or self.env.user
            self.activity_schedule(kind, user_id=user.id, note=note)
