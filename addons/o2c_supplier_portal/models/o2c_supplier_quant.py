from odoo import api, fields, models
from odoo.tools import SQL

from .o2c_supplier_mixin import CONSIGNED_DEPENDS, consigned


class O2cSupplierQuant(models.Model):
    """Goods of a supplier by product, lot and place, as they lie there now."""

    _name = "o2c.supplier.quant"
    _inherit = "o2c.supplier.mixin"
    _description = "Supplier's Goods in a Place"
    _auto = False
    _order = "product_code, place_name, lot_name, id"
    _depends = {
        **CONSIGNED_DEPENDS,
        "product.product": ["default_code", "product_tmpl_id"],
        "product.template": ["name", "uom_id"],
        "stock.location": ["complete_name", "usage", "warehouse_id"],
        "stock.lot": ["name", "expiration_date"],
        "stock.quant": [
            "company_id",
            "in_date",
            "location_id",
            "lot_id",
            "owner_id",
            "product_id",
            "quantity",
            "reserved_quantity",
        ],
    }

    product_id = fields.Many2one("product.product", readonly=True)
    product_code = fields.Char(string="Internal Reference", readonly=True)
    product_name = fields.Char(readonly=True, translate=True)
    product_label = fields.Char(compute="_compute_labels", compute_sudo=True)
    uom_name = fields.Char(string="Unit", compute="_compute_labels", compute_sudo=True)
    lot_name = fields.Char(string="Lot", readonly=True)
    place_name = fields.Char(string="Place", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    expiration_date = fields.Datetime(readonly=True)
    in_date = fields.Datetime(string="There Since", readonly=True)
    on_hand = fields.Float(digits="Product Unit", readonly=True)
    reserved = fields.Float(digits="Product Unit", readonly=True)
    available = fields.Float(digits="Product Unit", readonly=True)

    def _o2c_query(self) -> SQL:
        return SQL(
            """
            SELECT q.id, q.company_id, q.owner_id AS consignor_id, q.product_id,
                   p.default_code AS product_code, t.name AS product_name,
                   lot.name AS lot_name, lot.expiration_date,
                   place.complete_name AS place_name, place.warehouse_id, q.in_date,
                   q.quantity AS on_hand, q.reserved_quantity AS reserved,
                   q.quantity - q.reserved_quantity AS available
              FROM stock_quant q
              JOIN stock_location place ON place.id = q.location_id
              JOIN product_product p ON p.id = q.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
         LEFT JOIN stock_lot lot ON lot.id = q.lot_id
             WHERE q.owner_id IS NOT NULL
               AND place.usage IN ('internal', 'transit')
               AND %(consigned)s
            """,
            consigned=consigned("q"),
        )

    @api.depends_context("uid", "lang")
    def _compute_labels(self):
        # read with sudo: the name and unit of a product that is his own
        for quant in self:
            quant.product_label = quant.product_id.display_name
            quant.uom_name = quant.product_id.uom_id.name
