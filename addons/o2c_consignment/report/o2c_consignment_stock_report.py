from odoo import api, fields, models
from odoo.tools import SQL

from ..models.legal_time import LEGAL_ZONE, legal_today


class O2cConsignmentStockReport(models.Model):
    """Goods on hand by owner: age, cover and turnover.

    Cover is what is on hand by what leaves a day, over the last ninety days; turnover
    is how often a year the stock would be sold at that pace. `return_until` is the
    first day on which the terms of the agreement end for some of a consignor's goods,
    see ``consignment_core.ReturnTerms``.
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
    expires_on = fields.Date(
        string="First Expires", readonly=True, help="Of all lots on hand."
    )
    return_until = fields.Date(
        readonly=True,
        help="Until then the first of these goods may go back to the consignor.",
    )

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
                       MIN(lot.expiration_date) AS expiry,
                       SUM(quant.quantity) AS quantity
                  FROM stock_quant quant
                  JOIN stock_location place ON place.id = quant.location_id
             LEFT JOIN stock_lot lot ON lot.id = quant.lot_id
                 WHERE place.usage IN ('internal', 'transit')
                   AND quant.company_id IS NOT NULL
              GROUP BY quant.company_id, quant.owner_id, quant.product_id
            ),
            terms AS (%(terms)s),
            sold AS (%(sold)s),
            aged AS (
                SELECT stock.*, COALESCE(sold.quantity, 0) AS sold,
                       LEAST(
                           %(came)s + NULLIF(terms.days, 0),
                           %(expires)s - NULLIF(terms.days_before, 0)
                       ) AS return_until,
                       %(today)s - %(came)s AS age
                  FROM stock
             LEFT JOIN sold ON sold.company_id = stock.company_id
                           AND sold.product_id = stock.product_id
                           AND sold.owner_id IS NOT DISTINCT FROM stock.owner_id
             LEFT JOIN res_partner owner ON owner.id = stock.owner_id
             LEFT JOIN terms ON terms.company_id = stock.company_id
                            AND terms.consignor_id = owner.commercial_partner_id
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
                   aged.sold * 365 / 90 / NULLIF(aged.quantity, 0) AS turnover,
                   %(expires_aged)s AS expires_on, aged.return_until
              FROM aged
              JOIN res_company company ON company.id = aged.company_id
              JOIN product_product product ON product.id = aged.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE aged.quantity != 0
            """,
            terms=self._terms_sql(),
            sold=self._sold_sql(),
            today=legal_today(),
            came=self._legal_day_sql("stock", "in_date"),
            expires=self._legal_day_sql("stock", "expiry"),
            expires_aged=self._legal_day_sql("aged", "expiry"),
        )

    @api.model
    def _legal_day_sql(self, table, column):
        """Day in Ecuador of a column that has UTC."""
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            SQL.identifier(table, column),
            LEGAL_ZONE.key,
        )

    @api.model
    def _terms_sql(self):
        """Terms of returns that hold today."""
        return SQL(
            """
              SELECT company_id, consignor_id, MAX(return_days) AS days,
                     MAX(return_days_before_expiry) AS days_before
                FROM o2c_consignment_agreement
               WHERE state = 'active' AND return_policy = 'within'
                 AND date_start <= %(today)s
                 AND (date_end IS NULL OR date_end >= %(today)s)
            GROUP BY company_id, consignor_id
            """,
            today=legal_today(),
        )

    @api.model
    def _sold_sql(self):
        """What left for customers in ninety days, less what came back."""
        return SQL(
            """
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
            """
        )
