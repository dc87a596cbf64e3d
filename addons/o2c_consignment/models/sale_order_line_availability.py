from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """What of the goods that an order may take, or has reserved, is a consignor's."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "sale.order.line"

    o2c_own_available = fields.Float(
        string="Available, Own",
        digits="Product Unit",
        compute="_compute_o2c_available",
        help="Our own goods that are free, or reserved for a confirmed order; in the "
        "unit of the order.",
    )
    o2c_consigned_available = fields.Float(
        string="Available, Consigned",
        digits="Product Unit",
        compute="_compute_o2c_available",
        help="Consignors' goods that are free, or reserved for a confirmed order; in "
        "the unit of the order.",
    )
    o2c_available_consignors = fields.Char(
        string="Consignors", compute="_compute_o2c_available"
    )

    @api.depends(
        "scheduled_date",
        "display_qty_widget",
        "product_id",
        "product_uom_id",
        "warehouse_id",
        "move_ids.move_line_ids.owner_id",
        "move_ids.move_line_ids.quantity_product_uom",
    )
    def _compute_o2c_available(self):
        shown = self.filtered(lambda line: line.display_qty_widget and line.product_id)
        (self - shown)._o2c_set_available({})
        waiting = shown.filtered(lambda line: line.state in ("draft", "sent"))
        for (warehouse, date), lines in waiting.grouped(
            lambda line: (line.warehouse_id, line.scheduled_date)
        ).items():
            free = lines.product_id.with_context(
                warehouse_id=warehouse.id
            )._o2c_free_by_owner(date or fields.Datetime.now())
            free = {product.id: owners for product, owners in free.items()}
            for line in lines:
                line._o2c_set_available(free.get(line.product_id._origin.id, {}))
        for line in shown - waiting:
            own, consigned = line._o2c_pending()
            line._o2c_set_available({False: own, **consigned})

    def _o2c_set_available(self, quantities):
        """Show quantities by owner.

        :param dict quantities: consignor, or False for ourselves → quantity in the
            product's unit
        """
        consigned = {owner: q for owner, q in quantities.items() if owner and q}
        for line in self:
            line.o2c_own_available = line._o2c_in_unit(quantities.get(False, 0.0))
            line.o2c_consigned_available = line._o2c_in_unit(sum(consigned.values()))
            line.o2c_available_consignors = ", ".join(
                f"{owner.sudo().name} {line._o2c_in_unit(quantity):g}"
                for owner, quantity in consigned.items()
            )

    def _o2c_in_unit(self, quantity):
        self.ensure_one()
        if not quantity:
            return 0.0
        return self.product_id.uom_id._compute_quantity(
            quantity, self.product_uom_id, rounding_method="HALF-UP"
        )
