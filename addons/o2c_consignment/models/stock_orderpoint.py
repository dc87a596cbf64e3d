from odoo import api, models


class StockWarehouseOrderpoint(models.Model):
    """Reordering rules are about our own goods: consigned ones have their own levels.

    Core counts a consignor's goods as ours, and so never orders what he has plenty of.
    """

    _inherit = "stock.warehouse.orderpoint"

    def _o2c_own_context(self):
        """Context in which forecasts leave consignors' goods out.

        :rtype: dict
        """
        self.ensure_one()
        consignors = self.env["o2c.consignment.agreement"]._o2c_issue_orders(
            self.company_id.id
        )
        if not consignors:
            return {}
        # a tuple: core keeps contexts as keys
        owners = (False, self.company_id.partner_id.id)
        return {"owners": owners, "o2c_own_forecast": True}

    def _get_product_context(self):
        # EXTENDS stock
        return {**super()._get_product_context(), **self._o2c_own_context()}

    def _quantity_in_progress(self):
        # EXTENDS purchase_stock
        return super(
            StockWarehouseOrderpoint, self.with_context(o2c_own_forecast=True)
        )._quantity_in_progress()

    @api.depends("product_id", "qty_to_order", "product_max_qty")
    def _compute_unwanted_replenish(self):
        # EXTENDS stock, which adds a consignor's goods to what is ordered
        super()._compute_unwanted_replenish()
        for orderpoint in self.filtered("unwanted_replenish"):
            context = orderpoint._o2c_own_context()
            if not context:
                continue
            product = orderpoint.product_id.with_context(
                **context,
                company_id=orderpoint.company_id.id,
                location=orderpoint.location_id.id,
            )
            after = product.virtual_available + orderpoint.qty_to_order
            orderpoint.unwanted_replenish = (
                orderpoint.product_uom.compare(after, orderpoint.product_max_qty) > 0
            )
