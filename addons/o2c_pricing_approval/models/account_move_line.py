from decimal import Decimal

from odoo import api, fields, models

from ..pricing_core import Billed

CHECKED = frozenset(
    {
        "discount",
        "move_id",
        "price_unit",
        "product_uom_id",
        "sale_line_ids",
        "tax_ids",
    }
)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    o2c_agreement_id = fields.Many2one(
        "o2c.commercial.agreement",
        string="Agreement",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    o2c_agreement_line_id = fields.Many2one(
        "o2c.commercial.agreement.line",
        string="Agreed price",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account: a line added to a posted invoice is posted with it
        lines = super().create(vals_list)
        lines.move_id._o2c_check_posted()
        return lines

    def write(self, vals):
        # EXTENDS account
        result = super().write(vals)
        if not CHECKED.isdisjoint(vals):
            self.move_id._o2c_check_posted()
        return result

    def _o2c_billed(self):
        """This line beside the order lines that it bills, for the pure core."""
        self.ensure_one()
        billed = []
        for sale_line in self.sale_line_ids or [self.env["sale.order.line"]]:
            # the price of an advance is what the advance is; what is deducted of it
            # was said before
            if sale_line.is_downpayment and self.quantity >= 0:
                continue
            if sale_line and self.currency_id != sale_line.currency_id:
                continue
            billed.append(self._o2c_beside(sale_line))
        return billed

    def _o2c_beside(self, sale_line):
        price = self.price_unit * (1 - self.discount / 100)
        values = {
            "name": self.product_id.display_name or self.name or "",
            "discount": _decimal(self.discount),
            "taxes": frozenset(self.tax_ids.mapped("name")),
        }
        if not sale_line:
            return Billed(price=_decimal(price), **values)
        unit, ordered_unit = self.product_uom_id, sale_line.product_uom_id
        if unit and ordered_unit and unit != ordered_unit:
            price = unit._compute_price(price, ordered_unit)
        agreed = sale_line.o2c_agreement_line_id
        return Billed(
            price=_decimal(price),
            ordered=_decimal(sale_line.price_unit * (1 - sale_line.discount / 100)),
            ordered_discount=_decimal(sale_line.discount),
            ordered_taxes=frozenset(sale_line.tax_ids.mapped("name")),
            agreed=_decimal(sale_line._get_pricelist_price())
            if agreed and not any(sale_line.tax_ids.mapped("price_include"))
            else None,
            **values,
        )


def _decimal(number):
    return Decimal(str(round(number, 6)))
