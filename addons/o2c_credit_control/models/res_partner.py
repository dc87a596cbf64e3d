from odoo import api, fields, models
from odoo.fields import Domain

from .dates import today

# Salespeople see the amounts that decide about their orders, not the accounting.
READERS = (
    "sales_team.group_sale_salesman,account.group_account_readonly,"
    "account.group_account_invoice,"
    "o2c_credit_control.o2c_credit_control_group_collector"
)
# field of the partner: attribute of credit_core.Exposure
AMOUNTS = {
    "o2c_credit_exposure": "total",
    "o2c_credit_receivable": "receivable",
    "o2c_credit_not_due": "not_due",
    "o2c_credit_overdue": "overdue",
    "o2c_credit_overdue_30": "overdue_30",
    "o2c_credit_overdue_60": "overdue_60",
    "o2c_credit_overdue_90": "overdue_90",
    "o2c_credit_overdue_older": "overdue_older",
    "o2c_credit_advance": "advance",
    "o2c_credit_deductions": "deductions",
    "o2c_credit_draft_invoiced": "draft_invoiced",
    "o2c_credit_delivered": "delivered",
    "o2c_credit_undelivered": "undelivered",
}


def _amount(label, **options):
    """A monetary field that salespeople may read without reading accounting."""
    return fields.Monetary(
        label,
        compute="_compute_o2c_credit",
        compute_sudo=True,
        currency_field="o2c_credit_currency_id",
        groups=READERS,
        **options,
    )


