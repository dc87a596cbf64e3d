from odoo import api, fields, models

from ..credit_core import movement
from ..models.dates import SQL_TODAY

# Every receivable line is a flow of its amount from its day on, and every matching one
# of the opposite amount; a flow is aged k days from the day on which it is. What is
# aged at least k days at the end of a month is then a running sum, whatever the length
# of history: no month looks at the documents of the months before.
AGED = """
    flow AS (
        SELECT line.company_id, line.date AS start, line.balance AS amount,
               COALESCE(line.date_maturity, line.date) AS due,
               line.balance < 0 AS credit
          FROM account_move_line line
          JOIN account_account account ON account.id = line.account_id
         WHERE line.parent_state = 'posted'
           AND account.account_type = 'asset_receivable'
     UNION ALL
        SELECT line.company_id, part.max_date,
               CASE WHEN line.id = part.debit_move_id THEN -part.amount
                    ELSE part.amount END,
               COALESCE(line.date_maturity, line.date), line.balance < 0
          FROM account_partial_reconcile part
          JOIN account_move_line line
            ON line.id IN (part.debit_move_id, part.credit_move_id)
          JOIN account_account account ON account.id = line.account_id
         WHERE line.parent_state = 'posted'
           AND account.account_type = 'asset_receivable'
    ), event AS (
        SELECT company_id, credit, step.days, amount,
               CASE WHEN step.days IS NULL THEN start
                    ELSE GREATEST(start, due + step.days) END AS day
          FROM flow
          JOIN (VALUES (NULL), (1), (31), (61), (91)) AS step (days)
            ON step.days IS NULL OR NOT flow.credit
    ), moved AS (
        SELECT company_id, date_trunc('month', day)::date AS month,
               SUM(amount) FILTER (WHERE credit) AS credit,
               SUM(amount) FILTER (WHERE days IS NULL AND NOT credit) AS all_ages,
               SUM(amount) FILTER (WHERE days = 1) AS aged_1,
               SUM(amount) FILTER (WHERE days = 31) AS aged_31,
               SUM(amount) FILTER (WHERE days = 61) AS aged_61,
               SUM(amount) FILTER (WHERE days = 91) AS aged_91
          FROM event
         WHERE day <= {today}
      GROUP BY company_id, date_trunc('month', day)
    )
"""

MONTHLY = """
    sale AS (
        SELECT line.company_id, date_trunc('month', line.date)::date AS month,
               SUM(line.balance) AS sales
          FROM account_move_line line
          JOIN account_account account ON account.id = line.account_id
          JOIN account_move move ON move.id = line.move_id
         WHERE line.parent_state = 'posted'
           AND account.account_type = 'asset_receivable'
           AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
      GROUP BY line.company_id, date_trunc('month', line.date)
    ), late AS (
        SELECT debit.company_id, date_trunc('month', credit.date)::date AS month,
               SUM(part.amount * (credit.date - debit.date_maturity)) AS amount_days,
               SUM(part.amount) AS collected
          FROM account_partial_reconcile part
          JOIN account_move_line debit ON debit.id = part.debit_move_id
          JOIN account_move_line credit ON credit.id = part.credit_move_id
          JOIN account_account account ON account.id = debit.account_id
          JOIN account_move source ON source.id = credit.move_id
         WHERE account.account_type = 'asset_receivable'
           AND debit.date_maturity IS NOT NULL
           AND source.move_type <> 'out_refund'
      GROUP BY debit.company_id, date_trunc('month', credit.date)
    ), promise AS (
        SELECT company_id, date_trunc('month', date)::date AS month,
               SUM(kept) AS kept, SUM(amount) AS promised
          FROM o2c_credit_promise
         WHERE state IN ('kept', 'partly', 'broken')
      GROUP BY company_id, date_trunc('month', date)
    ), span AS (
        SELECT company_id,
               generate_series(MIN(month), date_trunc('month', {today}),
                               interval '1 month')::date AS month
          FROM moved
      GROUP BY company_id
    ), monthly AS (
        SELECT span.company_id, span.month,
               GREATEST(COALESCE(sale.sales, 0), 0) AS sales,
               LEAST((span.month + interval '1 month')::date, {today} + 1)
                   - span.month AS days,
               SUM(GREATEST(COALESCE(sale.sales, 0), 0)) OVER past AS so_far,
               COALESCE(SUM(moved.credit) OVER past, 0) AS credit,
               COALESCE(SUM(moved.all_ages) OVER past, 0) AS all_ages,
               COALESCE(SUM(moved.aged_1) OVER past, 0) AS aged_1,
               COALESCE(SUM(moved.aged_31) OVER past, 0) AS aged_31,
               COALESCE(SUM(moved.aged_61) OVER past, 0) AS aged_61,
               COALESCE(SUM(moved.aged_91) OVER past, 0) AS aged_91,
               late.amount_days, late.collected, promise.kept, promise.promised
          FROM span
     LEFT JOIN moved USING (company_id, month)
     LEFT JOIN sale USING (company_id, month)
     LEFT JOIN late USING (company_id, month)
     LEFT JOIN promise USING (company_id, month)
        WINDOW past AS (PARTITION BY span.company_id ORDER BY span.month)
    )
"""

