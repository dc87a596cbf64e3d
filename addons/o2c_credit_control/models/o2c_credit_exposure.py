from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..credit_core import Exposure
from .dates import today as ecuador_today

# Where an addon for the SRI stores what the customer will withhold from an invoice.
WITHHOLDING = "o2c_expected_withholding"

# Fields that the query reads, flushed before it runs.
READ_FIELDS = {
    "account.move": [
        "amount_total_signed",
        "commercial_partner_id",
        "company_id",
        "move_type",
        "payment_state",
        "state",
    ],
    "account.move.line": [
        "account_id",
        "amount_residual",
        "company_id",
        "date",
        "date_maturity",
        "move_id",
        "parent_state",
        "partner_id",
        "price_total",
    ],
    "res.partner": ["commercial_partner_id"],
    "sale.order": [
        "company_id",
        "currency_id",
        "invoice_status",
        "partner_invoice_id",
        "state",
    ],
    "sale.order.line": [
        "discount",
        "display_type",
        "invoice_lines",
        "is_downpayment",
        "order_id",
        "price_total",
        "price_unit",
        "product_uom_qty",
        "qty_delivered",
        "qty_delivered_method",
        "qty_invoiced",
    ],
    "stock.move": ["sale_line_id", "state"],
}

ORDERS = """
order_line AS (
    SELECT family.payer, so.id AS order_id, %(rate)s AS rate,
           CASE WHEN line.product_uom_qty <> 0
                THEN line.price_total / line.product_uom_qty
                ELSE line.price_unit
                     * (1 - COALESCE(line.discount, 0) / 100)
                END AS price,
           GREATEST(line.qty_delivered - line.qty_invoiced, 0) AS delivered,
           CASE WHEN COALESCE(move.waiting, TRUE)
                THEN GREATEST(line.product_uom_qty
                     - GREATEST(line.qty_delivered, line.qty_invoiced), 0)
                ELSE 0 END AS undelivered,
           COALESCE(advance.amount, 0) AS advance
      FROM family
      JOIN sale_order so ON so.partner_invoice_id = family.id
      JOIN sale_order_line line ON line.order_id = so.id
 LEFT JOIN LATERAL (
           SELECT bool_or(state NOT IN ('done', 'cancel')) AS waiting
             FROM stock_move
            WHERE sale_line_id = line.id
              AND line.qty_delivered_method = 'stock_move'
           ) move ON TRUE
 LEFT JOIN LATERAL (
           SELECT SUM(invoiced.price_total
                  * CASE invoice.move_type WHEN 'out_refund' THEN -1
                    ELSE 1 END) AS amount
             FROM sale_order_line_invoice_rel rel
             JOIN account_move_line invoiced
               ON invoiced.id = rel.invoice_line_id
             JOIN account_move invoice ON invoice.id = invoiced.move_id
            WHERE line.is_downpayment
              AND rel.order_line_id = line.id
              AND invoice.state <> 'cancel'
           ) advance ON TRUE
     WHERE so.company_id = %(company)s
       AND so.state = 'sale'
       AND so.invoice_status IS DISTINCT FROM 'invoiced'
       AND line.display_type IS NULL
), one_order AS (
    SELECT payer, order_id, rate,
           GREATEST(SUM(price * delivered), 0) AS delivered,
           GREATEST(SUM(price * (delivered + undelivered) - advance), 0)
               AS total
      FROM order_line
  GROUP BY payer, order_id, rate
), orders AS (
    SELECT payer,
           SUM(LEAST(delivered, total) / rate) AS delivered,
           SUM((total - LEAST(delivered, total)) / rate) AS undelivered
      FROM one_order
  GROUP BY payer
)
"""

# Open items of the customers, credits below zero.
ITEMS = """
o2c_open_item AS MATERIALIZED (
    SELECT family.payer, line.id, line.move_id,
           line.amount_residual AS open,
           COALESCE(line.date_maturity, line.date) AS due
      FROM family
      JOIN account_move_line line ON line.partner_id = family.id
      JOIN account_account account ON account.id = line.account_id
     WHERE line.company_id = %(company)s
       AND line.parent_state = 'posted'
       AND line.amount_residual <> 0
       AND account.account_type = 'asset_receivable'
)
"""

NOT_DEDUCTED = """
item AS (
    SELECT payer, id, move_id, due, open, 0 AS deducted FROM o2c_open_item
)
"""

