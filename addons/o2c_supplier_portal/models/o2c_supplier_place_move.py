from odoo import fields, models
from odoo.tools import SQL

from .o2c_supplier_mixin import CONSIGNED_DEPENDS, consigned
from .o2c_supplier_movement import REASONS as OUTSIDE

REASONS = [*OUTSIDE, ("found", "Found again"), ("transfer", "Moved between places")]


class O2cSupplierPlaceMove(models.Model):
    """What a movement did to one place: those between our places are there twice."""

    _name = "o2c.supplier.place.move"
    _inherit = "o2c.supplier.mixin"
    _description = "Supplier's Movement by Place"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        **CONSIGNED_DEPENDS,
        "o2c.consignment.consumption": ["kind", "move_line_id"],
        "stock.location": ["complete_name", "usage"],
        "stock.lot": ["name"],
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
    }

    date = fields.Datetime(readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    lot_name = fields.Char(string="Lot", readonly=True)
    place_name = fields.Char(string="Place", readonly=True)
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="Negative when goods left."
    )

    def _o2c_query(self) -> SQL:
        arrived = SQL(
            """CASE origin.usage
                    WHEN 'supplier' THEN 'receipt'
                    WHEN 'customer' THEN 'return'
                    WHEN 'internal' THEN 'transfer'
                    WHEN 'transit' THEN 'transfer'
                    -- what was lost before, or counted for the first time
                    ELSE CASE WHEN EXISTS (
                              SELECT FROM o2c_consignment_consumption c
                               WHERE c.move_line_id = m.id AND c.kind = 'found')
                         THEN 'found' ELSE 'count' END
               END"""
        )
        left = SQL(
            """CASE target.usage
                    WHEN 'supplier' THEN 'back'
                    WHEN 'customer' THEN 'sale'
                    WHEN 'production' THEN 'use'
                    WHEN 'internal' THEN 'transfer'
                    WHEN 'transit' THEN 'transfer'
                    ELSE 'loss'
               END"""
        )
        return SQL(
            "%s UNION ALL %s",
            self._o2c_side(SQL("target"), arrived, SQL("m.quantity_product_uom"), 0),
            self._o2c_side(SQL("origin"), left, SQL("-m.quantity_product_uom"), 1),
        )

    def _o2c_side(self, place, reason, quantity, side):
        return SQL(
            """
            SELECT m.id::bigint * 2 + %(side)s AS id, m.company_id,
                   m.owner_id AS consignor_id, m.date, %(reason)s AS reason,
                   m.product_id, lot.name AS lot_name,
                   %(place)s.complete_name AS place_name, %(quantity)s AS quantity
              FROM stock_move_line m
              JOIN stock_location origin ON origin.id = m.location_id
              JOIN stock_location target ON target.id = m.location_dest_id
         LEFT JOIN stock_lot lot ON lot.id = m.lot_id
             WHERE m.state = 'done'
               AND m.owner_id IS NOT NULL
               AND %(place)s.usage IN ('internal', 'transit')
               AND %(consigned)s
            """,
            side=side,
            reason=reason,
            place=place,
            quantity=quantity,
            consigned=consigned("m"),
        )
