from odoo import api, fields, models
from odoo.tools import SQL


class O2cSupplierOrderLine(models.Model):
    """One product of a replenishment as its supplier sees it."""

    _name = "o2c.supplier.order.line"
    _inherit = "o2c.supplier.mixin"
    _description = "Supplier's Replenished Product"
    _auto = False
    _order = "id"
    _depends = {
        "o2c.supplier.replenishment": ["company_id", "consignor_id"],
        "o2c.supplier.replenishment.line": [
            "confirmed",
            "order_line_id",
            "product_id",
            "proposed",
            "reason",
            "replenishment_id",
        ],
        "purchase.order.line": ["qty_received"],
    }

    order_id = fields.Many2one("o2c.supplier.order", readonly=True)
    product_id = fields.Many2one(
        "product.product", string="Product Variant", readonly=True
    )
    product_label = fields.Char(
        string="Product", compute="_compute_labels", compute_sudo=True
    )
    uom_name = fields.Char(string="Unit", compute="_compute_labels", compute_sudo=True)
    proposed = fields.Float(digits="Product Unit", readonly=True)
    confirmed = fields.Float(digits="Product Unit", readonly=True)
    received = fields.Float(digits="Product Unit", readonly=True)
    reason = fields.Char(readonly=True)

    def _o2c_query(self) -> SQL:
        return SQL(
            """
            SELECT l.id, r.company_id, r.consignor_id, l.replenishment_id AS order_id,
                   l.product_id, l.proposed, COALESCE(l.confirmed, 0) AS confirmed,
                   COALESCE(o.qty_received, 0) AS received, l.reason
              FROM o2c_supplier_replenishment_line l
              JOIN o2c_supplier_replenishment r ON r.id = l.replenishment_id
         LEFT JOIN purchase_order_line o ON o.id = l.order_line_id
            """
        )

    @api.depends_context("uid", "lang")
    def _compute_labels(self):
        # read with sudo: the name and unit of a product that is his own
        for line in self:
            line.product_label = line.product_id.display_name
            line.uom_name = line.product_id.uom_id.name
