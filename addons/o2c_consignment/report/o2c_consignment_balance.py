from odoo import api, fields, models
from odoo.tools import SQL


class O2cConsignmentBalance(models.Model):
    """Where a consignor's goods are: received = on hand + consumed + returned + lost.

    Product by product, lot by lot and place by place; in one place, what was moved
    there from another is added, which comes to nothing over all places. Movements are
    counted from completed move lines, consumption from the consumption records, stock
    from the quants: a difference means that something moved without being recorded.
    """

    _name = "o2c.consignment.balance"
    _description = "Consignment Reconciliation"
    _auto = False
    _rec_name = "product_id"
    _order = "consignor_id, product_id, location_id"

    company_id = fields.Many2one("res.company", readonly=True)
    consignor_id = fields.Many2one("res.partner", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True)
    location_id = fields.Many2one("stock.location", string="Place", readonly=True)
    received = fields.Float(digits="Product Unit", readonly=True)
    consumed = fields.Float(digits="Product Unit", readonly=True)
    lost = fields.Float(digits="Product Unit", readonly=True)
    returned = fields.Float(
        string="Returned to Consignor", digits="Product Unit", readonly=True
    )
    moved = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="What came here from other places of ours, less what went there; negative "
        "when more went. Over all places it comes to nothing.",
    )
    on_hand = fields.Float(digits="Product Unit", readonly=True)
    difference = fields.Float(digits="Product Unit", readonly=True)
    sell_through = fields.Float(
        string="Sell-Through (%)",
        aggregator="avg",
        readonly=True,
        help="Consumed of what was received and, in one place, moved there.",
    )
    shrinkage = fields.Float(
        string="Shrinkage (%)",
        aggregator="avg",
        readonly=True,
        help="Lost of what was received and, in one place, moved there.",
    )

    def _read_group_select(self, aggregate_spec, query):
        # the rate of a group is not the average of its rates
        shares = {"sell_through:avg": "consumed", "shrinkage:avg": "lost"}
        if aggregate_spec in shares:
            return SQL(
                "100 * SUM(%s) / NULLIF(SUM(%s + %s), 0)",
                self._field_to_sql(self._table, shares[aggregate_spec], query),
                self._field_to_sql(self._table, "received", query),
                self._field_to_sql(self._table, "moved", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH facts AS (%s UNION ALL %s UNION ALL %s)
            SELECT MIN(id) AS id, company_id, consignor_id, product_id, lot_id,
                   location_id,
                   SUM(received) AS received,
                   SUM(consumed) AS consumed,
                   SUM(lost) AS lost,
                   SUM(returned) AS returned,
                   SUM(moved) AS moved,
                   SUM(on_hand) AS on_hand,
                   SUM(received + moved - consumed - lost - returned - on_hand)
                       AS difference,
                   100 * SUM(consumed) / NULLIF(SUM(received + moved), 0)
                       AS sell_through,
                   100 * SUM(lost) / NULLIF(SUM(received + moved), 0) AS shrinkage
              FROM facts
          GROUP BY company_id, consignor_id, product_id, lot_id, location_id
            """,
            self._moved_sql(),
            self._consumed_sql(),
            self._on_hand_sql(),
        )

    @api.model
    def _consignors_sql(self):
        return SQL(
            """SELECT DISTINCT company_id, consignor_id
                 FROM o2c_consignment_agreement WHERE state != 'draft'"""
        )

    @api.model
    def _moved_sql(self):
        """What came from and went back to the consignor, was counted, or was moved.

        Found by the places at the other end, which few of all movements have.
        """
        return SQL(
            """
            SELECT 3 * MIN(line.key) AS id, line.company_id, a.consignor_id,
                   line.product_id, line.lot_id, line.place AS location_id,
                   SUM(line.received) AS received, 0 AS consumed, 0 AS lost,
                   SUM(line.returned) AS returned, SUM(line.moved) AS moved,
                   0 AS on_hand
              FROM (
                    SELECT id::bigint * 2 AS key, company_id, owner_id, product_id,
                           lot_id, state, location_dest_id AS place,
                           quantity_product_uom AS received, 0 AS returned, 0 AS moved
                      FROM stock_move_line
                     WHERE location_id IN %(sources)s
                 UNION ALL
                    SELECT id::bigint * 2, company_id, owner_id, product_id,
                           lot_id, state, location_id, 0, quantity_product_uom, 0
                      FROM stock_move_line
                     WHERE location_dest_id IN %(targets)s
                 UNION ALL
                    SELECT id::bigint * 2 + UNNEST(ARRAY[0, 1]), company_id, owner_id,
                           product_id, lot_id, state,
                           UNNEST(ARRAY[location_dest_id, location_id]), 0, 0,
                           UNNEST(ARRAY[quantity_product_uom, -quantity_product_uom])
                      FROM stock_move_line
                     WHERE location_dest_id IN %(ours)s AND location_id IN %(ours)s
                   ) line
              JOIN res_partner owner ON owner.id = line.owner_id
              JOIN (%(consignors)s) a ON a.company_id = line.company_id
                         AND a.consignor_id = owner.commercial_partner_id
              JOIN stock_location place ON place.id = line.place
             WHERE line.state = 'done'
               AND place.usage IN ('internal', 'transit')
               AND place.company_id IS NOT NULL
          GROUP BY line.company_id, a.consignor_id, line.product_id, line.lot_id,
                   line.place
            """,
            sources=self._place_ids([("usage", "in", ("supplier", "inventory"))]),
            targets=self._place_ids([("usage", "=", "supplier")]),
            # what goes to another company, on a way that is nobody's, was sold
            ours=self._place_ids(
                [
                    ("usage", "in", ("internal", "transit")),
                    ("company_id", "!=", False),
                ]
            ),
            consignors=self._consignors_sql(),
        )

    @api.model
    def _place_ids(self, domain):
        """Ids as constants: PostgreSQL knows then how few movements they have."""
        places = (
            self.env["stock.location"]
            .sudo()
            .with_context(active_test=False)
            .search(domain)
        )
        return tuple(places.ids) or (0,)

    @api.model
    def _consumed_sql(self):
        # found goods came in by a count: they undo a loss, they are no receipt; what
        # went straight from him to a customer came and went at once
        return SQL(
            """
            SELECT 3 * MIN(id) + 1, company_id, consignor_id, product_id, lot_id,
                   location_id,
                   COALESCE(SUM(quantity) FILTER (WHERE kind = 'found'
                       OR kind = 'sale' AND location_id IN %(elsewhere)s), 0),
                   COALESCE(SUM(quantity)
                       FILTER (WHERE kind IN ('sale', 'return', 'use')), 0),
                   COALESCE(SUM(quantity)
                       FILTER (WHERE kind IN ('loss', 'found')), 0),
                   COALESCE(SUM(-quantity) FILTER (WHERE kind = 'return'
                       AND location_id IN %(elsewhere)s), 0),
                   0, 0
              FROM o2c_consignment_consumption
             WHERE kind != 'adjustment'
          GROUP BY company_id, consignor_id, product_id, lot_id, location_id
            """,
            elsewhere=self._place_ids([("usage", "in", ("supplier", "customer"))]),
        )

    @api.model
    def _on_hand_sql(self):
        return SQL(
            """
            SELECT 3 * quant.id + 2, quant.company_id, a.consignor_id,
                   quant.product_id, quant.lot_id, quant.location_id,
                   0, 0, 0, 0, 0, quant.quantity
              FROM stock_quant quant
              JOIN res_partner owner ON owner.id = quant.owner_id
              JOIN (%s) a ON a.company_id = quant.company_id
                         AND a.consignor_id = owner.commercial_partner_id
              JOIN stock_location place ON place.id = quant.location_id
             WHERE place.usage IN ('internal', 'transit')
            """,
            self._consignors_sql(),
        )
