from odoo import api, fields, models
from odoo.tools import SQL

# part and whole of each ratio: sums of both, never an average of percentages
RATIOS = {
    "discount_percent:avg": ("discount", "entitled_amount"),
    "list_discount_percent:avg": ("list_discount", "list_amount"),
    "margin_percent:avg": ("margin", "net_amount"),
}


class DiscountReport(models.Model):
    """What was given away and earned: one row a line of a confirmed order.

    Amounts are in the company's currency, without tax, negative lines taken off.
    """

    _name = "o2c.discount.report"
    _description = "Discounts and Margins"
    _auto = False
    _rec_name = "order_id"
    _order = "date desc"
    # what the view reads; the ORM writes it to the database before
    _depends = {
        "sale.order": [
            "company_id",
            "currency_rate",
            "date_order",
            "o2c_agreement_id",
            "partner_id",
            "state",
            "team_id",
            "user_id",
        ],
        "sale.order.line": [
            "o2c_sold_entitled",
            "o2c_sold_list",
            "o2c_sold_net",
            "order_id",
            "product_id",
            "product_uom_qty",
            "purchase_price",
        ],
        "res.company": ["currency_id"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
        "res.partner": ["commercial_partner_id"],
    }

    date = fields.Datetime(readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales team", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", readonly=True)
    agreement_id = fields.Many2one("o2c.commercial.agreement", readonly=True)
    list_amount = fields.Monetary(string="At list price", readonly=True)
    entitled_amount = fields.Monetary(string="At entitled price", readonly=True)
    net_amount = fields.Monetary(string="Sold for", readonly=True)
    list_discount = fields.Monetary(string="Given against list", readonly=True)
    discount = fields.Monetary(string="Given against entitled", readonly=True)
    cost = fields.Monetary(readonly=True)
    margin = fields.Monetary(readonly=True)
    list_discount_percent = fields.Float(
        string="Discount on list (%)", readonly=True, aggregator="avg"
    )
    discount_percent = fields.Float(
        string="Discount on entitled (%)", readonly=True, aggregator="avg"
    )
    margin_percent = fields.Float(string="Margin (%)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return """
            SELECT sold.*,
                   list_amount - net_amount AS list_discount,
                   entitled_amount - net_amount AS discount,
                   net_amount - cost AS margin,
                   100 * (list_amount - net_amount)
                       / NULLIF(list_amount, 0) AS list_discount_percent,
                   100 * (entitled_amount - net_amount)
                       / NULLIF(entitled_amount, 0) AS discount_percent,
                   100 * (net_amount - cost)
                       / NULLIF(net_amount, 0) AS margin_percent
              FROM (
            SELECT line.id, o.date_order AS date, o.id AS order_id, o.company_id,
                   company.currency_id,
                   o.user_id, o.team_id, line.product_id, template.categ_id,
                   customer.commercial_partner_id AS partner_id,
                   o.o2c_agreement_id AS agreement_id,
                   line.o2c_sold_list * factor.units AS list_amount,
                   line.o2c_sold_entitled * factor.units AS entitled_amount,
                   line.o2c_sold_net * factor.units AS net_amount,
                   line.purchase_price * factor.units AS cost
              FROM sale_order_line line
              JOIN sale_order o ON o.id = line.order_id
              JOIN res_company company ON company.id = o.company_id
              JOIN res_partner customer ON customer.id = o.partner_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
        CROSS JOIN LATERAL (
                   SELECT line.product_uom_qty / COALESCE(NULLIF(o.currency_rate, 0), 1)
                   ) AS factor (units)
             WHERE o.state = 'sale'
               AND line.o2c_sold_list IS NOT NULL
               AND (line.o2c_sold_list <> 0 OR line.o2c_sold_net <> 0)
                   ) AS sold
        """

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        # EXTENDS base: percentages of groups are of their sums
        if aggregate_spec not in RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        part, whole = RATIOS[aggregate_spec]
        return SQL(
            "COALESCE(100 * SUM(%s) / NULLIF(SUM(%s), 0), 0)",
            self._field_to_sql(self._table, part, query),
            self._field_to_sql(self._table, whole, query),
        )
