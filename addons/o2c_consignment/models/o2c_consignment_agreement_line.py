from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_repr

from ..consignment_core import Term
from .by_hand import refuse_by_hand, refuse_in_values, refuse_preset

# Thresholds for alerts are no terms: they follow the season.
# An approved cost change ends a price; nobody else says so.
EDITABLE_IN_FORCE = {"stock_min", "stock_max", "ended_by_id"}
# What approved cost changes leave behind, and what follows from the agreement.
CHANGED_BY = {"cost_change_id", "ended_by_id"}
FOLLOWING = {"company_id", "consignor_id"}

SHARE_TERMS = ("commission", "deduction", "guaranteed")


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
        [
            ("fixed", "Cost per unit"),
            ("percent", "Percentage of the net sale price"),
            ("share", "Share of the revenue after deductions (%)"),
        ],
        required=True,
        default="fixed",
        help="A percentage is of the net price on the order. A share of the revenue is "
        "of what is left of that price after our commission and deductions.",
    )
    value = fields.Float(
        string="Cost or Share",
        required=True,
        digits="Product Price",
        help="Cost of one unit of the product, or the consignor's share in percent.",
    )
    commission = fields.Float(
        string="Our Commission (%)",
        help="Of the net sale price, kept before the revenue is shared.",
    )
    deduction = fields.Float(
        string="Deduction per Unit",
        digits="Product Price",
        help="Freight, handling, card fees: deducted before the revenue is shared.",
    )
    guaranteed = fields.Float(
        string="Guaranteed per Unit",
        digits="Product Price",
        help="The consignor receives at least this, whatever the price.",
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

    cost_change_id = fields.Many2one(
        "o2c.consignment.cost.change",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The approved change that made this price.",
    )
    ended_by_id = fields.Many2one(
        "o2c.consignment.cost.change",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The approved change that ended this price.",
    )

    _one_price_per_change = models.UniqueIndex(
        "(cost_change_id) WHERE cost_change_id IS NOT NULL",
        "A cost change makes one price.",
    )
    _value_positive = models.Constraint(
        "CHECK (value >= 0)", "An agreed cost cannot be negative."
    )
    _share_at_most_all = models.Constraint(
        "CHECK (price_kind = 'fixed' OR value <= 100)",
        "The consignor's share cannot exceed 100 % of the sale price.",
    )
    _share_terms_positive = models.Constraint(
        "CHECK (commission BETWEEN 0 AND 100 AND deduction >= 0 AND guaranteed >= 0)",
        "Our commission is between 0 and 100 %; deductions and what is guaranteed "
        "cannot be negative.",
    )
    _share_terms_of_a_share = models.Constraint(
        "CHECK (price_kind = 'share' OR (COALESCE(commission, 0) = 0"
        " AND COALESCE(deduction, 0) = 0 AND COALESCE(guaranteed, 0) = 0))",
        "Commission, deduction and guarantee belong to a share of the revenue.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A price ends before it starts.",
    )
    _stock_range = models.Constraint(
        "CHECK (stock_max = 0 OR stock_max >= stock_min)",
        "The maximum stock is below the minimum stock.",
    )

    @api.onchange("price_kind")
    def _onchange_price_kind(self):
        if self.price_kind != "share":
            self.update(dict.fromkeys(SHARE_TERMS, 0))

    # === CONSTRAINTS === #

    @api.constrains("ended_by_id")
    def _check_ended_by(self):
        for line in self.filtered("ended_by_id"):
            change = line.ended_by_id
            if (line.agreement_id, line.product_id) != (
                change.agreement_id,
                change.product_id,
            ) or change.state not in ("applied", "reversed"):
                raise ValidationError(
                    self.env._(
                        "%(change)s is no approved change of this price.",
                        change=change.name,
                    )
                )

    @api.constrains(
        "product_id", "date_start", "date_end", "tier_quantity", "ended_by_id"
    )
    def _check_overlaps(self):
        for agreement in self.agreement_id:
            problems = agreement._overlap_problems()
            if problems:
                raise ValidationError("\n".join(problems))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        refuse_in_values(self, CHANGED_BY, vals_list)
        lines = super().create(vals_list)
        refuse_preset(lines, CHANGED_BY)
        for agreement, same in lines.grouped("agreement_id").items():
            for name in FOLLOWING:
                if any(line[name] != agreement[name] for line in same):
                    refuse_by_hand(lines, {name})
        new = lines.filtered(lambda line: not line._is_of_cost_change())
        new.agreement_id._check_draft()
        return lines

    def write(self, vals):
        refuse_by_hand(self, (CHANGED_BY | FOLLOWING) & vals.keys())
        if set(vals) - EDITABLE_IN_FORCE:
            self.agreement_id._check_draft()
        result = super().write(vals)
        if "agreement_id" in vals:
            # nor may a price move from a draft into an agreement in force
            self.agreement_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self.agreement_id._check_draft()

    def _is_of_cost_change(self):
        """Whether this price is exactly what an approved cost change says.

        Checked by content, so that naming a change opens no way into an agreement in
        force.
        """
        self.ensure_one()
        change = self.cost_change_id
        return change.state == "applied" and (
            self.agreement_id,
            self.product_id,
            self.price_kind,
            self.value,
            self.date_start,
            self.tier_quantity,
        ) == (
            change.agreement_id,
            change.product_id,
            "fixed",
            change.new_cost,
            change.date_from,
            0.0,
        )

    # === BUSINESS METHODS === #

    def _is_in_force(self):
        """Whether no cost change took this price back, or ended it before it began."""
        self.ensure_one()
        if self.cost_change_id.state == "reversed":
            return False
        change = self.ended_by_id
        return change.state != "applied" or self._first_day() < change.date_from

    def _first_day(self):
        """First day of this price, inside the agreement."""
        self.ensure_one()
        starts = [d for d in (self.date_start, self.agreement_id.date_start) if d]
        return max(starts, default=None)

    def _last_day(self):
        """Last day of this price, whenever the agreement ends; ``None`` for ever."""
        self.ensure_one()
        ends = [self.date_end] if self.date_end else []
        if self.ended_by_id.state == "applied":
            ends.append(fields.Date.subtract(self.ended_by_id.date_from, days=1))
        return min(ends, default=None)

    def _holds_on(self, day):
        """Whether this is a price of the agreement on a day, or its tier."""
        self.ensure_one()
        last = self._last_day()
        return (
            self._is_in_force()
            and self._first_day() <= day
            and (last is None or day <= last)
        )

    def _terms(self):
        """Those of these prices that hold, as the core knows them."""
        return [line._term() for line in self if line._is_in_force()]

    def _term(self):
        """This price as the core knows it, inside the dates of the agreement."""
        self.ensure_one()
        ends = [d for d in (self._last_day(), self.agreement_id.date_end) if d]
        return Term(
            key=self,
            product=self.product_id,
            value=Decimal(repr(self.value)),
            kind=self.price_kind,
            start=self._first_day(),
            end=min(ends, default=None),
            min_quantity=Decimal(repr(self.tier_quantity)),
            **{name: Decimal(repr(self[name])) for name in SHARE_TERMS},
        )

    def _price_label(self):
        value = float_repr(self.value, 2)
        prices = {
            "fixed": self.currency_id.format(self.value),
            "percent": self.env._("%(value)s %% of the sale price", value=value),
            "share": self.env._("%(value)s %% of the revenue", value=value),
        }
        return self.env._(
            "%(price)s from %(start)s to %(end)s",
            price=prices[self.price_kind],
            start=self.date_start or self.agreement_id.date_start,
            end=self.date_end or self.agreement_id.date_end or "…",
        )
