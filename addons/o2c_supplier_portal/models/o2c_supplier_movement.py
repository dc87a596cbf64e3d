from odoo import api, fields, models
from odoo.tools import SQL

from ..listings import DIRECTIONS
from .o2c_supplier_mixin import CONSIGNED_DEPENDS, consigned

REASONS = [
    ("receipt", "Receipt"),
    ("count", "Count"),
    ("sale", "Sale"),
    ("return", "Customer return"),
    ("back", "Returned to you"),
    ("loss", "Loss or scrap"),
    ("use", "Own use"),
]


class O2cSupplierMovement(models.Model):
    """Goods of a supplier that came into or left our places, with their document."""

    _name = "o2c.supplier.movement"
    _inherit = "o2c.supplier.mixin"
    _description = "Supplier's Movement"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        **CONSIGNED_DEPENDS,
        "product.product": ["default_code", "product_tmpl_id"],
        "product.template": ["name", "uom_id"],
        "stock.location": ["complete_name", "usage", "warehouse_id"],
        "stock.lot": ["name", "expiration_date"],
        "stock.move": ["reference"],
        "stock.move.line": [
            "company_id",
            "date",
            "location_dest_id",
            "location_id",
            "lot_id",
            "owner_id",
            "product_id",
            "quantity_product_uom",
            "state",
        ],
        "stock.picking": ["name"],
    }

    date = fields.Datetime(readonly=True)
    direction = fields.Selection(DIRECTIONS, readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    product_id = fields.Many2one(
        "product.product", string="Product Variant", readonly=True
    )
    product_code = fields.Char(string="Internal Reference", readonly=True)
    product_name = fields.Char(readonly=True, translate=True)
    product_label = fields.Char(
        string="Product", compute="_compute_labels", compute_sudo=True
    )
    uom_name = fields.Char(string="Unit", compute="_compute_labels", compute_sudo=True)
    lot_name = fields.Char(string="Lot", readonly=True)
    expiration_date = fields.Datetime(readonly=True)
    place_name = fields.Char(string="Place", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    document = fields.Char(readonly=True)
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="Negative when goods left."
    )

    def _o2c_query(self) -> SQL:
        return SQL(
            """
            SELECT m.id, m.company_id, m.owner_id AS consignor_id, m.date,
                   CASE WHEN %(enters)s THEN 'in' ELSE 'out' END AS direction,
                   CASE WHEN %(enters)s THEN CASE origin.usage
                             WHEN 'supplier' THEN 'receipt'
                             WHEN 'customer' THEN 'return' ELSE 'count' END
                        ELSE CASE target.usage
                             WHEN 'supplier' THEN 'back'
                             WHEN 'customer' THEN 'sale'
                             WHEN 'production' THEN 'use' ELSE 'loss' END
                    END AS reason,
                   m.product_id, p.default_code AS product_code,
                   t.name AS product_name, lot.name AS lot_name, lot.expiration_date,
                   CASE WHEN %(enters)s THEN target.complete_name
                        ELSE origin.complete_name END AS place_name,
                   CASE WHEN %(enters)s THEN target.warehouse_id
                        ELSE origin.warehouse_id END AS warehouse_id,
                   COALESCE(picking.name, move.reference) AS document,
                   CASE WHEN %(enters)s THEN m.quantity_product_uom
                        ELSE -m.quantity_product_uom END AS quantity
              FROM stock_move_line m
              JOIN stock_location origin ON origin.id = m.location_id
              JOIN stock_location target ON target.id = m.location_dest_id
              JOIN product_product p ON p.id = m.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
         LEFT JOIN stock_lot lot ON lot.id = m.lot_id
         LEFT JOIN stock_picking picking ON picking.id = m.picking_id
         LEFT JOIN stock_move move ON move.id = m.move_id
             WHERE m.state = 'done'
               AND m.owner_id IS NOT NULL
               AND (origin.usage IN ('internal', 'transit'))
                   != (target.usage IN ('internal', 'transit'))
               AND %(consigned)s
            """,
            enters=SQL("target.usage IN ('internal', 'transit')"),
            consigned=consigned("m"),
        )

    @api.depends_context("uid", "lang")
    def _compute_labels(self):
        # read with sudo: the name and unit of a product that is his own
        for movement in self:
            movement.product_label = movement.product_id.display_name
            movement.uom_name = movement.product_id.uom_id.name