# Count-back: the receivable taken off the sales of the month and of those before it.
COUNTED = """
    counted AS (
        SELECT this.*, this.all_ages + this.credit AS receivable,
               COALESCE(back.days, 0) AS dso
          FROM monthly this
     LEFT JOIN LATERAL (
               SELECT SUM(past.days * CASE
                          WHEN past.sales <= 0 THEN 1
                          ELSE LEAST(1, rest.amount / past.sales) END) AS days
                 FROM monthly past
           CROSS JOIN LATERAL (
                      SELECT this.all_ages + this.credit
                             - (this.so_far - past.so_far) AS amount
                      ) AS rest
                WHERE past.company_id = this.company_id
                  AND past.month <= this.month
                  AND rest.amount > 0
               ) back ON TRUE
    ), share AS (
        SELECT counted.*, dso / NULLIF(all_ages, 0) AS per_unit,
               LAG(all_ages + credit, 1, 0::numeric) OVER months AS opening
          FROM counted
        WINDOW months AS (PARTITION BY company_id ORDER BY month)
    ), aged AS (
        SELECT share.*,
               COALESCE(per_unit * (all_ages - aged_1), 0) AS dso_not_due,
               COALESCE(per_unit * (aged_1 - aged_31), 0) AS dso_30,
               COALESCE(per_unit * (aged_31 - aged_61), 0) AS dso_60,
               COALESCE(per_unit * (aged_61 - aged_91), 0) AS dso_90,
               COALESCE(per_unit * aged_91, 0) AS dso_older
          FROM share
    )
"""

RESULT = """
    SELECT row_number() OVER (ORDER BY aged.company_id, aged.month) AS id,
           aged.month, aged.company_id, company.currency_id, aged.sales,
           aged.receivable, aged.all_ages - aged.aged_1 AS not_due,
           aged.aged_1 AS overdue, aged.dso, aged.dso_not_due, aged.dso_30,
           aged.dso_60, aged.dso_90, aged.dso_older,
           aged.dso - LAG(aged.dso, 1, aged.dso) OVER months AS change,
           aged.dso_not_due - LAG(aged.dso_not_due, 1, aged.dso_not_due)
               OVER months AS change_not_due,
           aged.dso_30 - LAG(aged.dso_30, 1, aged.dso_30) OVER months AS change_30,
           aged.dso_60 - LAG(aged.dso_60, 1, aged.dso_60) OVER months AS change_60,
           aged.dso_90 - LAG(aged.dso_90, 1, aged.dso_90) OVER months AS change_90,
           aged.dso_older - LAG(aged.dso_older, 1, aged.dso_older)
               OVER months AS change_older,
           100 * (opening + sales - receivable)
               / NULLIF(opening + sales - (all_ages - aged_1), 0) AS effectiveness,
           amount_days / NULLIF(collected, 0) AS days_late,
           COALESCE(collected, 0) AS collected,
           100 * kept / NULLIF(promised, 0) AS promises_kept
      FROM aged
      JOIN res_company company ON company.id = aged.company_id
    WINDOW months AS (PARTITION BY aged.company_id ORDER BY aged.month)
"""


