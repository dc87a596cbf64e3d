import logging

from odoo import api, fields, models
from odoo.tools import plaintext2html

from .cron_turns import LATER, take_turns

_logger = logging.getLogger(__name__)
NOT_MAILED = "o2c_consignment.mail_activity_type_not_mailed"


class O2cConsignmentSettlement(models.Model):
    """Mailed to the consignor, without anybody waiting for the mail."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.settlement"

    mail_state = fields.Selection(
        [
            ("pending", "To be mailed"),
            ("mailed", "Mailed"),
            ("no_address", "No e-mail address"),
            ("failed", "Not mailed, to be tried again"),
        ],
        string="Statement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
    )
    mail_error = fields.Text(
        string="Why It Was Not Mailed",
        readonly=True,
        copy=False,
        help="Why the statement was not mailed, or not with all its files.",
    )

    def action_send(self):
        # EXTENDS: nobody waits for the mail, and no mail takes back what was sent
        super().action_send()
        self._queue_mail()

    def action_mail(self):
        """Mail the statement again."""
        for settlement in self:
            settlement._require_state("sent", "accepted", "disputed", "billed", "paid")
        self._queue_mail()

    def _queue_mail(self):
        self.check_access("write")
        for settlement in self:
            address = settlement.consignor_id.email
            settlement._note(mail_state="pending" if address else "no_address")
        if "pending" in self.mapped("mail_state"):
            self.env.ref("o2c_consignment.ir_cron_mail_statements")._trigger()

    @api.model
    def _cron_mail_statements(self):
        """Mail what waits, and what failed before, one settlement at a time."""
        waiting = self.search([("mail_state", "in", ("pending", "failed"))], order="id")

        def mail(settlement):
            if settlement.mail_state in ("pending", "failed"):
                settlement._mail_statement()

        take_turns(waiting, mail, self._tell_not_mailed)

    @api.model
    def _tell_not_mailed(self, settlement, error):
        """Keep why a statement was not mailed, and tell who answers for it."""
        _logger.warning("%s was not mailed", settlement.name, exc_info=error)
        reason = str(error) or type(error).__name__
        settlement._note(mail_state="failed", mail_error=reason)
        settlement._keep_mail_activity(
            self.env._(
                "The statement was not mailed, and will be tried again tomorrow: "
                "%(reason)s",
                reason=reason,
            )
        )

    def _keep_mail_activity(self, message):
        """Tell it in one activity, that goes away when there is nothing to tell."""
        self.ensure_one()
        kind = self.env.ref(NOT_MAILED)
        waiting = self.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        if not message:
            waiting.unlink()
        elif waiting:
            waiting.note = plaintext2html(message)
        else:
            self.activity_schedule(
                NOT_MAILED,
                user_id=self._responsible().id,
                note=plaintext2html(message),
            )

    def _responsible(self):
        """Who looks after the consignor for us.

        :rtype: res.users
        """
        self.ensure_one()
        agreement = self.line_ids[:1].consumption_id.agreement_id
        return agreement.user_id or agreement.approved_by_id or self.create_uid

    def _mail_statement(self):
        """Mail the statement with its spreadsheet, and its PDF where it can be made."""
        self.ensure_one()
        missing = self._send_statement()
        self._note(mail_state="mailed", mail_error=missing)
        self._keep_mail_activity(missing)

    def _send_statement(self):
        """Send the mail.

        :return: why its PDF is missing, False when it is there
        """
        template = self.env.ref("o2c_consignment.mail_template_settlement")
        try:
            with self.env.cr.savepoint():
                template.send_mail(self.id, **self._prepare_mail())
        except LATER:
            raise
        except Exception as error:  # noqa: BLE001 - told below, or it fails again
            # Printing fails where wkhtmltopdf is missing or broken. The spreadsheet has
            # every line, and the consignor waits for it.
            _logger.warning("No PDF of %s", self.name, exc_info=error)
            plain = template.with_context(o2c_without_reports=True)
            plain.send_mail(self.id, **self._prepare_mail())
            return self.env._(
                "Mailed with the spreadsheet only, as the PDF could not be made: "
                "%(reason)s",
                reason=str(error) or type(error).__name__,
            )
        return False

    def _prepare_mail(self):
        settlement = self.with_context(lang=self.consignor_id.lang or self.env.lang)
        sheet = self.env["ir.attachment"].create(
            {
                "name": f"{self.name.replace('/', '-')}.xlsx",
                "raw": settlement._o2c_statement_xlsx(),
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return {
            "email_values": {
                "recipient_ids": [fields.Command.link(self.consignor_id.id)],
                "attachment_ids": [fields.Command.link(sheet.id)],
            },
            "email_layout_xmlid": "mail.mail_notification_light",
        }
