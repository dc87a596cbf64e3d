from odoo import fields, models

from ..models.dates import SQL_TODAY


class O2cCreditWorklist(models.Model):
    """Customers who owe, one row per customer and company, for the collector's day."""

    _name = "o2c.credit.worklist"
    _description = "Collector's worklist"
    _auto = False
    _order = "risk desc, overdue desc, id"
    _rec_name = "partner_id"

    # so that pending writes reach the database before the view is read
    _depends = {
        "account.move": ["move_type"],
        "account.move.line": [
            "account_id",
            "amount_residual",
            "balance",
            "company_id",
            "date",
            "date_maturity",
            "move_id",
            "parent_state",
            "partner_id",
        ],
        "o2c.credit.dispute": ["company_id", "partner_id", "state"],
        "o2c.credit.promise": ["company_id", "date", "missing", "partner_id", "state"],
        "o2c.credit.reminder": ["company_id", "date", "partner_id"],
    }

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    collector_id = fields.Many2one(
        "res.users", related="partner_id.o2c_collector_id", string="Collector"
    )
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    risk = fields.Selection(
        [("0_low", "Low"), ("1_medium", "Medium"), ("2_high", "High")],
        readonly=True,
        help="High: a broken promise, or more than 60 days overdue. Medium: more than"
        " 30 days overdue, or an invoice in dispute.",
    )
    receivable = fields.Monetary(readonly=True)
    overdue = fields.Monetary(readonly=True)
    days_overdue = fields.Integer(
        "Oldest (days)", readonly=True, aggregator="max", help="Days since it fell due."
    )
    documents = fields.Integer("Overdue documents", readonly=True)
    last_reminder = fields.Date(readonly=True)
    next_promise = fields.Date(readonly=True)
    missing = fields.Monetary("Broken promises", readonly=True)
    disputed = fields.Integer("In dispute", readonly=True)
    hold = fields.Boolean(related="partner_id.o2c_credit_hold")

    @property
    def _table_query(self):
        return f"""
            WITH owed AS (
                SELECT partner.commercial_partner_id AS partner_id, line.company_id,
                       line.company_currency_id AS currency_id,
                       SUM(line.amount_residual) AS receivable,
                       SUM(line.amount_residual) FILTER (WHERE late.days > 0)
                           AS overdue,
                       MAX(late.days) FILTER (WHERE line.amount_residual > 0) AS days,
                       COUNT(*) FILTER (WHERE late.days > 0
                                        AND line.amount_residual > 0) AS documents
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_partner partner ON partner.id = line.partner_id
            CROSS JOIN LATERAL (
                       SELECT {SQL_TODAY}
                              - COALESCE(line.date_maturity, line.date) AS days
                       ) AS late
                 WHERE line.parent_state = 'posted'
                   AND line.amount_residual <> 0
                   AND account.account_type = 'asset_receivable'
              GROUP BY partner.commercial_partner_id, line.company_id,
                       line.company_currency_id
            ), promise AS (
                SELECT partner_id, company_id,
                       MIN(date) FILTER (WHERE state = 'open') AS next,
                       SUM(missing) FILTER (WHERE state IN ('partly', 'broken'))
                           AS missing
                  FROM o2c_credit_promise
                 WHERE state IN ('open', 'partly', 'broken')
              GROUP BY partner_id, company_id
            ), reminder AS (
                SELECT partner_id, company_id, MAX(date) AS last
                  FROM o2c_credit_reminder
              GROUP BY partner_id, company_id
            ), dispute AS (
                SELECT partner_id, company_id, COUNT(*) AS open
                  FROM o2c_credit_dispute
                 WHERE state = 'open'
              GROUP BY partner_id, company_id
            )
            SELECT owed.partner_id::bigint * 100000 + owed.company_id AS id,
                   owed.partner_id, owed.company_id, owed.currency_id, owed.receivable,
                   GREATEST(COALESCE(owed.overdue, 0), 0) AS overdue,
                   GREATEST(COALESCE(owed.days, 0), 0) AS days_overdue,
                   owed.documents, reminder.last AS last_reminder,
                   promise.next AS next_promise,
                   CASE WHEN COALESCE(promise.missing, 0) > 0 OR owed.days > 60
                        THEN '2_high'
                        WHEN COALESCE(dispute.open, 0) > 0 OR owed.days > 30
                        THEN '1_medium' ELSE '0_low' END AS risk,
                   COALESCE(promise.missing, 0) AS missing,
                   COALESCE(dispute.open, 0) AS disputed
              FROM owed
         LEFT JOIN promise USING (partner_id, company_id)
         LEFT JOIN reminder USING (partner_id, company_id)
         LEFT JOIN dispute USING (partner_id, company_id)
             WHERE owed.receivable > 0
        """

    def action_open_partner(self):
        """Open the customer, where the documents and buttons are."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }

    def action_whatsapp(self):
        """Open WhatsApp with a message about everything that is open.

        :raise UserError: when the customer has no number that WhatsApp takes
        """
        self.ensure_one()
        partner = self.partner_id.with_company(self.company_id)
        steps = self.env["o2c.credit.ladder.step"].with_context(lang=partner.lang)
        text = partner._o2c_credit_message(
            steps.default_get(["message"])["message"],
            partner._o2c_credit_statement_items(),
            self.company_id,
        )
        return partner._o2c_action_whatsapp(text)

    def action_promise(self):
        """Record a promise of this customer, in one part or several."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "o2c.credit.promise.plan",
            "name": self.env._("Promise of payment"),
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
                "default_amount": self.overdue or self.receivable,
            },
        }
