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
        for (delivered, consigned), lines in first.grouped(
            lambda line: (line.qty_delivered, line._o2c_consigned_of_itself())
        ).items():
            lines.write(
                {
                    "o2c_qty_first_delivered": delivered,
                    "o2c_qty_first_consigned": consigned,
                }
            )

    def _o2c_consigned_of_itself(self):
        """Consigned goods delivered, in the unit of the order.

        A kit's components do not count: they have units of their own.
        """
        self.ensure_one()
        quantity = sum(
            consumption.quantity
            for consumption in self.move_ids.o2c_consumption_ids
            if consumption.product_id == self.product_id
        )
        own = self.product_id.uom_id
        if own == self.product_uom_id:
            return quantity
        return own._compute_quantity(quantity, self.product_uom_id)

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