# What is announced for an invoice is spread over its instalments, never more than what
# is open. Nobody knows beforehand how many announcements there are, and a join that is
# planned for one row takes minutes for tens of thousands: so they stand in line with
# their items, and NOT IN, which PostgreSQL answers from a hash, parts the others.
DEDUCTED = """
announced AS MATERIALIZED (
    SELECT move_id, amount FROM (%(deductions)s) AS deduction
     WHERE move_id IS NOT NULL
), in_line AS (
    SELECT payer, id, move_id, due, open, 0 AS amount FROM o2c_open_item
     WHERE (move_id NOT IN (SELECT move_id FROM announced)) IS FALSE
     UNION ALL
    SELECT NULL, NULL, move_id, NULL, 0, amount FROM announced
), spread AS (
    SELECT payer, id, move_id, due, open,
           CASE WHEN open > 0 AND SUM(amount) OVER document > 0
                THEN open * LEAST(1, SUM(amount) OVER document
                     / SUM(GREATEST(open, 0)) OVER document)
                ELSE 0 END AS deducted
      FROM in_line
    WINDOW document AS (PARTITION BY move_id)
), item AS (
    SELECT payer, id, move_id, due, open, 0 AS deducted FROM o2c_open_item
     WHERE move_id NOT IN (SELECT move_id FROM announced)
     UNION ALL
    SELECT * FROM spread WHERE id IS NOT NULL
)
"""

# What no credit covers, item by item: credits cover the oldest debt first.
OWED = """
debt AS (
    SELECT payer, id, move_id, due, open - deducted AS amount,
           SUM(GREATEST(open - deducted, 0))
               OVER (PARTITION BY payer ORDER BY due, id) AS owed_so_far,
           COALESCE(SUM(-open) FILTER (WHERE open < 0)
               OVER (PARTITION BY payer), 0) AS credit
      FROM item
), owed AS (
    SELECT payer, id, move_id, due,
           GREATEST(0, LEAST(amount, owed_so_far - credit)) AS owed
      FROM debt
     WHERE amount > 0
)
"""

# The same by due date instead of by item: a customer with tens of thousands of open
# items has some hundreds of due dates, and only those have to be put in order.
RECEIVABLE = """
due_day AS (
    SELECT payer, due, SUM(deducted) AS deducted,
           COALESCE(SUM(open) FILTER (WHERE open > 0), 0) - SUM(deducted) AS amount,
           COALESCE(SUM(-open) FILTER (WHERE open < 0), 0) AS credit
      FROM item
  GROUP BY payer, due
), debt AS (
    SELECT due_day.*, SUM(amount) OVER (PARTITION BY payer ORDER BY due) AS so_far,
           SUM(credit) OVER (PARTITION BY payer) AS all_credit
      FROM due_day
), aged AS (
    SELECT payer, due, amount, deducted, credit, %(today)s - due AS days,
           GREATEST(0, LEAST(amount, so_far - all_credit)) AS owed
      FROM debt
), receivable AS (
    SELECT payer,
           SUM(owed) FILTER (WHERE days <= 0) AS not_due,
           SUM(owed) FILTER (WHERE days BETWEEN 1 AND 30) AS overdue_30,
           SUM(owed) FILTER (WHERE days BETWEEN 31 AND 60) AS overdue_60,
           SUM(owed) FILTER (WHERE days BETWEEN 61 AND 90) AS overdue_90,
           SUM(owed) FILTER (WHERE days > 90) AS overdue_older,
           SUM(owed) - SUM(amount) + SUM(credit) AS advance,
           SUM(deducted) AS deductions,
           MIN(due) FILTER (WHERE owed > 0) AS oldest_due
      FROM aged
  GROUP BY payer
)
"""


