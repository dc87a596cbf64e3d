from datetime import timedelta

from odoo import api, fields, models

from ..tools import ecuador

# LRTI art. 50: the withholding is handed over within five days of the invoice.
DAYS = 5
# Older bills are not a matter of days any more; the list of bills shows them.
OLDEST = timedelta(days=30)


class AccountMove(models.Model):
    """Reminds of bills whose withholding is due, once each."""

    # One file a topic, none above 400 lines.
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    o2c_withholding_alerted = fields.Date(
        string="Withholding Reminded", copy=False, readonly=True
    )

    @api.model
    def _cron_o2c_withholding_alerts(self):
        """Remind of bills that rules withhold on, a working day before it is late."""
        today = ecuador.today()
        bills = self.sudo().search(
            [
                ("move_type", "=", "in_invoice"),
                ("state", "=", "posted"),
                ("company_id", "in", self._o2c_withholding_companies(today).ids),
                ("l10n_latam_document_type_id.code", "in", ("01", "03")),
                ("invoice_date", ">=", today - OLDEST),
                ("o2c_withholding_alerted", "=", False),
                (
                    "o2c_withholding_line_ids",
                    "not any",
                    [("withholding_id.state", "=", "posted")],
                ),
            ]
        )
        rules = self.env["o2c.sri.withholding.rule"]
        for bill in bills:
            last = ecuador.add_working_days(bill.invoice_date, DAYS)
            if today >= ecuador.add_working_days(bill.invoice_date, DAYS - 1) and (
                rules._o2c_propose(bill, bill.invoice_date)
            ):
                bill._o2c_remind_withholding(last)

    @api.model
    def _o2c_withholding_companies(self, day):
        """Return the companies that have to withhold: agents, special taxpayers."""
        companies = self.env["res.company"].sudo()
        return companies.search([("o2c_sri_enabled", "=", True)]).filtered(
            lambda company: company._o2c_sri_marks(day).keys() & {"agent", "special"}
        )

    def _o2c_remind_withholding(self, last):
        self.ensure_one()
        user = (
            self.invoice_user_id.filtered(
                lambda u: u.active and u.has_group("account.group_account_invoice")
            )
            or self.company_id.o2c_sri_responsible_id
            or self.env.user
        )
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=last,
            user_id=user.id,
            summary=self.env._("Issue its withholding by %s", last),
        )
        self.o2c_withholding_alerted = ecuador.today()
