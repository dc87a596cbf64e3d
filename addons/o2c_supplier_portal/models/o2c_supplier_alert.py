from datetime import timedelta

from odoo import api, fields, models

from ..portal_core import alerts
from .o2c_supplier_event import KINDS

KEPT = timedelta(days=90)
MODES = [
    (alerts.NOW, "At once"),
    (alerts.DIGEST, "Once a day"),
    (alerts.NONE, "Not at all"),
]


class O2cSupplierAlert(models.Model):
    """What one user of a supplier was told, in the portal and by mail."""

    _name = "o2c.supplier.alert"
    _inherit = "o2c.supplier.personal"
    _description = "Supplier Portal Alert"
    _order = "id desc"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    text = fields.Char(required=True, readonly=True)
    link = fields.Char(readonly=True)
    mail = fields.Selection([*MODES[:2], ("sent", "Sent")], readonly=True)

    _digest_idx = models.Index("(user_id) WHERE mail = 'digest'")

    def _o2c_mail_now(self):
        """Queue one mail for each user with what he wants to know at once."""
        for (user, company), own in (
            self.filtered(lambda alert: alert.mail == alerts.NOW)
            .grouped(lambda alert: (alert.user_id, alert.company_id))
            .items()
        ):
            own._o2c_mail(user, company)

    def _o2c_mail(self, user, company):
        if user.partner_id.email:
            told = self.with_context(lang=user.lang or "en_US")
            subject = (
                self[0].text
                if len(self) == 1
                else told.env._("News of your consigned goods")
            )
            # queued: a mail server that is down holds nothing up
            self.env["mail.mail"].create(
                {
                    "subject": f"{company.name}: {subject}",
                    "email_to": user.partner_id.email,
                    "author_id": company.partner_id.id,
                    "body_html": told.env["ir.qweb"]._render(
                        "o2c_supplier_portal.alert_mail",
                        {"alerts": told, "base_url": company.get_base_url()},
                    ),
                }
            )
        self.write({"mail": "sent"})

    @api.model
    def _cron_digest(self):
        """Mail each user what he wants to know once a day, one commit each."""
        cron = self.env["ir.cron"]
        users = [
            user
            for (user,) in self._read_group([("mail", "=", alerts.DIGEST)], ["user_id"])
        ]
        cron._commit_progress(remaining=len(users))
        for user in users:
            waiting = self.search(
                [("user_id", "=", user.id), ("mail", "=", alerts.DIGEST)]
            ).try_lock_for_update()
            current = waiting.filtered(lambda alert: alert._o2c_is_current())
            (waiting - current).mail = "sent"
            for company, own in current.grouped("company_id").items():
                own._o2c_mail(user, company)
            if not cron._commit_progress(1):
                break

    @api.autovacuum
    def _gc_alerts(self):
        old = fields.Datetime.now() - KEPT
        self.search([("create_date", "<", old)], limit=10_000).unlink()
