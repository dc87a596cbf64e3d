from odoo import api, fields, models
from odoo.exceptions import UserError

from .legal_time import legal_day


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    o2c_is_consignment = fields.Boolean(
        string="Consignment",
        help="The goods stay the supplier's until they are sold: they are received in "
        "his name and billed by settlement.",
    )
    o2c_agreement_id = fields.Many2one(
        "o2c.consignment.agreement",
        string="Consignment Agreement",
        compute="_compute_o2c_agreement_id",
        store=True,
    )

    @api.depends("o2c_is_consignment", "partner_id", "company_id", "date_order")
    def _compute_o2c_agreement_id(self):
        for order in self:
            order.o2c_agreement_id = (
                order.o2c_is_consignment
                and order.partner_id
                and self.env["o2c.consignment.agreement"]
                .sudo()
                ._o2c_find(order.partner_id, order.company_id, order._o2c_day())
            )

    def _o2c_day(self):
        return legal_day(self.date_order or fields.Datetime.now())

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS purchase
        orders = super().create(vals_list)
        orders._o2c_check_agreement()
        return orders

    def write(self, vals):
        # EXTENDS purchase
        self._o2c_check_owner_stays(vals)
        result = super().write(vals)
        # The state is where every way of confirming comes past.
        if {"state", "o2c_agreement_id", "date_order"} & vals.keys():
            self._o2c_check_agreement()
        return result

    def _o2c_check_owner_stays(self, vals):
        """Refuse to change whose goods a confirmed order brings.

        :raises UserError: for all orders at once
        """
        confirmed = self.filtered(lambda o: o.state in ("purchase", "cancel"))
        changed = self.browse()
        if "o2c_is_consignment" in vals:
            kind = bool(vals["o2c_is_consignment"])
            changed |= confirmed.filtered(lambda o: o.o2c_is_consignment != kind)
        if "partner_id" in vals:
            partner = self.env["res.partner"].browse(vals["partner_id"] or [])
            changed |= confirmed.filtered(
                lambda o: (
                    o.o2c_is_consignment
                    and o.partner_id.commercial_partner_id
                    != partner.commercial_partner_id
                )
            )
        if changed:
            raise UserError(
                self.env._(
                    "%(orders)s is confirmed: whose goods it brings cannot change.",
                    orders=", ".join(changed.mapped("name")),
                )
            )

    def _o2c_check_agreement(self):
        """Refuse confirmed consignment orders whose goods no agreement prices.

        :raises UserError: for all orders and products at once
        """
        problems = []
        for order in self.filtered(
            lambda o: o.o2c_is_consignment and o.state == "purchase"
        ):
            agreement = order.o2c_agreement_id.sudo()
            if agreement.state != "active" or not order._o2c_is_party_to(agreement):
                problems.append(
                    self.env._(
                        "%(order)s: no agreement with %(partner)s is in force.",
                        order=order.name,
                        partner=order.partner_id.display_name,
                    )
                )
                continue
            problems += [
                self.env._(
                    "%(order)s: %(agreement)s has no price for %(product)s.",
                    order=order.name,
                    agreement=agreement.display_name,
                    product=product.display_name,
                )
                for product in order.order_line.product_id
                if not agreement._prices(product, order._o2c_day())
            ]
        if problems:
            raise UserError("\n".join(problems))

    def _o2c_is_party_to(self, agreement):
        """Whether an agreement is with the supplier of this order, and ours."""
        self.ensure_one()
        return (
            agreement.consignor_id == self.partner_id.commercial_partner_id
            and agreement.company_id == self.company_id
        )

    def _prepare_picking(self):
        # EXTENDS purchase_stock
        vals = super()._prepare_picking()
        if self.o2c_is_consignment:
            vals["owner_id"] = self.partner_id.commercial_partner_id.id
            vals["location_id"] = self._o2c_source_location().id
            places = self.env["stock.location"].union(
                *(line._o2c_place() for line in self.order_line if line.product_id)
            )
            if len(places) == 1 and self._o2c_arrives_at(places):
                vals["location_dest_id"] = places.id
        return vals

    def _o2c_arrives_at(self, place):
        """Whether goods come to a place at once, and not by an input place."""
        self.ensure_one()
        arrival = self.env["stock.location"].browse(self._get_destination_location())
        in_one_step = arrival == self._get_final_location_record()
        return bool(place) and (in_one_step or place._child_of(arrival))

    def _o2c_source_location(self):
        """Where consigned goods come from.

        Goods between companies of one database pass through a transit, sold by the one
        and bought by the other; consigned ones stay in a place of their owner instead.
        """
        self.ensure_one()
        place = self.partner_id.property_stock_supplier
        if place.usage == "transit":
            return self.env.ref("stock.stock_location_suppliers")
        return place

    def action_create_invoice(self, *args, **kwargs):
        # EXTENDS purchase
        consigned = self.filtered("o2c_is_consignment")
        if consigned:
            raise UserError(
                self.env._(
                    "%(orders)s brought consigned goods: bill what was sold from a "
                    "settlement of the consignor.",
                    orders=", ".join(consigned.mapped("name")),
                )
            )
        return super().action_create_invoice(*args, **kwargs)
