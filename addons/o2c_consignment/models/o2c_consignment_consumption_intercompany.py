from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class O2cConsignmentConsumption(models.Model):
    """What a sister company's goods do in her own books when we consume them."""

    _inherit = "o2c.consignment.consumption"

    intercompany_move_id = fields.Many2one(
        "stock.move",
        string="Move of the Consigning Company",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What the consumption did to the stock of the company that owned it.",
    )

    def _mirror_in_consignors_books(self):
        """Let consumed goods leave, or come back to, the place of the sister company.

        Her people need not be there: a manager who works for her chose the place.
        """
        for consumption in self.sudo().filtered("quantity"):
            if consumption.agreement_id.intercompany_location_id:
                consumption.intercompany_move_id = consumption._create_mirror_move()

    def _create_mirror_move(self):
        self.ensure_one()
        company = self.agreement_id.intercompany_id
        move = (
            self.env["stock.move"]
            .with_company(company)
            .create(self._prepare_mirror_move(company))
        )
        move._action_confirm(merge=False)
        move.picked = True
        move._action_done()
        return move

    def _prepare_mirror_move(self, company):
        place = self.agreement_id.intercompany_location_id
        other = self._mirror_counterpart(company)
        source, target = (place, other) if self.quantity > 0 else (other, place)
        quantity = abs(self.quantity)
        common = {
            "product_id": self.product_id.id,
            "product_uom": self.product_uom_id.id,
            "company_id": company.id,
            "location_id": source.id,
            "location_dest_id": target.id,
        }
        return {
            **common,
            "product_uom_qty": quantity,
            "partner_id": self.company_id.partner_id.id,
            "origin": self.env._(
                "%(reference)s of %(company)s",
                reference=self.move_id.reference or self.display_name,
                company=self.company_id.name,
            ),
            "move_line_ids": [
                Command.create(
                    {
                        **{k: v for k, v in common.items() if k != "product_uom"},
                        "product_uom_id": self.product_uom_id.id,
                        "quantity": quantity,
                        "lot_id": self._mirror_lot(company).id,
                    }
                )
            ],
        }

    def _mirror_counterpart(self, company):
        """Where the goods go in her books: sold to us, or lost at her expense."""
        if self.is_chargeable:
            # No transit: nobody receives there what is here already.
            return self.env.ref("stock.stock_location_customers")
        return self.product_id.with_company(company).property_stock_inventory

    def _mirror_lot(self, company):
        lot = self.lot_id
        if not lot or lot.company_id in (company, self.env["res.company"]):
            return lot
        same = self.env["stock.lot"].search(
            [
                ("name", "=", lot.name),
                ("product_id", "=", lot.product_id.id),
                ("company_id", "in", (False, company.id)),
            ],
            limit=1,
        )
        if not same:
            raise UserError(
                self.env._(
                    "%(company)s knows no lot %(lot)s of %(product)s. Let it enter the "
                    "lot, or share the lot between both companies.",
                    company=company.name,
                    lot=lot.name,
                    product=lot.product_id.display_name,
                )
            )
        return same
