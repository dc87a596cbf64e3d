from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

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

    @api.model
    def _o2c_claim(self, user, key, wait):
        """Whether something may be done now; then not again until the wait is over.

        Of two at once PostgreSQL lets one write the row, and Odoo plays the other
        again, which finds the row.

        :param user: who does it
        :param str key: what he does
        :param timedelta wait: from one time to the next
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO o2c_supplier_request AS r (
                       user_id, key, fingerprint,
                       create_uid, create_date, write_uid, write_date)
                VALUES (%(user)s, %(key)s, 'claim',
                       %(user)s, %(now)s, %(user)s, %(now)s)
                    ON CONFLICT (user_id, key) DO UPDATE
                       SET create_date = EXCLUDED.create_date,
                           write_date = EXCLUDED.write_date
                     WHERE r.create_date <= %(until)s
                RETURNING id
                """,
                user=user.id,
                key=key,
                now=self.env.cr.now(),
                until=self.env.cr.now() - wait,
            )
        )
        self.invalidate_model()
        return bool(self.env.cr.rowcount)

    @api.autovacuum
    def _gc_requests(self):
        old = fields.Datetime.now() - KEPT
        self.search([("create_date", "<", old)], limit=10_000).unlink()
