from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class O2cConsignmentSettlement(models.Model):
    """Answered by the consignor, line by line."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.settlement"

    # === ACTION METHODS === #

    def action_accept(self, answers=None):
        """Record the consignor's answer.

        :param dict answers: settlement line id → reason of the dispute, or False for
            acceptance; None accepts every line that is not disputed
        :raises UserError: not sent, foreign lines, dispute without a reason
        """
        for settlement in self:
            settlement._require_state("sent", "disputed", "accepted")
            settlement._answer(answers)

    def action_dispute(self, reason):
        """Dispute every line that has not been billed.

        :param str reason: what the consignor says is wrong
        """
        for settlement in self:
            settlement._require_state("sent", "disputed", "accepted")
            lines = settlement.line_ids.search(settlement._open_lines_domain())
            settlement._answer(dict.fromkeys(lines.ids, reason or ""))

    def action_open_dispute(self):
        """Ask which lines the consignor disputes, and why."""
        self.ensure_one()
        self._require_state("sent", "disputed", "accepted")
        return self._dispute_action(self.line_ids.browse())

    def action_open_lines(self):
        """List the lines, to answer several of them at once."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "o2c_consignment.o2c_consignment_settlement_line_action"
        )
        return {**action, "domain": [("settlement_id", "=", self.id)]}

    # === BUSINESS METHODS === #

    def _dispute_action(self, lines):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Disputed by the Consignor"),
            "res_model": "o2c.consignment.settlement.dispute",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_settlement_id": self.id,
                "default_line_ids": lines.ids,
            },
        }

    def _open_lines_domain(self):
        """Lines that can be answered: neither billed nor closed."""
        self.ensure_one()
        return Domain(
            [
                ("settlement_id", "=", self.id),
                ("bill_id", "=", False),
                ("closed_on", "=", False),
            ]
        )

    def _answer(self, answers):
        self.ensure_one()
        self.check_access("write")
        Line = self.env["o2c.consignment.settlement.line"].sudo()
        waiting = self._open_lines_domain()
        if answers is None:
            accepted = waiting & Domain("state", "=", "pending")
            answers = {}
        else:
            answers = self._checked_answers(answers)
            known = Line.search(waiting, order="id").ids
            self._check_own_lines(set(answers) - set(known))
            accepted = Domain("id", "in", [k for k, why in answers.items() if not why])
        Line._mark(accepted, {"state": "accepted", "dispute_reason": None})
        for reason in {why for why in answers.values() if why}:
            disputed = Domain(
                "id", "in", [k for k, r in answers.items() if r == reason]
            )
            Line._mark(disputed, {"state": "disputed", "dispute_reason": reason})
        self._note(answered_on=fields.Datetime.now())

    def _checked_answers(self, answers):
        """Line id → reason or False, whatever a remote client made of it.

        JSON and XML-RPC know no keys but texts.

        :raises UserError: keys that are no ids, or disputes without a reason
        """
        checked, unknown = {}, set()
        for key, why in answers.items():
            if str(key).isascii() and str(key).isdigit():
                checked[int(key)] = why.strip() if isinstance(why, str) else why
            else:
                unknown.add(key)
        self._check_own_lines(unknown)
        if any(
            why == "" or not isinstance(why, str | bool | None) or why is True
            for why in checked.values()
        ):
            raise UserError(
                self.env._("Say what is wrong with each line that is disputed.")
            )
        return checked

    def _check_own_lines(self, unknown):
        if unknown:
            raise UserError(
                self.env._(
                    "%(count)s lines are not open lines of %(name)s.",
                    count=len(unknown),
                    name=self.name,
                )
            )
