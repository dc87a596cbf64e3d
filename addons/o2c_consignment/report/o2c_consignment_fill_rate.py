from odoo import fields, models
from odoo.tools import SQL


class O2cConsignmentFillRate(models.Model):
    """How much of what customers ordered left with the first delivery."""

    _name = "o2c.consignment.fill.rate"
    _description = "Fill Rate"
    _auto = False
    _rec_name = "order_id"
    _order = "date desc"

    company_id = fields.Many2one("res.company", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one(
        "product.category", string="Product Category", readonly=True
    )
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    date = fields.Datetime(string="Order Date", readonly=True)
    ordered = fields.Float(digits="Product Unit", readonly=True)
    delivered_first = fields.Float(
        string="In the First Delivery", digits="Product Unit", readonly=True
    )
    consigned_first = fields.Float(
        string="Of Which Consigned", digits="Product Unit", readonly=True
    )
    ownership = fields.Selection(
        [
            ("own", "Own"),
            ("consigned", "Consigned"),
            ("mixed", "Own and consigned"),
            ("none", "Nothing delivered"),
        ],
        string="Filled With",
        readonly=True,
        help="Whose goods left with the first delivery.",
    )
    delivered = fields.Float(digits="Product Unit", readonly=True)
    fill_rate = fields.Float(string="Fill Rate (%)", aggregator="avg", readonly=True)

    def _read_group_select(self, aggregate_spec, query):
        # the rate of a group is not the average of its rates
        if aggregate_spec == "fill_rate:avg":
            return SQL(
                "100 * SUM(%s) / NULLIF(SUM(%s), 0)",
                self._field_to_sql(self._table, "delivered_first", query),
                self._field_to_sql(self._table, "ordered", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT line.id, line.company_id, line.order_id, sale.partner_id,
                   line.product_id, template.categ_id, sale.warehouse_id,
                   sale.date_order AS date,
                   line.product_uom_qty * rate.factor AS ordered,
                   COALESCE(line.o2c_qty_first_delivered, 0) * rate.factor
                       AS delivered_first,
                   COALESCE(line.o2c_qty_first_consigned, 0) * rate.factor
                       AS consigned_first,
                   CASE WHEN COALESCE(line.o2c_qty_first_delivered, 0) = 0 THEN 'none'
                        WHEN COALESCE(line.o2c_qty_first_consigned, 0) = 0 THEN 'own'
                        WHEN line.o2c_qty_first_consigned
                             < line.o2c_qty_first_delivered THEN 'mixed'
                        ELSE 'consigned' END AS ownership,
                   line.qty_delivered * rate.factor AS delivered,
                   100 * COALESCE(line.o2c_qty_first_delivered, 0)
                       / line.product_uom_qty AS fill_rate
              FROM sale_order_line line
              JOIN sale_order sale ON sale.id = line.order_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom uom ON uom.id = line.product_uom_id
              JOIN uom_uom own ON own.id = template.uom_id
        CROSS JOIN LATERAL (SELECT uom.factor / own.factor AS factor) rate
             WHERE sale.state = 'sale'
               AND template.is_storable
               AND line.product_uom_qty > 0
            """
        )
