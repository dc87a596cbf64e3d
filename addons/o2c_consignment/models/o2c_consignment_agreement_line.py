from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_repr

from ..consignment_core import Term, find_overlaps

# Thresholds for alerts are no terms: they follow the season.
EDITABLE_IN_FORCE = {"stock_min", "stock_max"}


class O2cConsignmentAgreementLine(models.Model):
    """The agreed cost of one product during a validity, from a quantity on."""

    _name = "o2c.consignment.agreement.line"
    _description = "Consignment Agreement Price"
    _check_company_auto = True
    _order = "agreement_id, product_id, date_start, tier_quantity, id"

    agreement_id = fields.Many2one(
        "o2c.consignment.agreement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True)
    consignor_id = fields.Many2one(
        related="agreement_id.consignor_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    state = fields.Selection(related="agreement_id.state")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        index=True,
        domain=[("is_storable", "=", True)],
        ondelete="restrict",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    price_kind = fields.Selection(
        [("fixed", "Cost per unit"), ("percent", "Share of the net sale price (%)")],
        required=True,
        default="fixed",
    )
    value = fields.Float(
        string="Cost or Share",
        required=True,
        digits="Product Price",
        help="Cost of one unit of the product, or the consignor's share in percent.",
    )
    tier_quantity = fields.Float(
        string="From Quantity",
        digits="Product Unit",
        help="Holds from this quantity consumed in the settlement period.",
    )
    date_start = fields.Date(help="Empty: from the start of the agreement.")
    date_end = fields.Date(help="Empty: until the end of the agreement.")
    stock_min = fields.Float(
        string="Minimum Stock",
        digits="Product Unit",
        help="Below this quantity of his goods on hand the consignor is alerted.",
    )
    stock_max = fields.Float(string="Maximum Stock", digits="Product Unit")

    _value_positive = models.Constraint(
        "CHECK (value >= 0)", "An agreed cost cannot be negative."
    )
    _share_at_most_all = models.Constraint(
        "CHECK (price_kind != 'percent' OR value <= 100)",
        "The consignor's share cannot exceed 100 % of the sale price.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A price ends before it starts.",
    )
    _stock_range = models.Constraint(
        "CHECK (stock_max = 0 OR stock_max >= stock_min)",
        "The maximum stock is below the minimum stock.",
    )

    # === CONSTRAINTS === #

    @api.constrains("product_id", "date_start", "date_end", "tier_quantity")
    def _check_overlaps(self):
        for agreement in self.agreement_id:
            lines = agreement.line_ids
            pairs = find_overlaps(line._term() for line in lines)
            if pairs:
                raise ValidationError(
                    "\n".join(
                        self.env._(
                            "%(product)s has two prices for the same days: %(one)s and "
                            "%(other)s. End one before the other starts.",
                            product=one.product.display_name,
                            one=one.key._price_label(),
                            other=other.key._price_label(),
                        )
                        for one, other in pairs
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_may_change()
        return lines

    def write(self, vals):
        if set(vals) - EDITABLE_IN_FORCE:
            self._check_may_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_may_change()

    def _check_may_change(self):
        """A price in force changes by a new version or an approved cost change only."""
        self.filtered(lambda line: not line._is_of_cost_change()).agreement_id._check_draft()

    def _is_of_cost_change(self):
        return False

    # === BUSINESS METHODS === #

    def _term(self):
        """This price as the core knows it, inside the dates of the agreement."""
        self.ensure_one()
        agreement = self.agreement_id
        starts = [d for d in (self.date_start, agreement.date_start) if d]
        ends = [d for d in (self.date_end, agreement.date_end) if d]
        return Term(
            key=self,
            product=self.product_id,
            value=Decimal(repr(self.value)),
            kind=self.price_kind,
            start=max(starts, default=None),
            end=min(ends, default=None),
            min_quantity=Decimal(repr(self.tier_quantity)),
        )

    def _price_label(self):
        value = float_repr(self.value, 2)
        price = (
            self.env._("%(value)s %% of the sale price", value=value)
            if self.price_kind == "percent"
            else self.currency_id.format(self.value)
        )
        return self.env._(
            "%(price)s from %(start)s to %(end)s",
            price=price,
            start=self.date_start or self.agreement_id.date_start,
            end=self.date_end or self.agreement_id.date_end or "…",
        )
