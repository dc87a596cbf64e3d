from datetime import timedelta

from odoo import api, fields, models


class O2cSriDocument(models.Model):
    """What the monitor shows of a document, and the alert when it waits too long."""

    # One file a topic, none above 400 lines.
    _inherit = "o2c.sri.document"  # pylint: disable=consider-merging-classes-inherited

    cause = fields.Char(
        string="Why It Waits", readonly=True, help="What the last try brought."
    )
    seconds_to_authorise = fields.Float(
        readonly=True,
        aggregator="avg",
        help="From the signature to the stored authorisation.",
    )
    alerted = fields.Boolean(readonly=True, help="Somebody was told that it waits.")

    @api.model
    def _o2c_alert_waiting(self):
        """Tell the responsible users, once, what waits longer than it should."""
        told = (
            self.env["res.company"]
            .sudo()
            .search(
                [
                    ("o2c_sri_enabled", "=", True),
                    ("o2c_sri_responsible_id", "!=", False),
                ]
            )
        )
        for company in told:
            self._o2c_alert_of_company(company)

    @api.model
    def _o2c_alert_of_company(self, company):
        limit = fields.Datetime.now() - timedelta(hours=company.o2c_sri_alert_hours)
        late = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("next_try", "!=", False),
                ("alerted", "=", False),
                ("create_date", "<", limit),
            ],
            order="id",
        )
        if not late:
            return
        user = company.o2c_sri_responsible_id
        env = company.with_context(lang=user.lang).env
        subject = env._(
            "%(count)s electronic documents wait for the SRI, the oldest is %(name)s",
            count=len(late),
            name=late[0].with_env(env).display_name,
        )
        body = late[0].cause or env._("The SRI has not answered yet.")
        # Odoo mails the activity to him when another user makes it, as the cron does.
        company.partner_id.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=subject,
            note=body,
            user_id=user.id,
        )
        late.alerted = True
