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
            WITH shipped AS (
                SELECT move.sale_line_id, move.picking_id,
                       SUM(line.quantity_product_uom) AS quantity,
                       RANK() OVER (
                           PARTITION BY move.sale_line_id ORDER BY MIN(move.date)
                       ) AS turn
                  FROM stock_move move
                  JOIN stock_move_line line ON line.move_id = move.id
                  JOIN stock_location target ON target.id = move.location_dest_id
                 WHERE move.state = 'done'
                   AND move.sale_line_id IS NOT NULL
                   AND target.usage = 'customer'
              GROUP BY move.sale_line_id, move.picking_id
            ),
            delivered AS (
                SELECT sale_line_id, SUM(quantity) AS quantity,
                       SUM(quantity) FILTER (WHERE turn = 1) AS first
                  FROM shipped GROUP BY sale_line_id
            )
            SELECT line.id, line.company_id, line.order_id, sale.partner_id,
                   line.product_id, template.categ_id, sale.warehouse_id,
                   sale.date_order AS date,
                   line.product_uom_qty * uom.factor / own.factor AS ordered,
                   COALESCE(delivered.first, 0) AS delivered_first,
                   COALESCE(delivered.quantity, 0) AS delivered,
                   100 * COALESCE(delivered.first, 0)
                       / (line.product_uom_qty * uom.factor / own.factor) AS fill_rate
              FROM sale_order_line line
              JOIN sale_order sale ON sale.id = line.order_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom uom ON uom.id = line.product_uom_id
              JOIN uom_uom own ON own.id = template.uom_id
         LEFT JOIN delivered ON delivered.sale_line_id = line.id
             WHERE sale.state = 'sale'
               AND template.is_storable
               AND line.product_uom_qty > 0
            """
        )
