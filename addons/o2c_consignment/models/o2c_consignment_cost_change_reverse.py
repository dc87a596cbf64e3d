from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..consignment_core import MissingPrice, round_money
from .legal_time import legal_day
from .o2c_consignment_consumption import COST_DIGITS


class O2cConsignmentCostChange(models.Model):
    """How an applied cost change is taken back, all of it.

    All of it is done with superuser rights, on what the change itself made.
    """

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.cost.change"

    # === WHETHER IT CAN BE === #

    def _check_reversible(self):
        """Refuse to take back what others rely on.

        :raises UserError: for all reasons at once
        """
        self.ensure_one()
        problems = [
            *self._note_problems(),
            *self._settlement_problems(),
            *self._later_change_problems(),
        ]
        if problems:
            raise UserError(
                self.env._(
                    "%(name)s cannot be reversed:\n%(problems)s",
                    name=self.name,
                    problems="\n".join(problems),
                )
            )

    def _note_problems(self):
        posted = self.note_ids.filtered(lambda note: note.state == "posted")
        if not posted:
            return []
        return [
            self.env._(
                "%(notes)s was issued to the customer. Make another cost change "
                "instead.",
                notes=", ".join(posted.mapped("name")),
            )
        ]

    def _settlement_problems(self):
        restated = self.line_ids.filtered(lambda line: line.consumption_state == "open")
        taken = restated.consumption_id | self.line_ids.adjustment_id
        settled = (taken | self._later_goods()).filtered("settlement_line_id")
        if not settled:
            return []
        return [
            self.env._(
                "The difference, or what was sold or returned at the new cost, is in "
                "settlement %(names)s. Cancel it where it was not billed, or make "
                "another cost change instead.",
                names=", ".join(settled.settlement_id.mapped("name")),
            )
        ]

    def _later_change_problems(self):
        later = self._later_changes()
        if not later:
            return []
        return [
            self.env._(
                "%(changes)s was applied to the same product since: reverse it first.",
                changes=", ".join(later.mapped("name")),
            )
        ]

    def _applied_prices(self):
        """Prices of the product that changes in force made, in the order they did."""
        lines = self.agreement_id.line_ids
        return lines.filtered(
            lambda line: (
                line.product_id == self.product_id
                and line.cost_change_id.state == "applied"
            )
        ).sorted("id")

    def _later_changes(self):
        """Changes of the same price that were applied on top of this one."""
        own = self.agreement_id.line_ids.filtered(lambda x: x.cost_change_id == self)
        later = self._applied_prices().filtered(lambda line: line.id > own.id)
        return later.cost_change_id

    def _later_goods(self):
        """Goods that cost the new price since it was applied: sold, or come back."""
        self.ensure_one()
        restated = self.line_ids.consumption_id
        sold = restated.search(
            [
                ("agreement_line_id.cost_change_id", "=", self.id),
                ("kind", "!=", "adjustment"),
            ]
        )
        back = restated.search(
            [
                ("origin_id", "in", restated.ids),
                ("kind", "in", ("return", "found")),
            ]
        )
        return (sold | back) - restated

    # === TAKING BACK === #

    def _undo(self):
        """Undo notes, prices, costs and entries; the change is reversed already.

        :raises UserError: goods sold since have no other agreed price
        """
        self.ensure_one()
        self.note_ids.filtered(lambda note: note.state == "draft").button_cancel()
        self._restore_prices()
        later = self._later_goods().sorted("id")
        self._restore_consumptions()
        self._reverse_entries()
        self._price_back(later)

    def _restore_prices(self):
        """Let the prices that this change ended end where they did before."""
        ended = self.agreement_id.line_ids.filtered(
            lambda line: line.ended_by_id == self
        )
        changes = self._applied_prices().cost_change_id
        for line in ended:
            following = changes.filtered(
                lambda change, line=line: (
                    change != line.cost_change_id
                    and change._first_day() > line._first_day()
                )
            ).sorted(lambda change: change._first_day())
            if following:
                line.ended_by_id = following[0]

    def _restore_consumptions(self):
        self.line_ids.adjustment_id.unlink()
        for line in self.line_ids.filtered(lambda x: x.consumption_state == "open"):
            consumption = line.consumption_id
            consumption.write(
                {
                    "unit_cost": line.old_cost,
                    "amount": consumption.amount - line.delta,
                }
            )

    def _reverse_entries(self):
        # A difference of less than a cent was never posted.
        if self.entry_ids:
            reference = self.env._("Reversal of %(name)s", name=self.name)
            accrual = self.entry_ids._o2c_accrual_lines()
            matched = (
                accrual.matched_debit_ids.debit_move_id
                | accrual.matched_credit_ids.credit_move_id
            ).move_id
            reversals = self.entry_ids._reverse_moves(
                [{"ref": reference} for _entry in self.entry_ids], cancel=True
            )
            self.entry_ids = [Command.link(move.id) for move in reversals]
            # what else they had cleared is still accrued elsewhere
            matched._o2c_reconcile_accrual(self.company_id)

    def _price_back(self, later):
        """Let goods that cost the new price cost what they would have without it.

        :param later: consumptions, in the order they were recorded
        :raises UserError: for all goods that have no other agreed price, at once
        """
        amounts, problems = [], []
        for goods in later:
            try:
                amounts.append((goods, goods._cost_again()))
            except MissingPrice:
                problems.append(
                    self.env._(
                        "Without %(name)s %(goods)s, of %(day)s, has no agreed cost.",
                        name=self.name,
                        goods=goods.display_name,
                        day=legal_day(goods.date),
                    )
                )
        if problems:
            raise UserError("\n".join(problems))
        if later:
            self._post_difference(
                amounts, self.env._("Reversal of %(name)s", name=self.name)
            )
            self.later_ids = [Command.set(later.ids)]
            self.message_post(
                body=self.env._(
                    "%(count)s consumptions since it was applied cost the former price "
                    "again; difference %(delta)s.",
                    count=len(later),
                    delta=self.currency_id.format(sum(a for _goods, a in amounts)),
                )
            )


class O2cConsignmentConsumption(models.Model):
    """What goods cost once the change that priced them is taken back."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.consumption"

    def _cost_again(self):
        """Work the cost out anew, by the prices that hold now; nothing is settled yet.

        :raises consignment_core.MissingPrice: nothing else was agreed
        :return: what is due more, in the agreement's currency
        :rtype: float
        """
        self.ensure_one()
        if self.origin_id:
            price = self.origin_id.agreement_line_id
            unit_cost = self.origin_id._effective_unit_cost()
        else:
            cost = self.agreement_id._agreed_cost(
                self.product_id,
                legal_day(self.date),
                sale_price=self.sale_unit_price,
                besides=self,
            )
            price = cost.term.key
            unit_cost = float(round_money(cost.unit_cost, COST_DIGITS[1]))
        before = self.amount
        amount = 0.0
        if self.is_chargeable:
            amount = self.currency_id.round(self.quantity * unit_cost)
        self.write(
            {"unit_cost": unit_cost, "amount": amount, "agreement_line_id": price.id}
        )
        return amount - before
