from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.o2c_consignment.models.legal_time import legal_day

from ..portal_core import levels

STATES = [
    (levels.OK, "Enough"),
    (levels.NEAR, "Near the minimum"),
    (levels.LOW, "Low"),
]


class O2cSupplierStock(models.Model):
    """One product of an agreement: what came in, what went out, what is there.

    The id is the product's oldest agreement line, so it stays the same while rows are
    added. Quantities are in the product's unit.
    """

    _name = "o2c.supplier.stock"
    _inherit = "o2c.supplier.mixin"
    _description = "Supplier's Stock of a Product"
    _auto = False
    _order = "product_code, id"
    _depends = {
        "o2c.consignment.agreement": ["state", "date_start", "date_end"],
        "o2c.consignment.agreement.line": [
            "agreement_id",
            "company_id",
            "consignor_id",
            "product_id",
            "stock_min",
            "stock_max",
        ],
        "o2c.consignment.consumption": [
            "company_id",
            "consignor_id",
            "product_id",
            "kind",
            "quantity",
        ],
        "product.product": ["default_code", "product_tmpl_id"],
        "product.template": ["name", "uom_id"],
        "stock.location": ["usage", "company_id"],
        "stock.move.line": [
            "company_id",
            "date",
            "location_dest_id",
            "location_id",
            "owner_id",
            "product_id",
            "quantity_product_uom",
            "state",
        ],
        "stock.quant": [
            "company_id",
            "location_id",
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
    received = fields.Float(digits="Product Unit", readonly=True)
    returned = fields.Float(
        string="Returned to You", digits="Product Unit", readonly=True
    )
    sold = fields.Float(digits="Product Unit", readonly=True)
    lost = fields.Float(digits="Product Unit", readonly=True)
    on_hand = fields.Float(digits="Product Unit", readonly=True)
    reserved = fields.Float(digits="Product Unit", readonly=True)
    available = fields.Float(digits="Product Unit", readonly=True)
    stock_min = fields.Float(string="Minimum", digits="Product Unit", readonly=True)
    stock_max = fields.Float(string="Maximum", digits="Product Unit", readonly=True)
    stock_state = fields.Selection(STATES, readonly=True)

    def _o2c_query(self) -> SQL:
        return SQL(
            """
            SELECT terms.*, p.default_code AS product_code, t.name AS product_name,
                   COALESCE(moved.received, 0) AS received,
                   COALESCE(moved.returned, 0) AS returned,
                   COALESCE(used.sold, 0) AS sold,
                   COALESCE(used.lost, 0) AS lost,
                   COALESCE(there.on_hand, 0) AS on_hand,
                   COALESCE(there.reserved, 0) AS reserved,
                   COALESCE(there.on_hand - there.reserved, 0) AS available,
                   CASE
                     WHEN terms.stock_min <= 0 THEN %(ok)s
                     WHEN COALESCE(there.on_hand - there.reserved, 0)
                          <= terms.stock_min THEN %(low)s
                     WHEN COALESCE(there.on_hand - there.reserved, 0)
                          <= terms.stock_min * %(near_factor)s THEN %(near)s
                     ELSE %(ok)s
                   END AS stock_state
              FROM (%(terms)s) terms
              JOIN product_product p ON p.id = terms.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
         LEFT JOIN LATERAL (%(used)s) used ON TRUE
         LEFT JOIN LATERAL (%(there)s) there ON TRUE
         LEFT JOIN LATERAL (%(moved)s) moved ON TRUE
            """,
            ok=levels.OK,
            near=levels.NEAR,
            low=levels.LOW,
            near_factor=levels.NEAR_FACTOR,
            terms=self._o2c_terms_query(),
            used=self._o2c_used_query(),
            there=self._o2c_there_query(),
            moved=self._o2c_moved_query(),
        )

    def _o2c_terms_query(self) -> SQL:
        """Products that a contract was ever in force for, with today's levels."""
        return SQL(
            """
            SELECT MIN(l.id) AS id, l.company_id, l.consignor_id, l.product_id,
                   COALESCE(MAX(l.stock_min) FILTER (WHERE %(valid)s), 0) AS stock_min,
                   COALESCE(MAX(l.stock_max) FILTER (WHERE %(valid)s), 0) AS stock_max
              FROM o2c_consignment_agreement_line l
              JOIN o2c_consignment_agreement a ON a.id = l.agreement_id
             WHERE a.state != 'draft'
          GROUP BY l.company_id, l.consignor_id, l.product_id
            """,
            valid=SQL(
                """a.state = 'active' AND a.date_start <= %(today)s
                   AND (a.date_end IS NULL OR a.date_end >= %(today)s)""",
                today=legal_day(fields.Datetime.now()),
            ),
        )

    def _o2c_used_query(self) -> SQL:
        return SQL(
            """
            SELECT SUM(c.quantity) FILTER (WHERE c.kind IN ('sale', 'return')) AS sold,
                   SUM(c.quantity) FILTER (WHERE c.kind IN ('loss', 'found', 'use'))
                       AS lost
              FROM o2c_consignment_consumption c
             WHERE c.company_id = terms.company_id
               AND c.consignor_id = terms.consignor_id
               AND c.product_id = terms.product_id
            """
        )

    def _o2c_there_query(self) -> SQL:
        return SQL(
            """
            SELECT SUM(q.quantity) AS on_hand, SUM(q.reserved_quantity) AS reserved
              FROM stock_quant q
              JOIN stock_location place ON place.id = q.location_id
             WHERE q.product_id = terms.product_id
               AND q.owner_id = terms.consignor_id
               AND q.company_id = terms.company_id
               AND place.usage IN ('internal', 'transit')
            """
        )

    def _o2c_moved_query(self) -> SQL:
        return SQL(
            """
            SELECT SUM(m.quantity_product_uom) FILTER (
                       WHERE origin.usage = 'supplier' AND target.usage = 'internal'
                   ) AS received,
                   SUM(m.quantity_product_uom) FILTER (
                       WHERE origin.usage = 'internal' AND target.usage = 'supplier'
                   ) AS returned
              FROM stock_move_line m
              JOIN stock_location origin ON origin.id = m.location_id
              JOIN stock_location target ON target.id = m.location_dest_id
             WHERE m.product_id = terms.product_id
               AND m.owner_id = terms.consignor_id
               AND m.company_id = terms.company_id
               AND m.state = 'done'
            """
        )

    @api.depends_context("uid", "lang")
    def _compute_labels(self):
        # read with sudo: the name and unit of a product that is his own
        for stock in self:
            stock.product_label = stock.product_id.display_name
            stock.uom_name = stock.product_id.uom_id.name
