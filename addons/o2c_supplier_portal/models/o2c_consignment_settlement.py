from odoo import models
from odoo.exceptions import UserError

MAX_REASON = 500


class O2cConsignmentSettlement(models.Model):
    _inherit = "o2c.consignment.settlement"

    def _o2c_supplier_answer(self, reasons, *, accept_rest):
        """Record what the supplier's user answered, as that user.

        Two colleagues who answer at once follow one another: the second sees the
        first one's answer. Callers looked the settlement up in the user's scope.

        :param dict reasons: settlement line id → why it is disputed, or False for
            "accepted after all"
        :param bool accept_rest: accept every line that is still to be answered
        :raises UserError: nothing to answer, lines that are billed, reasons too long
        """
        self.ensure_one()
        self.lock_for_update()
        self._o2c_check_reasons(reasons)
        answers = dict(reasons)
        if accept_rest:
            pending = self.line_ids.filtered(lambda line: line.state == "pending")
            answers = {**dict.fromkeys(pending.ids, False), **answers}
        if not answers:
            raise UserError(
                self.env._(
                    "There is nothing to answer in %(name)s: every line was answered "
                    "already, or no line was chosen.",
                    name=self.name,
                )
            )
        self.action_accept(answers)
        self._o2c_tell_answer(answers)

    def _o2c_check_reasons(self, reasons):
        if any(len(reason or "") > MAX_REASON for reason in reasons.values()):
            raise UserError(
                self.env._(
                    "A reason is too long: at most %(count)s characters.",
                    count=MAX_REASON,
                )
            )
        billed = self.line_ids.filtered("bill_id")
        if set(billed.ids) & set(reasons):
            raise UserError(
                self.env._(
                    "Lines of %(name)s that were billed cannot be answered again.",
                    name=self.name,
                )
            )

    def _o2c_tell_answer(self, answers):
        disputed = sum(1 for reason in answers.values() if reason)
        text = self.env._(
            "%(user)s accepted %(accepted)s lines and disputed %(disputed)s.",
            user=self.env.user.name,
            accepted=len(answers) - disputed,
            disputed=disputed,
        )
        self.message_post(body=text, author_id=self.env.user.partner_id.id)
        self.env["o2c.supplier.access.log"]._o2c_log(
            "action", f"{self.name}: {text}", company=self.company_id
        )

    def _o2c_supplier_say(self, text):
        """Add a message of the supplier's user to the settlement's conversation."""
        self.ensure_one()
        self.message_post(
            body=text,
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.env["o2c.supplier.access.log"]._o2c_log(
            "action",
            self.env._("%(name)s: message", name=self.name),
            company=self.company_id,
        )

    def _o2c_supplier_messages(self):
        """Return the conversation with the supplier: no internal notes, no tracking.

        :rtype: mail.message
        """
        self.ensure_one()
        return self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", ("comment", "email")),
                ("subtype_id.internal", "=", False),
                ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
            ],
            order="id",
            limit=200,
        )
