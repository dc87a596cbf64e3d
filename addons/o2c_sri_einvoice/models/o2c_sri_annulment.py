from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..sri_core import annulment
from ..sri_core import documents as doc
from ..sri_core.errors import SriUnavailable
from ..tools import ecuador

ANNULMENT_STATES = [
    ("requested", "Annulled in the portal, to be confirmed"),
    ("pending", "Waiting for the receiver's consent"),
    ("confirmed", "Confirmed by the SRI"),
    ("refused", "Not annulled: the SRI still has it as authorised"),
]
OPEN_ANNULMENTS = ("requested", "pending")
CHECK_EVERY = timedelta(hours=6)


class O2cSriDocument(models.Model):
    """Annulment: recorded by a person, believed when the SRI says so.

    The SRI has no service for annulling (SPEC 6), so a person does it in the portal and
    records it here; ConsultaComprobante then decides. Until it says ANULADO the
    document stays authorised, and everything that hangs on it stays frozen.
    """

    # One file a topic, none above 400 lines.
    _inherit = "o2c.sri.document"  # pylint: disable=consider-merging-classes-inherited

    annulment_state = fields.Selection(
        ANNULMENT_STATES, string="Annulment", readonly=True, index="btree_not_null"
    )
    annulment_requested_on = fields.Datetime(
        string="Annulment Recorded On", readonly=True
    )
    annulment_checked_on = fields.Datetime(string="Asked the SRI On", readonly=True)

    # === CRON METHODS === #

    @api.model
    def _cron_verify_annulments(self):
        """Ask the SRI about recorded annulments that it has not confirmed."""
        limit = fields.Datetime.now() - CHECK_EVERY
        open_ones = self.sudo().search(
            [
                ("annulment_state", "in", OPEN_ANNULMENTS),
                "|",
                ("annulment_checked_on", "=", False),
                ("annulment_checked_on", "<", limit),
            ],
            order="id",
        )
        for document in open_ones.filtered(lambda d: d._o2c_may_be_asked()):
            document._o2c_ask_annulment()
            if self._o2c_can_commit():
                self.env["ir.cron"]._commit_progress(1)

    def _o2c_may_be_asked(self):
        neutralised = self.env["res.company"]._o2c_is_neutralised()
        return self.environment == "1" or not neutralised

    # === BUSINESS METHODS === #

    def _o2c_annulment_problems(self):
        """Return what keeps the document from being annulled, as sentences."""
        self.ensure_one()
        today = ecuador.today()
        is_final = self.sudo().partner_id.vat == doc.FINAL_CONSUMER_ID
        if self.state != "authorised":
            return [self.env._("only an authorised document is annulled.")]
        if self.annulment_state in OPEN_ANNULMENTS:
            return [self.env._("its annulment is recorded already.")]
        if annulment.never(self.document_type, is_final, today):
            return [
                self.env._(
                    "the SRI does not annul invoices of final consumers since "
                    "1 January 2026."
                )
            ]
        last = annulment.deadline(self.issue_date)
        if today > last:
            return [
                self.env._(
                    "the portal took its annulment until %(date)s; issue a credit "
                    "note. If it was annulled in time, use Check at the SRI.",
                    date=last,
                )
            ]
        return []

    def _o2c_ask_annulment(self):
        """Ask ConsultaComprobante and keep what it says.

        :return: False when the SRI did not answer.
        """
        self.ensure_one()
        client = self.company_id._o2c_sri_client(self.environment)
        try:
            answer = client.consultation(self.access_key)
        except SriUnavailable as error:
            lang = self.env.user.lang or "en"
            for message in error.messages:
                self._o2c_note("annulment", message.in_language(lang))
            self.annulment_checked_on = fields.Datetime.now()
            return False
        self.lock_for_update()
        self._o2c_apply_consultation(answer)
        return True

    def _o2c_apply_consultation(self, answer):
        now = fields.Datetime.now()
        vals = {"annulment_checked_on": now}
        if answer.annulled and self.state != "annulled":
            vals |= {
                "state": "annulled",
                "annulled_on": now,
                "annulment_state": "confirmed",
            }
            self._o2c_note("annulled", self.env._("The SRI confirms the annulment."))
        elif answer.state == "PENDIENTE DE ANULAR":
            vals["annulment_state"] = "pending"
            vals["annulment_requested_on"] = self.annulment_requested_on or now
        elif answer.state == "AUTORIZADO" and self._o2c_consent_is_overdue():
            vals["annulment_state"] = "refused"
            self._o2c_alert_not_annulled()
        for message in answer.messages:
            self._o2c_note(message.identifier, message.text, message.additional)
        self.write(vals)

    def _o2c_consent_is_overdue(self):
        requested = self.annulment_requested_on
        if self.annulment_state not in OPEN_ANNULMENTS or not requested:
            return False
        # Silence of the receiver leaves the document valid; for the other types the
        # same days are time enough for the portal.
        day = fields.Datetime.context_timestamp(
            self.with_context(tz="America/Guayaquil"), requested
        ).date()
        return ecuador.today() > annulment.answer_due(day)

    def _o2c_alert_not_annulled(self):
        user = self.annulled_by_id or self.company_id.o2c_sri_responsible_id
        target = self._o2c_origin()
        self._o2c_note(
            "annulment", self.env._("Not annulled: the SRI still has it as authorised.")
        )
        if user and target:
            target.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("%s was not annulled at the SRI", self.display_name),
                user_id=user.id,
            )

    # === ACTION METHODS === #

    def action_record_annulment(self):
        """Record that documents were annulled in the portal; the SRI is asked soon.

        :raise AccessError: the user does not manage accounting.
        :raise UserError: all that cannot be annulled, with the reasons.
        """
        self._o2c_check_may_issue("account.group_account_manager")
        problems = [
            f"• {document.display_name}: {problem}"
            for document in self
            for problem in document._o2c_annulment_problems()
        ]
        if problems:
            raise UserError("\n".join(problems))
        documents = self.sudo()
        documents.write(
            {
                "annulment_state": "requested",
                "annulment_requested_on": fields.Datetime.now(),
                "annulment_checked_on": False,
                "annulled_by_id": self.env.uid,
            }
        )
        documents._o2c_note(
            "annulment",
            self.env._("Recorded as annulled by %s", self.env.user.name),
        )
        cron = self.env.ref(
            "o2c_sri_einvoice.ir_cron_annulments", raise_if_not_found=False
        )
        if cron:
            cron.sudo()._trigger()

    def action_check_annulment(self):
        """Ask the SRI now what became of authorised documents.

        :raise UserError: there is nothing to ask, or the SRI did not answer.
        """
        self._o2c_check_may_issue()
        self.check_access("read")
        documents = self.sudo().filtered(lambda d: d.state == "authorised")
        if not documents:
            raise UserError(self.env._("None of these documents is authorised."))
        answered = [document._o2c_ask_annulment() for document in documents]
        if not any(answered):
            raise UserError(
                self.env._("The SRI did not answer: try again in some minutes.")
            )
