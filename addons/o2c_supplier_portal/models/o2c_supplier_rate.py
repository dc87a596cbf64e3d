from odoo import api, fields, models
from odoo.tools import SQL

KEPT_MINUTES = 10


class O2cSupplierRate(models.Model):
    """Calls of the API by user and minute, shared by all processes.

    Rows are only added, never changed: two processes that draw at once wait for nobody
    and cannot collide. A row is a lot of calls, see ``portal_core.rate_limit``.
    """

    _name = "o2c.supplier.rate"
    _description = "Supplier API Calls"
    _log_access = False

    user_id = fields.Many2one("res.users", required=True, readonly=True)
    minute = fields.Integer(required=True, readonly=True, help="Since 1970.")
    calls = fields.Integer(required=True, readonly=True)

    _user_minute_idx = models.Index("(user_id, minute)")
    _minute_idx = models.Index("(minute)")

    @api.model
    def _o2c_draw(self, uid, minute, size):
        """Add a lot of calls and return how many were drawn in the minute.

        In a transaction of its own: a call that reads has a read-only one, and what a
        call that fails has used counts all the same.
        """
        if self.env.cr.readonly:
            # as core's res.device does: nothing was written that could be lost
            self.env.cr.rollback()
        with self.env.registry.cursor() as cr:
            # losing the count of a minute in a crash harms nobody
            cr.execute("SET LOCAL synchronous_commit TO OFF")
            cr.execute(
                "INSERT INTO o2c_supplier_rate (user_id, minute, calls) "
                "VALUES (%s, %s, %s)",
                [uid, minute, size],
            )
            cr.execute(
                "SELECT SUM(calls) FROM o2c_supplier_rate "
                "WHERE user_id = %s AND minute = %s",
                [uid, minute],
            )
            return cr.fetchone()[0]

    @api.autovacuum
    def _gc_rates(self):
        self.env.cr.execute(
            SQL(
                "DELETE FROM o2c_supplier_rate "
                "WHERE minute < EXTRACT(EPOCH FROM now()) / 60 - %s",
                KEPT_MINUTES,
            )
        )
