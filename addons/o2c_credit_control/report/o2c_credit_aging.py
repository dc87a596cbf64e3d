from odoo import fields, models

from ..models.dates import SQL_TODAY


class O2cCreditAging(models.Model):
    """Open receivables by age, one row per open item; a view, always current."""

    _name = "o2c.credit.aging"
    _description = "Ageing of receivables"
    _auto = False
    _order = "date_maturity, id"
    _rec_name = "move_id"

    # so that pending writes reach the database before the view is read
    _depends = {
        "account.move": ["invoice_user_id", "move_type"],
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

    move_id = fields.Many2one("account.move", string="Document", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    invoice_user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    date_maturity = fields.Date("Due date", readonly=True)
    days_overdue = fields.Integer("Days overdue", readonly=True, aggregator="max")
    bucket = fields.Selection(
        [
            ("0_not_due", "Not due"),
            ("1_30", "1-30 days"),
            ("2_60", "31-60 days"),
            ("3_90", "61-90 days"),
            ("4_older", "Over 90 days"),
        ],
        string="Age",
        readonly=True,
    )
    amount = fields.Monetary("Open", readonly=True)

    @property
    def _table_query(self):
        return f"""
            SELECT item.*,
                   CASE WHEN item.days_overdue <= 0 THEN '0_not_due'
                        WHEN item.days_overdue <= 30 THEN '1_30'
                        WHEN item.days_overdue <= 60 THEN '2_60'
                        WHEN item.days_overdue <= 90 THEN '3_90'
                        ELSE '4_older' END AS bucket
              FROM (
                SELECT line.id, line.move_id,
                       partner.commercial_partner_id AS partner_id,
                       line.company_id, line.company_currency_id AS currency_id,
                       move.invoice_user_id, line.date_maturity,
                       line.amount_residual AS amount,
                       {SQL_TODAY}
                       - COALESCE(line.date_maturity, line.date) AS days_overdue
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.parent_state = 'posted'
                   AND line.amount_residual <> 0
                   AND account.account_type = 'asset_receivable'
              ) AS item
        """