class ResPartner(models.Model):
    _inherit = "res.partner"

    o2c_credit_currency_id = fields.Many2one(
        "res.currency", compute="_compute_o2c_credit_currency_id"
    )
    o2c_credit_serial = fields.Integer(
        copy=False, readonly=True, help="Technical: see `_o2c_credit_lock`."
    )
    o2c_credit_exposure = _amount(
        "Exposure",
        help="Receivable, draft invoices of orders, goods delivered and not invoiced,"
        " goods confirmed and not delivered; taxes included.",
    )
    o2c_credit_receivable = _amount(
        "Receivable",
        help="Net of payments on account, credit notes and announced deductions.",
    )
    o2c_credit_not_due = _amount("Not due")
    o2c_credit_overdue = _amount("Overdue")
    o2c_credit_overdue_30 = _amount("1-30 days")
    o2c_credit_overdue_60 = _amount("31-60 days")
    o2c_credit_overdue_90 = _amount("61-90 days")
    o2c_credit_overdue_older = _amount("Over 90 days")
    o2c_credit_advance = _amount("Paid in advance")
    o2c_credit_deductions = _amount(
        "Expected deductions",
        help="Already taken off the receivable.",
    )
    o2c_credit_draft_invoiced = _amount("Invoices in draft")
    o2c_credit_delivered = _amount("Delivered, not invoiced")
    o2c_credit_undelivered = _amount("Confirmed, not delivered")
    o2c_credit_limit = _amount(
        "Limit in force", help="With guarantees and temporary limits that are valid."
    )
    o2c_credit_raised = _amount("Raised by guarantees and temporary limits")
    o2c_credit_available = _amount("Available credit")
    o2c_credit_secured = _amount("Secured", help="Guarantees and insurances in force.")
    o2c_credit_at_risk = _amount("At risk", help="Exposure that nothing secures.")
    o2c_credit_days_overdue = fields.Integer(
        "Oldest overdue (days)",
        compute="_compute_o2c_credit",
        compute_sudo=True,
        groups=READERS,
    )
    o2c_credit_policy_id = fields.Many2one(
        "o2c.credit.policy",
        "Credit policy",
        compute="_compute_o2c_credit_policy_id",
        compute_sudo=True,
        groups=READERS,
    )
    o2c_credit_hold = fields.Boolean(
        "On hold",
        compute="_compute_o2c_credit_hold",
        compute_sudo=True,
        search="_search_o2c_credit_hold",
        groups=READERS,
        help="May not confirm nor receive: held by hand, overdue beyond the policy, or"
        " a promise of payment was not kept.",
    )
    o2c_credit_hold_reason = fields.Char(
        "Why on hold",
        compute="_compute_o2c_credit_hold",
        compute_sudo=True,
        groups=READERS,
    )
    o2c_credit_promise_ids = fields.One2many(
        "o2c.credit.promise", "partner_id", string="Promises of payment", groups=READERS
    )
    o2c_credit_promise_rate = fields.Float(
        "Promises kept (%)",
        compute="_compute_o2c_credit_promise_rate",
        compute_sudo=True,
        digits=(16, 1),
        groups=READERS,
        help="Of the amounts promised whose day has passed, what was there in time.",
    )
    o2c_credit_promise_decided = fields.Monetary(
        "Promised until now",
        compute="_compute_o2c_credit_promise_rate",
        compute_sudo=True,
        currency_field="o2c_credit_currency_id",
        groups=READERS,
    )
    o2c_credit_hold_ids = fields.One2many(
        "o2c.credit.hold", "partner_id", string="Credit holds", groups=READERS
    )
    o2c_credit_review_date = fields.Date(
        "Review the limit by",
        company_dependent=True,
        copy=False,
        groups=READERS,
        help="Somebody is asked to look at the limit then.",
    )
    o2c_credit_group_id = fields.Many2one(
        "o2c.credit.group",
        "Credit group",
        compute="_compute_o2c_credit_group_id",
        compute_sudo=True,
        groups=READERS,
    )
    o2c_credit_cover_ids = fields.One2many(
        "o2c.credit.cover",
        "partner_id",
        string="Guarantees, insurances, temporary limits",
        groups=READERS,
    )
    o2c_credit_limit_ids = fields.One2many(
        "o2c.credit.limit", "partner_id", string="Changes of the limit", groups=READERS
    )
    o2c_collector_id = fields.Many2one(
        "res.users",
        string="Collector",
        company_dependent=True,
        copy=False,
        groups=READERS,
        help="Who follows what this customer owes.",
    )

    # --------------------------------------------------------------- computes
    @api.depends_context("company")
    def _compute_o2c_credit_currency_id(self):
        self.o2c_credit_currency_id = self.env.company.currency_id

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_o2c_credit(self):
        company = self.env.company
        standings = self._o2c_credit_standings(company)
        payers = self.commercial_partner_id._origin
        policies = self.env["o2c.credit.policy"]._for_partners(payers, company)
        rules = {policy: policy._core() for policy in set(policies.values())}
        for partner in self:
            payer = partner.commercial_partner_id._origin.id
            standing = standings.get(payer)
            exposure = standing.exposure if standing else None
            for name, attribute in AMOUNTS.items():
                partner[name] = float(getattr(exposure, attribute)) if exposure else 0
            partner.o2c_credit_raised = float(standing.raised) if standing else 0
            partner.o2c_credit_secured = float(standing.secured) if standing else 0
            partner.o2c_credit_at_risk = float(standing.at_risk) if standing else 0
            limit = float(rules[policies[payer]].in_force(standing)) if standing else 0
            partner.o2c_credit_limit = limit
            partner.o2c_credit_available = (
                limit - partner.o2c_credit_exposure if limit else 0
            )
            partner.o2c_credit_days_overdue = (
                exposure.days_overdue(standing.today) if exposure else 0
            )

    @api.depends("commercial_partner_id")
    def _compute_o2c_credit_group_id(self):
        groups = self.env["o2c.credit.group"]
        of_partner = groups._of_partners(self.commercial_partner_id._origin)
        for partner in self:
            payer = partner.commercial_partner_id._origin.id
            partner.o2c_credit_group_id = of_partner.get(payer, groups)

    @api.depends("o2c_credit_promise_ids.kept", "o2c_credit_promise_ids.state")
    @api.depends_context("company")
    def _compute_o2c_credit_promise_rate(self):
        sums = {
            partner.id: (kept, promised)
            for partner, kept, promised in self.env["o2c.credit.promise"]._read_group(
                [
                    ("company_id", "=", self.env.company.id),
                    ("partner_id", "in", self.commercial_partner_id._origin.ids),
                    ("state", "in", ("kept", "partly", "broken")),
                ],
                ["partner_id"],
                ["kept:sum", "amount:sum"],
            )
        }
        for partner in self:
            payer = partner.commercial_partner_id._origin.id
            kept, promised = sums.get(payer, (0, 0))
            partner.o2c_credit_promise_decided = promised
            partner.o2c_credit_promise_rate = 100 * kept / promised if promised else 0

    @api.depends("commercial_partner_id.category_id")
    @api.depends_context("company")
    def _compute_o2c_credit_policy_id(self):
        policies = self.env["o2c.credit.policy"]._for_partners(
            self.commercial_partner_id._origin, self.env.company
        )
        for partner in self:
            partner.o2c_credit_policy_id = policies.get(
                partner.commercial_partner_id._origin.id
            )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "lang")
    def _compute_o2c_credit_hold(self):
        rows = self._o2c_credit_held(self.env.company, self.commercial_partner_id)
        held = {row["partner_id"]: row for row in rows}
        texts = {
            "manual": self.env._("held by hand"),
            "promise": self.env._("promise not kept"),
            "late": self.env._("overdue beyond the policy"),
        }
        for partner in self:
            row = held.get(partner.commercial_partner_id._origin.id)
            partner.o2c_credit_hold = bool(row)
            partner.o2c_credit_hold_reason = (
                ", ".join(text for key, text in texts.items() if row[key])
                if row
                else ""
            )

    def _search_o2c_credit_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        rows = self.sudo()._o2c_credit_held(self.env.company)
        held = Domain("commercial_partner_id", "in", [r["partner_id"] for r in rows])
        return held if True in value else ~held

    # ---------------------------------------------------------------- actions
    def action_o2c_credit_documents(self):
        """Open the documents behind one amount; which one comes from the button.

        The amount is named by the context key ``o2c_credit_amount``; it only chooses a
        filter, rights are those of the user.
        """
        self.ensure_one()
        amount = self.env.context.get("o2c_credit_amount", "receivable")
        names = {
            "receivable": self.env._("Open documents"),
            "overdue": self.env._("Overdue documents"),
            "draft_invoiced": self.env._("Invoices in draft"),
            "orders": self.env._("Orders in course"),
        }
        if amount not in names:
            amount = "receivable"
        model, domain = self._o2c_credit_documents(amount)
        return {
            "type": "ir.actions.act_window",
            "name": names[amount],
            "res_model": model,
            "view_mode": "list,form",
            "domain": domain,
            "context": {"create": False},
        }

    def _o2c_credit_documents(self, amount):
        payer = self.commercial_partner_id
        company = ("company_id", "=", self.env.company.id)
        if amount == "orders":
            return "sale.order", [
                company,
                ("partner_invoice_id.commercial_partner_id", "=", payer.id),
                ("state", "=", "sale"),
                ("invoice_status", "!=", "invoiced"),
            ]
        if amount == "draft_invoiced":
            return "account.move", [
                company,
                ("commercial_partner_id", "=", payer.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "draft"),
            ]
        domain = [
            company,
            ("partner_id.commercial_partner_id", "=", payer.id),
            ("account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("amount_residual", "!=", 0),
        ]
        if amount == "overdue":
            domain += [("date_maturity", "<", today(self.env))]
        return "account.move.line", domain
