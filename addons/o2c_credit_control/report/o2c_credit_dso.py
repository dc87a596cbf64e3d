from odoo import fields, models


class O2cCreditDso(models.Model):
    """Days sales outstanding by month and company, count-back method.

    A view that says the same as `credit_core.count_back_days`, which the tests compare:
    the receivable at the end of the month, taken off the sales of that month and of
    the months before it.
    """

    _name = "o2c.credit.dso"
    _description = "Days sales outstanding"
    _auto = False
    _order = "month desc, company_id"
    _rec_name = "month"

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
    }

    month = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    sales = fields.Monetary("Invoiced", readonly=True, help="Taxes included.")
    receivable = fields.Monetary(
        "Receivable at the end", readonly=True, aggregator="max"
    )
    dso = fields.Float("DSO (days)", readonly=True, aggregator="avg", digits=(16, 1))

    @property
    def _table_query(self):
        return """
            WITH entry AS (
                SELECT line.company_id, line.company_currency_id AS currency_id,
                       date_trunc('month', line.date)::date AS month,
                       SUM(line.balance) AS balance,
                       SUM(line.balance) FILTER (
                           WHERE move.move_type IN ('out_invoice', 'out_refund',
                                                    'out_receipt')) AS sales
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN account_move move ON move.id = line.move_id
                 WHERE line.parent_state = 'posted'
                   AND account.account_type = 'asset_receivable'
              GROUP BY line.company_id, line.company_currency_id,
                       date_trunc('month', line.date)
            ), span AS (
                SELECT company_id, currency_id,
                       generate_series(MIN(month), date_trunc('month',
                           now() AT TIME ZONE 'America/Guayaquil'),
                           interval '1 month')::date AS month
                  FROM entry
              GROUP BY company_id, currency_id
            ), monthly AS (
                SELECT span.*, GREATEST(COALESCE(entry.sales, 0), 0) AS sales,
                       SUM(COALESCE(entry.balance, 0)) OVER (
                           PARTITION BY span.company_id ORDER BY span.month)
                           AS receivable,
                       LEAST((span.month + interval '1 month')::date,
                             (now() AT TIME ZONE 'America/Guayaquil')::date + 1)
                           - span.month AS days,
                       SUM(GREATEST(COALESCE(entry.sales, 0), 0)) OVER (
                           PARTITION BY span.company_id ORDER BY span.month) AS so_far
                  FROM span
             LEFT JOIN entry USING (company_id, currency_id, month)
            )
            SELECT row_number() OVER (ORDER BY this.company_id, this.month) AS id,
                   this.month, this.company_id, this.currency_id, this.sales,
                   this.receivable, COALESCE(back.days, 0) AS dso
              FROM monthly this
         LEFT JOIN LATERAL (
                   SELECT SUM(past.days * CASE
                              WHEN past.sales <= 0 THEN 1
                              ELSE LEAST(1, left_over.amount / past.sales) END) AS days
                     FROM monthly past
               CROSS JOIN LATERAL (
                          SELECT this.receivable - (this.so_far - past.so_far) AS amount
                          ) AS left_over
                    WHERE past.company_id = this.company_id
                      AND past.month <= this.month
                      AND left_over.amount > 0
                   ) back ON TRUE
        """
