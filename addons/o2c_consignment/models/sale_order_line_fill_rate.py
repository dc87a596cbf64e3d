from odoo import api, fields, models
from odoo.tools import SQL


class SaleOrderLine(models.Model):
    """How much of an order left at once, kept when it leaves: looking it up in a
    million movements whenever somebody asks takes half a minute.
    """

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "sale.order.line"

    o2c_qty_first_delivered = fields.Float(
        string="In the First Delivery",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What left for the customer with the first delivery, in the unit of the "
        "order.",
    )
    o2c_qty_first_consigned = fields.Float(
        string="Of Which Consigned",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What of the first delivery was consigned, in the unit of the order.",
    )

    def _o2c_note_first_delivery(self):
        """Keep what is delivered now, where nothing was before."""
        first = self.sudo().filtered(
            lambda line: not line.o2c_qty_first_delivered and line.qty_delivered > 0
        )
        for quantity, lines in first.grouped("qty_delivered").items():
            lines.o2c_qty_first_delivered = quantity
        # a kit's components are counted in units of their own
        consumptions = first.move_ids.o2c_consumption_ids.filtered(
            lambda c: c.product_id == c.sale_line_id.product_id
        )
        for line, same in consumptions.grouped("sale_line_id").items():
            line.o2c_qty_first_consigned = line.product_id.uom_id._compute_quantity(
                sum(same.mapped("quantity")), line.product_uom_id
            )

    @api.model
    def _o2c_fill_first_deliveries(self):
        """Work it out for what was delivered before this addon came."""
        self.env.cr.execute(
            SQL(
                """
                WITH shipped AS (
                    SELECT move.sale_line_id, move.picking_id,
                           SUM(line.quantity_product_uom) AS quantity,
                           SUM(line.quantity_product_uom) FILTER (
                               WHERE EXISTS (
                                   SELECT FROM o2c_consignment_consumption
                                    WHERE move_line_id = line.id
                               )
                           ) AS consigned,
                           RANK() OVER (
                               PARTITION BY move.sale_line_id ORDER BY MIN(move.date)
                           ) AS turn
                      FROM stock_move move
                      JOIN stock_move_line line ON line.move_id = move.id
                      JOIN stock_location target ON target.id = move.location_dest_id
                      JOIN sale_order_line sold ON sold.id = move.sale_line_id
                                               AND sold.product_id = move.product_id
                     WHERE move.state = 'done' AND target.usage = 'customer'
                  GROUP BY move.sale_line_id, move.picking_id
                )
                UPDATE sale_order_line line
                   SET o2c_qty_first_delivered =
                       shipped.quantity * own.factor / uom.factor,
                       o2c_qty_first_consigned =
                       COALESCE(shipped.consigned, 0) * own.factor / uom.factor
                  FROM shipped, product_product product, product_template template,
                       uom_uom uom, uom_uom own
                 WHERE shipped.sale_line_id = line.id AND shipped.turn = 1
                   AND product.id = line.product_id
                   AND template.id = product.product_tmpl_id
                   AND uom.id = line.product_uom_id AND own.id = template.uom_id
                """
            )
        )
        self.invalidate_model(["o2c_qty_first_delivered", "o2c_qty_first_consigned"])
