from decimal import Decimal

from odoo import api, fields, models

from ..pricing_core import Billed
from .derived import without, without_typed

# of what it bills; whoever invoices does not type it
TRACE = frozenset({"o2c_agreement_id", "o2c_agreement_line_id"})
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
        typed = not self.env.su and any(TRACE & vals.keys() for vals in vals_list)
        if typed:
            vals_list = [without(vals, TRACE) for vals in vals_list]
        lines = super().create(vals_list)
        if typed:
            # copied, as for a credit note
            lines._o2c_trace()
        lines.move_id._o2c_check_posted()
        return lines

    def _o2c_trace(self):
        """Lead these lines back to the agreement of what they bill."""
        for line in self.sudo():
            if sold := line.sale_line_ids[:1]:
                line.o2c_agreement_id = sold.order_id.o2c_agreement_id
                line.o2c_agreement_line_id = sold.o2c_agreement_line_id

    @api.model
    def default_get(self, fields):
        # EXTENDS account
        return without(super().default_get(fields), TRACE)

    def write(self, vals):
        # EXTENDS account
        if not self.env.su:
            vals = without_typed(self, vals, TRACE)
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
            agreed = sale_line.o2c_agreement_line_id and not any(
                sale_line.tax_ids.mapped("price_include")
            )
            billed.append(
                self._o2c_beside(
                    sale_line, sale_line._get_pricelist_price() if agreed else None
                )
            )
        return billed

    def _o2c_credited(self):
        """This line of a credit note beside what it gives back, for the pure core.

        That is the line of the invoice that it reverses, which may have been accepted
        to differ from the order; without one, the order's.
        """
        self.ensure_one()
        charged = self.move_id.reversed_entry_id.invoice_line_ids.filtered(
            lambda line: line.sale_line_ids & self.sale_line_ids
        )
        due = charged.sorted("price_unit")[-1:] or self.sale_line_ids[:1]
        if due and self.currency_id != due.currency_id:
            return []
        return [self._o2c_beside(due)]

    def _o2c_beside(self, due, agreed=None):
        """This line beside another that says what is due.

        :param due: one line of an order or an invoice, or none
        :param float agreed: price of the agreement, in the unit of the order
        """
        price = self.price_unit * (1 - self.discount / 100)
        values = {
            "name": self.product_id.display_name or self.name or "",
            "discount": _decimal(self.discount),
            "taxes": frozenset(self.tax_ids.mapped("name")),
        }
        if not due:
            return Billed(price=_decimal(price), **values)
        if self.product_uom_id and due.product_uom_id:
            price = self.product_uom_id._compute_price(price, due.product_uom_id)
        return Billed(
            price=_decimal(price),
            ordered=_decimal(due.price_unit * (1 - due.discount / 100)),
            ordered_discount=_decimal(due.discount),
            ordered_taxes=frozenset(due.tax_ids.mapped("name")),
            agreed=None if agreed is None else _decimal(agreed),
            **values,
        )


def _decimal(number):
    return Decimal(str(round(number, 6)))
