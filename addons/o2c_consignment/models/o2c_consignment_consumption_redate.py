from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..consignment_core import MissingPrice
from .legal_time import end_of_day, legal_day


class O2cConsignmentConsumption(models.Model):
    """Consumptions of goods whose move is dated another day afterwards."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.consumption"

    def _redate(self, moment):
        """Move consumptions to another moment, where nobody relied on the old one.

        The accrual keeps its accounting date: what was posted is not rewritten.

        :param datetime moment: naive, in UTC
        :raises UserError: for all consumptions at once
        """
        # An adjustment is dated by the cost change that made it. The day counts, not
        # the hour: a transfer dates its moves once more a second after they are done.
        consumptions = self.filtered(
            lambda c: c.kind != "adjustment" and not c._is_of_day(moment)
        )
        problems = dict.fromkeys(
            problem for c in consumptions for problem in c._redate_problems(moment)
        )
        if problems:
            raise UserError("\n".join(problems))
        consumptions.date = moment

    def _is_of_day(self, moment):
        """Whether a moment is on the day of these goods.

        :param datetime moment: naive, in UTC
        """
        self.ensure_one()
        return legal_day(self.date) == legal_day(moment)

    def _redate_problems(self, moment):
        """Why these goods cannot have been consumed at another moment.

        :return: messages
        :rtype: list[str]
        """
        self.ensure_one()
        product = self.product_id.display_name
        if self.settlement_line_id:
            return [
                self.env._(
                    "%(product)s is in settlement %(settlement)s: its date cannot "
                    "change any more.",
                    product=product,
                    settlement=self.settlement_id.name,
                )
            ]
        day = legal_day(moment)
        problems = []
        settlement = self._settlement_over(day)
        if settlement:
            problems.append(
                self.env._(
                    "%(date)s is settled with %(consignor)s in %(settlement)s: date "
                    "%(product)s on a later day, it will be in the next settlement.",
                    date=day,
                    consignor=self.consignor_id.display_name,
                    settlement=settlement.name,
                    product=product,
                )
            )
        locked = [d for d in (legal_day(self.date), day) if self._is_locked(d)]
        if locked:
            problems.append(
                self.env._(
                    "The books of %(date)s are closed: %(product)s keeps its date.",
                    date=locked[0],
                    product=product,
                )
            )
        if not self._costs_the_same_on(day):
            problems.append(
                self.env._(
                    "%(product)s of %(consignor)s had another agreed cost, or none, on "
                    "%(date)s: return the goods and deliver them again.",
                    product=product,
                    consignor=self.consignor_id.display_name,
                    date=day,
                )
            )
        return problems

    def _settlement_over(self, day):
        """A settlement that the consignor has seen and that covers a day."""
        return self.env["o2c.consignment.settlement"].search(
            Domain(
                [
                    ("company_id", "=", self.company_id.id),
                    ("consignor_id", "=", self.consignor_id.id),
                    ("state", "not in", ("draft", "cancel")),
                    ("date_from", "<=", day),
                    ("date_to", ">=", day),
                ]
            ),
            limit=1,
        )

    def _is_locked(self, day):
        return bool(
            self.company_id._get_lock_date_violations(
                day, fiscalyear=True, sale=False, purchase=False, tax=False, hard=True
            )
        )

    def _costs_the_same_on(self, day):
        """Whether the same price of the same agreement holds on a day."""
        if self.origin_id:
            return end_of_day(day) > self.origin_id.date
        if not self.agreement_id._covers(day):
            return False
        try:
            cost = self.agreement_id._agreed_cost(
                self.product_id, day, sale_price=self.sale_unit_price, besides=self
            )
        except MissingPrice:
            return False
        return cost.term.key == self.agreement_line_id