def _days(label, **options):
    return fields.Float(
        label, readonly=True, aggregator="avg", digits=(16, 1), **options
    )


class O2cCreditDso(models.Model):
    """Indicators of collection by month and company; a view, always current.

    DSO by count-back says the same as `credit_core.count_back_days`, which the tests
    compare; its parts by age add up to it, so that one sees which age moved it.
    """

    _name = "o2c.credit.dso"
    _description = "Indicators of collection"
    _auto = False
    _order = "month desc, company_id"
    _rec_name = "month"

    # so that pending writes reach the database before the view is read
    _depends = {
        "account.move": ["move_type"],
        "account.move.line": [
            "account_id",
            "balance",
            "company_id",
            "date",
            "date_maturity",
            "parent_state",
        ],
        "account.partial.reconcile": [
            "amount",
            "credit_move_id",
            "debit_move_id",
            "max_date",
        ],
        "o2c.credit.promise": ["amount", "company_id", "date", "kept", "state"],
    }

    month = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    sales = fields.Monetary("Invoiced", readonly=True, help="Taxes included.")
    collected = fields.Monetary(readonly=True, help="Matched with invoices.")
    receivable = fields.Monetary(
        "Receivable at the end", readonly=True, aggregator="max"
    )
    not_due = fields.Monetary("Not due at the end", readonly=True, aggregator="max")
    overdue = fields.Monetary("Overdue at the end", readonly=True, aggregator="max")
    dso = _days("DSO (days)", help="Days of the latest sales that are still open.")
    dso_not_due = _days("DSO: not due")
    dso_30 = _days("DSO: 1-30 days late")
    dso_60 = _days("DSO: 31-60 days late")
    dso_90 = _days("DSO: 61-90 days late")
    dso_older = _days("DSO: over 90 days late")
    change = _days("Change of DSO", help="Against the month before.")
    change_not_due = _days("Change: not due")
    change_30 = _days("Change: 1-30 days late")
    change_60 = _days("Change: 31-60 days late")
    change_90 = _days("Change: 61-90 days late")
    change_older = _days("Change: over 90 days late")
    why = fields.Char("Why it moved", compute="_compute_why")
    effectiveness = _days(
        "Collection effectiveness (%)",
        help="Of what could be collected in the month, how much was: (opening + sales"
        " - closing) / (opening + sales - not due at the end).",
    )
    days_late = _days(
        "Days late when paid", help="Weighted by amount; below zero: paid early."
    )
    promises_kept = _days("Promises kept (%)", help="Of the amount due that month.")

    @property
    def _table_query(self):
        parts = ", ".join((AGED, MONTHLY, COUNTED))
        return f"WITH {parts} {RESULT}".replace("{today}", SQL_TODAY)

    @api.depends("change", "dso")
    @api.depends_context("lang")
    def _compute_why(self):
        """Name the ages that moved the DSO most."""
        label = {
            "change_not_due": self.env._("not due"),
            "change_30": self.env._("1-30 days late"),
            "change_60": self.env._("31-60 days late"),
            "change_90": self.env._("61-90 days late"),
            "change_older": self.env._("over 90 days late"),
        }
        for row in self:
            moved = movement({name: row[name] for name in label})
            row.why = ", ".join(f"{label[name]} {days:+.1f}" for name, days in moved)