class O2cCreditExposure(models.AbstractModel):
    """What customers owe or will owe, by the entity that is invoiced.

    Entry point: `_read_exposure`. One query for any number of customers; it reads open
    items and open orders only, through partial indexes, so that its time does not grow
    with history. Amounts are in the company's currency, which is the limit's.
    """

    _name = "o2c.credit.exposure"
    _description = "Credit exposure"

    @api.private
    def _read_exposure(self, partners, company, today=None):
        """Exposure of customers in one company.

        :param partners: commercial entities
        :param company: one company
        :param date today: day to which debts are aged, by default today in Ecuador
        :return: {partner id: credit_core.Exposure}, an entry for every partner
        """
        if not partners:
            return {}
        for model, names in READ_FIELDS.items():
            self.env[model].flush_model(names)
        self._flush_receivable()
        query = self._exposure_query(
            partners, company, today or ecuador_today(self.env)
        )
        result = {}
        for row in self.env.execute_query_dict(query):
            payer, oldest = row.pop("payer"), row.pop("oldest_due")
            amounts = {
                name: Decimal(str(company.currency_id.round(value or 0)))
                for name, value in row.items()
            }
            result[payer] = Exposure(**amounts, oldest_due=oldest)
        return result

    def _o2c_exposure_deductions(self, company):
        """Queries of amounts that will come off a receivable without a payment.

        Extend it with what else is announced. The withholding that a customer is
        expected to make is read where another addon stores it on the invoice: who paid
        all but that is not late (tax agents withhold by law). Each query selects
        ``move_id`` and ``amount`` (positive, in the company's currency) of posted
        invoices that are not paid, found by an index: most have nothing announced.
        Table expressions at its disposal: ``family.id`` and ``o2c_open_item.move_id``.

        :param company: the company whose exposure is computed
        :return: list of SQL
        """
        if not self._knows_withholding():
            return []
        return [
            SQL(
                """
                SELECT id AS move_id, o2c_expected_withholding AS amount
                  FROM account_move
                 WHERE commercial_partner_id IN (SELECT id FROM family)
                   AND company_id = %s
                   AND state = 'posted'
                   AND o2c_expected_withholding > 0
                   AND payment_state NOT IN ('in_payment', 'paid', 'reversed')
                """,
                company.id,
            )
        ]

    def _knows_withholding(self):
        # no dependency: each of the two addons works without the other
        field = self.env["account.move"]._fields.get(WITHHOLDING)
        return bool(field and field.store)

    def _flush_receivable(self):
        """Let pending writes reach the tables that the receivable is read from."""
        self.env["account.move.line"].flush_model(READ_FIELDS["account.move.line"])
        self.env["res.partner"].flush_model(READ_FIELDS["res.partner"])
        if self._knows_withholding():
            names = [WITHHOLDING, *READ_FIELDS["account.move"]]
            self.env["account.move"].flush_model(names)

    def _exposure_query(self, partners, company, today):
        return SQL(
            """
            WITH family AS (
                SELECT id, commercial_partner_id AS payer
                  FROM res_partner
                 WHERE commercial_partner_id IN %(payers)s
            ), %(receivable)s, %(orders)s, drafts AS (
                SELECT commercial_partner_id AS payer,
                       SUM(amount_total_signed) AS amount
                  FROM account_move move
                 WHERE commercial_partner_id IN %(payers)s
                   AND company_id = %(company)s
                   AND state = 'draft'
                   AND move_type = 'out_invoice'
                   AND EXISTS (
                       SELECT 1
                         FROM account_move_line line
                         JOIN sale_order_line_invoice_rel rel
                           ON rel.invoice_line_id = line.id
                        WHERE line.move_id = move.id
                   )
              GROUP BY commercial_partner_id
            )
            SELECT payer.id AS payer,
                   receivable.not_due, receivable.overdue_30, receivable.overdue_60,
                   receivable.overdue_90, receivable.overdue_older,
                   receivable.advance, receivable.deductions, receivable.oldest_due,
                   drafts.amount AS draft_invoiced,
                   orders.delivered, orders.undelivered
              FROM res_partner payer
         LEFT JOIN receivable ON receivable.payer = payer.id
         LEFT JOIN drafts ON drafts.payer = payer.id
         LEFT JOIN orders ON orders.payer = payer.id
             WHERE payer.id IN %(payers)s
            """,
            payers=tuple(partners.ids),
            company=company.id,
            receivable=self._receivable_ctes(company, today),
            orders=self._orders_ctes(company, today),
        )

    def _receivable_ctes(self, company, today):
        """Table expressions up to ``receivable``: open items aged as `credit_core.age`.

        Needs ``family(id, payer)``.
        """
        by_day = SQL(RECEIVABLE, today=today)
        return SQL("%s, %s", self._item_ctes(company), by_day)

    def _owed_ctes(self, company):
        """Table expressions up to ``owed``: what each open item still owes.

        Needs ``family(id, payer)``.
        """
        return SQL("%s, %s", self._item_ctes(company), SQL(OWED))

    def _item_ctes(self, company):
        items = SQL(ITEMS, company=company.id)
        queries = self._o2c_exposure_deductions(company)
        if not queries:
            return SQL("%s, %s", items, SQL(NOT_DEDUCTED))
        deductions = SQL(" UNION ALL ").join(queries)
        return SQL("%s, %s", items, SQL(DEDUCTED, deductions=deductions))

    def _orders_ctes(self, company, today):
        """Table expressions up to ``orders``: confirmed goods that no invoice holds.

        Needs ``family(id, payer)``. An invoice in draft takes its quantity off the
        order, and counts apart. A line whose deliveries are all done or cancelled
        waits for nothing more, whatever the ordered quantity says.
        """
        return SQL(
            ORDERS,
            company=company.id,
            rate=self._rate_expression(company, today),
        )

    def _rate_expression(self, company, today):
        """Units of the order's currency for one unit of the company's, on that day."""

        def rate(currency):
            return SQL(
                """COALESCE((
                    SELECT rate FROM res_currency_rate
                     WHERE currency_id = %(currency)s
                       AND name <= %(today)s
                       AND (company_id IS NULL OR company_id = %(root)s)
                  ORDER BY company_id, name DESC LIMIT 1), 1)""",
                currency=currency,
                today=today,
                root=company.root_id.id,
            )

        own = company.currency_id.id
        return SQL(
            "(CASE WHEN so.currency_id = %s THEN 1 ELSE %s / %s END)",
            own,
            rate(SQL("so.currency_id")),
            rate(own),
        )
