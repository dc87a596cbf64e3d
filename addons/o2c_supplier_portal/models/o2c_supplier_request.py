from datetime import timedelta

from odoo import api, fields, models

# Clients retry within minutes; a day also covers a night's outage.
KEPT = timedelta(days=2)


class O2cSupplierRequest(models.Model):
    """A write of the API with its idempotency key and the answer that it got.

    It is stored in the transaction of the write itself, so that a key is used exactly
    when its effect happened; two at once meet at the unique index.
    """

    _name = "o2c.supplier.request"
    _description = "Supplier API Request"

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="cascade"
    )
    key = fields.Char(required=True, readonly=True)
    fingerprint = fields.Char(required=True, readonly=True)
    status = fields.Integer(readonly=True)
    body = fields.Text(readonly=True)

    _key_once = models.UniqueIndex(
        "(user_id, key)", "This idempotency key was used already."
    )

    @api.autovacuum
    def _gc_requests(self):
        old = fields.Datetime.now() - KEPT
        self.search([("create_date", "<", old)], limit=10_000).unlink()
