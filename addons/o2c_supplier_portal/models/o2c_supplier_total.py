from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.o2c_consignment.models.o2c_consignment_consumption import KINDS

from ..portal_core.periods import DAY, MONTH
from .o2c_supplier_sale import STATES

KEYS = SQL(
    """company_id, consignor_id, grain, day, product_id, warehouse_id,
       customer_group_id, kind, state, currency_id"""
)
SUMS = SQL("row_count, quantity, sale_amount, amount")
LOCK = 6_190_001  # of the advisory lock, so that two never merge at once
MERGE_FROM = 5_000


class O2cSupplierTotal(models.Model):
    """Consumptions summed by day and by month: what dashboards and totals read.

    Whatever changes a consumption adds rows with the difference
    (``o2c.consignment.consumption``): nobody waits for a colleague who sells the same
    product on the same day. :meth:`_o2c_merge` adds them up later; a sum is the same
    before and after.
    """

    _name = "o2c.supplier.total"
    _description = "Supplier's Sales, Summed"
    _log_access = False
    _order = "day desc, id desc"
    # what was not written yet is not summed yet
    _depends = {
        "o2c.consignment.consumption": [
            "amount",
            "date",
            "is_chargeable",
            "kind",
            "o2c_customer_group_id",
            "product_id",
            "quantity",
            "sale_unit_price",
            "state",
            "warehouse_id",
        ]
    }

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    consignor_id = fields.Many2one(
        "res.partner", string="Supplier", required=True, readonly=True
    )
    grain = fields.Selection(
        [(DAY, "Day"), (MONTH, "Month")], required=True, readonly=True
    )
    day = fields.Date(
        required=True, readonly=True, help="Day in Ecuador, or first of the month."
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="cascade"
    )
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True, ondelete="cascade")
    customer_group_id = fields.Many2one(
        "res.partner.category", readonly=True, ondelete="set null"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    row_count = fields.Integer(readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    sale_amount = fields.Monetary(readonly=True)
    amount = fields.Monetary(string="Due", readonly=True)
    is_merged = fields.Boolean(readonly=True)

    _period_idx = models.Index("(consignor_id, grain, day)")
    _product_idx = models.Index("(consignor_id, product_id) WHERE grain = 'month'")
    # a page of one product, or of what is rare among its rows
    _product_day_idx = models.Index(
        "(consignor_id, product_id, day, kind) WHERE grain = 'day'"
    )
    _empty_idx = models.Index("(id) WHERE is_merged AND row_count = 0")
    _difference_idx = models.Index("(id) WHERE is_merged IS NOT TRUE")
    _merged_once = models.UniqueIndex(
        """(company_id, consignor_id, grain, day, product_id,
            COALESCE(warehouse_id, 0), COALESCE(customer_group_id, 0),
            kind, state, currency_id) WHERE is_merged""",
        "These sums are kept once.",
    )

    def init(self):
        # installed where consumptions are already: sum them once
        self.env.cr.execute("SELECT EXISTS (SELECT FROM o2c_supplier_total)")
        if not self.env.cr.fetchone()[0]:
            self._o2c_rebuild()

    @api.model
    def _o2c_add(self, ids, sign):
        """Add consumptions as they are in the database, or take them away.

        :param ids: of ``o2c.consignment.consumption``
        :param int sign: 1 or -1
        """
        if ids:
            where = SQL("c.id = ANY(%s)", list(ids))
            self._o2c_insert(where, sign=sign, merged=False)
            if sign > 0 and len(ids) >= MERGE_FROM:
                self.env.ref("o2c_supplier_portal.o2c_supplier_total_cron")._trigger()

    @api.model
    def _o2c_rebuild(self):
        """Sum everything anew, after rows were changed behind Odoo's back."""
        self.env.flush_all()
        self.env.cr.execute("LOCK TABLE o2c_supplier_total IN EXCLUSIVE MODE")
        self.env.cr.execute("DELETE FROM o2c_supplier_total")
        self._o2c_insert(SQL("TRUE"), sign=1, merged=True)
        self.invalidate_model()

    def _o2c_insert(self, where, *, sign, merged):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO o2c_supplier_total (%(keys)s, %(sums)s, is_merged)
                SELECT %(keys)s, %(sign)s * COUNT(*), %(sign)s * SUM(quantity),
                       %(sign)s * SUM(sale_amount), %(sign)s * SUM(amount), %(merged)s
                  FROM (%(rows)s) rows
              GROUP BY %(keys)s
                """,
                keys=KEYS,
                sums=SUMS,
                sign=sign,
                merged=merged,
                rows=self._o2c_rows(where),
            )
        )

    def _o2c_rows(self, where):
        """Each consumption twice: under its day and under its month."""
        return SQL(
            """
            SELECT c.company_id, c.consignor_id, g.grain,
                   date_trunc(
                       g.grain,
                       c.date AT TIME ZONE 'UTC' AT TIME ZONE 'America/Guayaquil'
                   )::date AS day,
                   c.product_id, c.warehouse_id,
                   c.o2c_customer_group_id AS customer_group_id, c.kind, c.state,
                   c.currency_id, c.quantity,
                   c.quantity * COALESCE(c.sale_unit_price, 0) AS sale_amount,
                   CASE WHEN c.is_chargeable THEN c.amount ELSE 0 END AS amount
              FROM o2c_consignment_consumption c
        CROSS JOIN (VALUES ('day'), ('month')) g (grain)
             WHERE c.state IS NOT NULL AND %s
            """,
            where,
        )

    @api.model
    def _o2c_merge(self):
        """Cron: add differences to the sums that they belong to.

        Only this touches rows that are merged, and only one process does at a time.
        """
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not self.env.cr.fetchone()[0]:
            return
        self.env.cr.execute(
            SQL(
                """
                WITH gone AS (
                    DELETE FROM o2c_supplier_total WHERE is_merged IS NOT TRUE
                    RETURNING *
                )
                INSERT INTO o2c_supplier_total AS kept (%(keys)s, %(sums)s, is_merged)
                SELECT %(keys)s, SUM(row_count), SUM(quantity), SUM(sale_amount),
                       SUM(amount), TRUE
                  FROM gone
              GROUP BY %(keys)s
                HAVING (SUM(row_count), SUM(quantity), SUM(sale_amount), SUM(amount))
                       IS DISTINCT FROM (0, 0, 0, 0)
                    ON CONFLICT (company_id, consignor_id, grain, day, product_id,
                           COALESCE(warehouse_id, 0), COALESCE(customer_group_id, 0),
                           kind, state, currency_id) WHERE is_merged
             DO UPDATE SET row_count = kept.row_count + EXCLUDED.row_count,
                           quantity = kept.quantity + EXCLUDED.quantity,
                           sale_amount = kept.sale_amount + EXCLUDED.sale_amount,
                           amount = kept.amount + EXCLUDED.amount
                """,
                keys=KEYS,
                sums=SUMS,
            )
        )
        self.env.cr.execute(
            "DELETE FROM o2c_supplier_total WHERE is_merged AND row_count = 0"
        )
        self.invalidate_model()
