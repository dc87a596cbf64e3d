import logging
import socket
import time
from datetime import timedelta

import urllib3

from odoo import api, fields, models

from ..portal_core import webhooks
from .o2c_supplier_event import KINDS

_logger = logging.getLogger(__name__)
KEPT = timedelta(days=30)
TIMEOUT = 8  # seconds, for the whole call
LEASE = timedelta(minutes=5)


class Unreachable(Exception):
    """The call did not get an answer; the text says why, for the supplier's log."""


class O2cSupplierWebhookDelivery(models.Model):
    """One call of a webhook: what was sent, what came back, when it is tried again."""

    _name = "o2c.supplier.webhook.delivery"
    _description = "Supplier Webhook Call"
    _order = "id desc"

    webhook_id = fields.Many2one(
        "o2c.supplier.webhook",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    body = fields.Text(required=True, readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Delivered"), ("failed", "Given up")],
        required=True,
        readonly=True,
        default="waiting",
    )
    tries = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    status = fields.Integer(string="Answer", readonly=True)
    error = fields.Char(readonly=True)

    _due_idx = models.Index("(next_try) WHERE state = 'waiting'")

    @api.model
    def _cron_deliver(self):
        """Make the calls that are due, any number of workers at once.

        A call is taken by moving its next try and committing that: killed in between,
        it is made again, and the receiver knows it by its id.
        """
        cron = self.env["ir.cron"]
        while delivery := self._o2c_take():
            delivery._o2c_deliver()
            left = self.search_count(self._o2c_due(), limit=1000)
            if not cron._commit_progress(1, remaining=left):
                break

    @api.model
    def _o2c_due(self):
        return [("state", "=", "waiting"), ("next_try", "<=", fields.Datetime.now())]

    def _o2c_take(self):
        due = self.search(self._o2c_due(), order="next_try, id", limit=20)
        delivery = due.try_lock_for_update(limit=1)
        if delivery:
            delivery.write(
                {
                    "tries": delivery.tries + 1,
                    "next_try": fields.Datetime.now() + LEASE,
                }
            )
            self.env["ir.cron"]._commit_progress()
        return delivery

    def _o2c_deliver(self):
        self.ensure_one()
        try:
            status, error = self._o2c_call(), ""
        except Unreachable as problem:
            status, error = 0, str(problem)
        vals = {"status": status, "error": error[:200]}
        if 200 <= status < 300:
            vals["state"] = "done"
        else:
            wait = webhooks.backoff(self.tries)
            if wait is None:
                vals["state"] = "failed"
            else:
                vals["next_try"] = fields.Datetime.now() + timedelta(seconds=wait)
        self.write(vals)

    def _o2c_call(self):
        """Post the body to its address, and return the status of the answer.

        Only public addresses: the name is resolved here and the connection made to
        what was looked at, so that a name that changes its mind leads nowhere inside.
        No redirect is followed, nothing of the answer is kept.

        :raise Unreachable: no public address, or no answer in time
        """
        place = webhooks.target(self.webhook_id.url)
        body = self.body.encode()
        stamp = int(time.time())
        secret = self.webhook_id.sudo().secret
        headers = {
            "Host": place.host,
            "Content-Type": "application/json",
            "User-Agent": "o2c-supplier-portal",
            "O2C-Event": self.kind,
            "O2C-Signature": f"t={stamp},v1={webhooks.sign(secret, stamp, body)}",
        }
        pool = urllib3.HTTPSConnectionPool(
            self._o2c_resolve(place),
            port=place.port,
            server_hostname=place.host,
            assert_hostname=place.host,
            timeout=urllib3.Timeout(total=TIMEOUT),
            retries=False,
        )
        try:
            answer = pool.request(
                "POST",
                place.path,
                body=body,
                headers=headers,
                redirect=False,
                preload_content=False,
            )
            return answer.status
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unreachable(type(error).__name__) from error
        finally:
            pool.close()

    def _o2c_resolve(self, place):
        try:
            found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise Unreachable(self.env._("The name is not known.")) from error
        addresses = [entry[4][0] for entry in found]
        if not addresses or not all(map(webhooks.is_public, addresses)):
            raise Unreachable(self.env._("This is not a public address."))
        return addresses[0]

    @api.autovacuum
    def _gc_deliveries(self):
        old = fields.Datetime.now() - KEPT
        self.search([("create_date", "<", old)], limit=10_000).unlink()
