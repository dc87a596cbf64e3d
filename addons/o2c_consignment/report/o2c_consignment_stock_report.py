from odoo import fields, models
from odoo.tools import SQL


class O2cConsignmentStockReport(models.Model):
    """Goods on hand by owner: age, cover and turnover.

    Cover is what is on hand by what leaves a day, over the last ninety days; turnover
    is how often a year the stock would be sold at that pace.
    """

    _name = "o2c.consignment.stock.report"
    _description = "Stock by Owner"
    _auto = False
    _rec_name = "product_id"
    _order = "age_days desc"

    company_id = fields.Many2one("res.company", readonly=True)
    owner_id = fields.Many2one("res.partner", readonly=True)
    ownership = fields.Selection(
        [("own", "Own"), ("consigned", "Consigned")], readonly=True
    )
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one(
        "product.category", string="Product Category", readonly=True
    )
    in_date = fields.Datetime(string="In Stock Since", readonly=True)
    age_days = fields.Integer(string="Age (Days)", aggregator="max", readonly=True)
    age_bucket = fields.Selection(
        [
            ("0", "Up to 30 days"),
            ("1", "31 to 60 days"),
            ("2", "61 to 90 days"),
            ("3", "Over 90 days"),
        ],
        string="Age",
        readonly=True,
    )
    quantity = fields.Float(digits="Product Unit", readonly=True)
    sold = fields.Float(string="Left in 90 Days", digits="Product Unit", readonly=True)
    cover_days = fields.Float(string="Cover (Days)", aggregator="avg", readonly=True)
    turnover = fields.Float(string="Turns a Year", aggregator="avg", readonly=True)

    def _read_group_select(self, aggregate_spec, query):
        # rates of a group are not the average of its rates
        formulas = {
            "cover_days:avg": "90 * SUM(%s) / NULLIF(SUM(%s), 0)",
            "turnover:avg": "SUM(%s) * 365 / 90 / NULLIF(SUM(%s), 0)",
        }
        if aggregate_spec not in formulas:
            return super()._read_group_select(aggregate_spec, query)
        names = ["quantity", "sold"]
        if aggregate_spec == "turnover:avg":
            names.reverse()
        return SQL(
            formulas[aggregate_spec],
            *(self._field_to_sql(self._table, name, query) for name in names),
        )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH stock AS (
                SELECT MIN(quant.id) AS id, quant.company_id, quant.owner_id,
                       quant.product_id, MIN(quant.in_date) AS in_date,
                       SUM(quant.quantity) AS quantity
                  FROM stock_quant quant
                  JOIN stock_location place ON place.id = quant.location_id
                 WHERE place.usage IN ('internal', 'transit')
                   AND quant.company_id IS NOT NULL
              GROUP BY quant.company_id, quant.owner_id, quant.product_id
            ),
            sold AS (
                SELECT line.company_id, line.owner_id, line.product_id,
                       SUM(CASE WHEN target.usage = 'customer'
                                THEN line.quantity_product_uom
                                ELSE -line.quantity_product_uom END) AS quantity
                  FROM stock_move_line line
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location target ON target.id = line.location_dest_id
                 WHERE line.state = 'done'
                   AND line.date >= (now() AT TIME ZONE 'UTC') - INTERVAL '90 days'
                   AND (target.usage = 'customer') != (source.usage = 'customer')
              GROUP BY line.company_id, line.owner_id, line.product_id
            ),
            aged AS (
                SELECT stock.*, COALESCE(sold.quantity, 0) AS sold,
                       (now() AT TIME ZONE 'UTC')::date - stock.in_date::date AS age
                  FROM stock
             LEFT JOIN sold ON sold.company_id = stock.company_id
                           AND sold.product_id = stock.product_id
                           AND sold.owner_id IS NOT DISTINCT FROM stock.owner_id
            )
            SELECT aged.id, aged.company_id, aged.owner_id, aged.product_id,
                   template.categ_id, aged.in_date, aged.age AS age_days,
                   CASE WHEN aged.age <= 30 THEN '0' WHEN aged.age <= 60 THEN '1'
                        WHEN aged.age <= 90 THEN '2' ELSE '3' END AS age_bucket,
                   CASE WHEN aged.owner_id IS NULL
                          OR aged.owner_id = company.partner_id
                        THEN 'own' ELSE 'consigned' END AS ownership,
                   aged.quantity, aged.sold,
                   90 * aged.quantity / NULLIF(aged.sold, 0) AS cover_days,
                   aged.sold * 365 / 90 / NULLIF(aged.quantity, 0) AS turnover
              FROM aged
              JOIN res_company company ON company.id = aged.company_id
              JOIN product_product product ON product.id = aged.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE aged.quantity != 0
            """
        )
