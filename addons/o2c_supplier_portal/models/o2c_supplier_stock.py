from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.o2c_consignment.models.legal_time import legal_today

from ..portal_core import alerts, levels

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
            "move_line_id",
            "product_id",
            "kind",
            "quantity",
        ],
        "o2c.supplier.level": ["company_id", "consignor_id", "level", "product_id"],
        "o2c.supplier.total": ["company_id", "consignor_id", "product_id", "quantity"],
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

    product_id = fields.Many2one(
        "product.product", string="Product Variant", readonly=True
    )
    product_code = fields.Char(string="Internal Reference", readonly=True)
    product_name = fields.Char(readonly=True, translate=True)
    product_label = fields.Char(
        string="Product", compute="_compute_labels", compute_sudo=True
    )
    uom_name = fields.Char(string="Unit", compute="_compute_labels", compute_sudo=True)
    initial = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="Counted into our stock as his, without a receipt.",
    )
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
    own_level = fields.Float(
        string="Your Level",
        digits="Product Unit",
        readonly=True,
        help="The low-stock level that the supplier set himself.",
    )
    low_level = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="The higher one of the agreement's minimum and the supplier's level.",
    )
    stock_state = fields.Selection(STATES, string="Level", readonly=True)

    def _o2c_query(self) -> SQL:
        return SQL(
            """
            SELECT terms.*, p.default_code AS product_code, t.name AS product_name,
                   COALESCE(moved.received, 0) AS received,
                   -- what was found again was lost before: it is not counted twice
                   COALESCE(moved.counted, 0) + COALESCE(used.found, 0) AS initial,
                   COALESCE(gone.returned, 0) AS returned,
                   COALESCE(used.sold, 0) AS sold,
                   COALESCE(used.lost, 0) AS lost,
                   COALESCE(there.on_hand, 0) AS on_hand,
                   COALESCE(there.reserved, 0) AS reserved,
                   COALESCE(there.on_hand - there.reserved, 0) AS available,
                   COALESCE(own.level, 0) AS own_level,
                   %(low_level)s AS low_level,
                   CASE
                     WHEN %(low_level)s <= 0 THEN %(ok)s
                     WHEN %(free)s <= %(low_level)s THEN %(low)s
                     WHEN %(free)s <= %(low_level)s * %(near_factor)s THEN %(near)s
                     ELSE %(ok)s
                   END AS stock_state
              FROM (%(terms)s) terms
              JOIN product_product p ON p.id = terms.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
         LEFT JOIN o2c_supplier_level own ON own.consignor_id = terms.consignor_id
                   AND own.product_id = terms.product_id
                   AND own.company_id = terms.company_id
         LEFT JOIN LATERAL (%(used)s) used ON TRUE
         LEFT JOIN LATERAL (%(there)s) there ON TRUE
         LEFT JOIN LATERAL (%(moved)s) moved ON TRUE
         LEFT JOIN LATERAL (%(gone)s) gone ON TRUE
            """,
            low_level=SQL("GREATEST(terms.stock_min, own.level)"),
            free=SQL("COALESCE(there.on_hand - there.reserved, 0)"),
            ok=levels.OK,
            near=levels.NEAR,
            low=levels.LOW,
            near_factor=levels.NEAR_FACTOR,
            terms=self._o2c_terms_query(),
            used=self._o2c_used_query(),
            there=self._o2c_there_query(),
            moved=self._o2c_moved_query(),
            gone=self._o2c_gone_query(),
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
                today=legal_today(),
            ),
        )

    def _o2c_used_query(self) -> SQL:
        return SQL(
            """
            SELECT SUM(c.quantity) FILTER (WHERE c.kind IN ('sale', 'return')) AS sold,
                   SUM(c.quantity) FILTER (WHERE c.kind IN ('loss', 'found', 'use'))
                       AS lost,
                   SUM(c.quantity) FILTER (WHERE c.kind = 'found') AS found
              FROM o2c_supplier_total c
             WHERE c.grain = 'month'
               AND c.company_id = terms.company_id
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
        """What came in: from the supplier, or counted in as his (first inventory)."""
        return SQL(
            """
            SELECT SUM(m.quantity_product_uom) FILTER (WHERE place.usage = 'supplier')
                       AS received,
                   SUM(m.quantity_product_uom) FILTER (WHERE place.usage = 'inventory')
                       AS counted
              FROM stock_location place
        CROSS JOIN LATERAL (%s) m
              JOIN stock_location target ON target.id = m.location_dest_id
             WHERE place.usage IN ('supplier', 'inventory')
               AND target.usage NOT IN ('supplier', 'inventory')
            """,
            self._o2c_done_at("location_id"),
        )

    def _o2c_gone_query(self) -> SQL:
        return SQL(
            """
            SELECT SUM(m.quantity_product_uom) AS returned
              FROM stock_location place
        CROSS JOIN LATERAL (%s) m
              JOIN stock_location origin ON origin.id = m.location_id
             WHERE place.usage = 'supplier' AND origin.usage != 'supplier'
            """,
            self._o2c_done_at("location_dest_id"),
        )

    def _o2c_done_at(self, end) -> SQL:
        """Done lines of the product that begin or end at one place."""
        # OFFSET: asked once for each of the few places outside. Joined freely,
        # PostgreSQL may read every line of the product instead, which are mostly sales.
        return SQL(
            """
            SELECT line.quantity_product_uom, line.location_id, line.location_dest_id
              FROM stock_move_line line
             WHERE line.product_id = terms.product_id
               AND line.owner_id = terms.consignor_id
               AND line.company_id = terms.company_id
               AND line.state = 'done'
               AND %s = place.id
            OFFSET 0
            """,
            SQL.identifier("line", end),
        )

    @api.depends_context("uid", "lang")
    def _compute_labels(self):
        # read with sudo: the name and unit of a product that is his own
        for stock in self:
            stock.product_label = stock.product_id.display_name
            stock.uom_name = stock.product_id.uom_id.name

    def _o2c_low_event(self):
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "consignor_id": self.consignor_id.id,
            "kind": alerts.LOW_STOCK,
            "res_id": self.id,
            "label": self.product_label,
            "quantity": self.available,
        }
