from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.o2c_consignment.models.legal_time import legal_today

from ..listings import LISTINGS
from ..portal_core.relative_period import PERIODS as PERIOD_NAMES
from ..portal_core.relative_period import period
from ..scope import Scope
from .o2c_supplier_export import FORMATS, LISTING_NAMES

MAX_REPORTS = 30
MAX_MAIL = 5 * 1024 * 1024
PERIODS = [
    ("all", "Everything"),
    ("last_7_days", "Last 7 days"),
    ("this_month", "This month"),
    ("last_month", "Last month"),
    ("last_3_months", "Last 3 months"),
    ("this_year", "This year"),
]
SCHEDULES = [
    ("none", "Only when I ask"),
    ("daily", "Every day"),
    ("weekly", "Every Monday"),
    ("monthly", "On the first of the month"),
]
REPORTABLE = [item for item in LISTING_NAMES if item[0] != "lines"]


class O2cSupplierReport(models.Model):
    """A report that a supplier's user saved: columns, filters, grouping, schedule."""

    _name = "o2c.supplier.report"
    _inherit = "o2c.supplier.personal"
    _description = "Supplier's Saved Report"
    _order = "name, id"

    name = fields.Char(required=True)
    listing = fields.Selection(REPORTABLE, required=True)
    params = fields.Json()
    columns = fields.Json()
    groupby = fields.Char()
    period = fields.Selection(PERIODS, required=True, default="all")
    file_format = fields.Selection(FORMATS, required=True, default="xlsx")
    schedule = fields.Selection(SCHEDULES, required=True, default="none", index=True)
    next_on = fields.Date(readonly=True, index="btree_not_null")

    @api.constrains("listing", "columns", "groupby", "period")
    def _check_definition(self):
        for report in self:
            listing = LISTINGS[report.listing]
            unknown = set(report.columns or ()) - set(listing.columns)
            if unknown or (report.groupby and report.groupby not in listing.groups):
                raise ValidationError(
                    self.env._("Choose columns and groups of this list.")
                )
            if report.period not in PERIOD_NAMES:
                raise ValidationError(self.env._("Choose a period."))

    @api.model_create_multi
    def create(self, vals_list):
        reports = super().create(vals_list)
        reports._o2c_schedule()
        return reports

    def write(self, vals):
        result = super().write(vals)
        if "schedule" in vals:
            self._o2c_schedule()
        return result

    @api.model
    def _o2c_save(self, scope, vals):
        """Save a report of the current user; called with the superuser's rights.

        :raises UserError: no name, or too many reports
        """
        name = (vals.get("name") or "").strip()[:100]
        owner = scope.env.user
        if not name:
            raise UserError(self.env._("Write a name for the report."))
        if self.search_count(self._o2c_domain_of(owner)) >= MAX_REPORTS:
            raise UserError(
                self.env._("You have %s reports: delete one first.", MAX_REPORTS)
            )
        return self.create(
            {
                **vals,
                "name": name,
                "user_id": owner.id,
                "company_id": scope.company.id,
            }
        )

    def _o2c_schedule(self):
        today = legal_today()
        monday = today + relativedelta(days=7 - today.weekday())
        first = today.replace(day=1) + relativedelta(months=1)
        following = {
            "daily": today + relativedelta(days=1),
            "weekly": monday,
            "monthly": first,
        }
        for report in self:
            report.next_on = following.get(report.schedule, False)

    def _o2c_ask(self):
        """Queue the report's file with the period as it is today.

        :raise HTTPException: its user has no role for it any more
        """
        self.ensure_one()
        env = self.env(user=self.user_id, su=False)
        listing = LISTINGS[self.listing]
        scope = Scope.of(env, listing.permission, self.company_id.id)
        first, last = period(self.period, legal_today())
        params = dict(self.params or {})
        if first and any(spec.name == "date_from" for spec in listing.filters):
            params.update(date_from=str(first), date_to=str(last))
        return self.env["o2c.supplier.export"]._o2c_ask(
            scope,
            self.listing,
            params,
            self.file_format,
            report_id=self.id,
            columns=self.columns,
            groupby=self.groupby,
        )

    @api.model
    def _cron_schedules(self):
        """Ask for the reports that are due today, one commit each."""
        today = legal_today()
        due = self.search([("next_on", "<=", today)], order="next_on, id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for report in due:
            report = report.try_lock_for_update()
            if not report or not report.next_on or report.next_on > today:
                continue  # another worker has it
            report._o2c_schedule()
            if self._o2c_is_allowed(report):
                report._o2c_ask()
            if not cron._commit_progress(1):
                break

    def _o2c_is_allowed(self, report):
        companies = report.user_id._o2c_supplier_companies(
            LISTINGS[report.listing].permission
        )
        return report._o2c_is_current() and report.company_id.id in companies

    def _o2c_send(self, export):
        """Mail a file that a schedule asked for: small ones inside, others by link."""
        for report in self.filtered(lambda r: r.schedule != "none"):
            user = report.user_id
            email = user.partner_id.email
            if not email:
                continue
            report = report.with_context(lang=user.lang)
            link = f"{report.get_base_url()}/my/consignment/exports"
            mail = self.env["mail.mail"].create(
                {
                    "subject": report.name,
                    "email_to": email,
                    "author_id": report.company_id.partner_id.id,
                    "body_html": report._o2c_mail_body(link),
                }
            )
            if export.size <= MAX_MAIL:
                mail.attachment_ids = self.env["ir.attachment"].create(
                    {
                        "name": export.filename,
                        "raw": export._o2c_file(),
                        "res_model": "mail.message",
                        "res_id": mail.mail_message_id.id,
                    }
                )

    def _o2c_mail_body(self, link):
        return self.env["ir.qweb"]._render(
            "o2c_supplier_portal.report_mail", {"report": self, "link": link}
        )
