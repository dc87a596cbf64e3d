from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..consignment_core import Consumed, effects, last_day
from .legal_time import end_of_day


class O2cConsignmentCostChange(models.Model):
    """Which goods a cost change is about, and what it does to them."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.cost.change"

    # === DAYS === #

    def _first_day(self):
        """First day of the new cost in its agreement.

        :rtype: date
        """
        self.ensure_one()
        return max(self.date_from, self.agreement_id.date_start)

    def _agreed_lines(self):
        """The prices of the product that are in force, the one of this change apart."""
        self.ensure_one()
        lines = self.agreement_id.line_ids
        return lines.filtered(
            lambda line: (
                line.product_id == self.product_id
                and line.cost_change_id != self
                and line._is_in_force()
            )
        )

    def _last_day_of_price(self):
        """Last day before the next price that was agreed for later, or ``None``."""
        starts = [line._first_day() for line in self._agreed_lines()]
        return last_day(self._first_day(), starts)

    def _last_day(self):
        """Last day of the new cost: the next agreed price, and the agreement's end.

        :raises UserError: the agreement ended before
        :return: ``False`` when it holds for good
        """
        self.ensure_one()
        ends = [self._last_day_of_price(), self.agreement_id.date_end]
        end = min(filter(None, ends), default=False)
        if end and end < self.date_from:
            raise UserError(
                self.env._(
                    "%(agreement)s ended on %(end)s, before %(start)s. Choose the "
                    "version that is in force then.",
                    agreement=self.agreement_id.display_name,
                    end=end,
                    start=self.date_from,
                )
            )
        return end

    # === GOODS === #

    def _affected(self):
        """Goods consumed from the day on; what came back goes with what it undoes."""
        self.ensure_one()
        own = Domain("origin_id", "=", False) & self._days_domain("date")
        back = Domain("origin_id", "!=", False) & self._days_domain("origin_id.date")
        consumptions = self.env["o2c.consignment.consumption"].search(
            Domain(
                [
                    ("company_id", "=", self.company_id.id),
                    ("consignor_id", "=", self.consignor_id.id),
                    ("product_id", "=", self.product_id.id),
                    ("kind", "!=", "adjustment"),
                    ("is_chargeable", "=", True),
                ]
            )
            & (own | back),
            order="date, id",
        )
        return consumptions.filtered(lambda c: c.unit_cost != self.new_cost)

    def _days_domain(self, name):
        """Days of the new cost, of a moment."""
        before = fields.Date.subtract(self.date_from, days=1)
        domain = Domain(name, ">=", end_of_day(before))
        if self.date_to:
            domain &= Domain(name, "<", end_of_day(self.date_to))
        return domain

    def _check_not_changed(self, consumptions):
        changed = consumptions.cost_change_line_ids.filtered("is_in_force")
        if changed:
            raise UserError(
                self.env._(
                    "%(changes)s changed the cost of %(count)s of these goods already. "
                    "Reverse it first, or start on a later day.",
                    changes=", ".join(changed.change_id.mapped("name")),
                    count=len(changed),
                )
            )

    def _prepare_lines(self, consumptions):
        self.ensure_one()
        agreement = self.agreement_id
        # who works with consignors need not have rights on customers' invoices
        consumptions = consumptions.sudo()
        consumed = [
            Consumed(
                key=consumption,
                quantity=Decimal(repr(consumption.quantity)),
                unit_cost=Decimal(repr(consumption.unit_cost)),
                sale_price=Decimal(repr(consumption.sale_unit_price)),
                invoiced=bool(consumption._posted_invoice()),
            )
            for consumption in consumptions
        ]
        return [
            {
                "consumption_id": effect.key.id,
                "consumption_state": effect.key.state,
                "invoice_id": effect.key._posted_invoice().id,
                "quantity": effect.key.quantity,
                "old_cost": effect.key.unit_cost,
                "new_cost": self.new_cost,
                "delta": float(effect.delta),
                "decision": effect.decision or False,
                "margin_before": float(effect.margin_before),
            }
            for effect in effects(
                consumed,
                Decimal(repr(self.new_cost)),
                agreement.cost_change_policy,
                Decimal(repr(agreement.cost_change_threshold)),
                self.currency_id.decimal_places,
            )
        ]

    # === BEFORE IT IS APPLIED === #

    def _check_complete(self):
        """Refuse to apply what nobody decided, or what is no longer so.

        :raises UserError: decisions are missing, or something moved since the preview
        """
        self.ensure_one()
        problems = self.line_ids._decision_problems()
        if problems:
            raise UserError("\n".join(problems))
        # Lock first: a settlement drawn up meanwhile must not miss the new cost.
        consumptions = self.line_ids.consumption_id
        consumptions.sudo().lock_for_update()
        moved = self.line_ids.filtered(lambda line: line._moved())
        if moved or self._affected() - consumptions or self.date_to != self._last_day():
            raise UserError(
                self.env._(
                    "Goods were sold, returned, invoiced or settled since the preview "
                    "of %(name)s, or another price was agreed. Work it out again.",
                    name=self.name,
                )
            )
