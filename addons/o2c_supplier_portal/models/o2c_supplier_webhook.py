import json
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..portal_core import alerts, webhooks

MAX_HOOKS = 5


class O2cSupplierWebhook(models.Model):
    """An address of a supplier that is called when something happens to his goods."""

    _name = "o2c.supplier.webhook"
    _description = "Supplier Webhook"
    _order = "id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    consignor_id = fields.Many2one(
        "res.partner", string="Supplier", required=True, readonly=True, index=True
    )
    url = fields.Char(string="Address", required=True)
    secret = fields.Char(required=True, readonly=True, groups="base.group_system")
    kinds = fields.Json(help="What it is called for; empty: everything.")
    active = fields.Boolean(default=True)
    delivery_ids = fields.One2many("o2c.supplier.webhook.delivery", "webhook_id")

    @api.constrains("url")
    def _check_url(self):
        texts = {
            webhooks.NOT_HTTPS: self.env._("The address must start with https://."),
            webhooks.NOT_PUBLIC: self.env._("The address must be a public one."),
            webhooks.NOT_AN_ADDRESS: self.env._("This is not an address."),
        }
        for hook in self:
            try:
                webhooks.target(hook.url)
            except webhooks.BadAddress as error:
                raise ValidationError(texts[error.args[0]]) from error

    @api.model
    def _o2c_add(self, scope, url, kinds):
        """Add an address of a supplier; called with the superuser's rights.

        :raises UserError: too many, or an address that cannot be called
        :return: the webhook, whose secret is shown this once
        """
        own = self._o2c_of(scope)
        if len(own) >= MAX_HOOKS:
            raise UserError(
                self.env._("You have %s addresses: delete one first.", MAX_HOOKS)
            )
        return self.create(
            {
                "company_id": scope.company.id,
                "consignor_id": scope.consignor.id,
                "url": (url or "").strip(),
                "secret": secrets.token_urlsafe(32),
                "kinds": [kind for kind in alerts.KINDS if kind in kinds],
            }
        )

    @api.model
    def _o2c_of(self, scope):
        return self.search(
            [
                ("company_id", "=", scope.company.id),
                ("consignor_id", "=", scope.consignor.id),
            ]
        )

    @api.model
    def _o2c_queue(self, events):
        """Queue the calls for events, in the transaction that tells users of them."""
        hooks = self.search([("consignor_id", "in", events.consignor_id.ids)])
        by_owner = hooks.grouped(lambda h: (h.company_id, h.consignor_id))
        vals_list = [
            {
                "webhook_id": hook.id,
                "kind": event.kind,
                "body": hook._o2c_body(event),
                "next_try": event.date,
            }
            for event in events
            for hook in by_owner.get(
                (event.company_id, event.consignor_id), self.browse()
            )
            if not hook.kinds or event.kind in hook.kinds
        ]
        if vals_list:
            self.env["o2c.supplier.webhook.delivery"].create(vals_list)
            cron = self.env.ref("o2c_supplier_portal.o2c_supplier_webhook_cron")
            cron._trigger()

    def _o2c_body(self, event):
        return json.dumps(
            {
                # the receiver's means against a call that comes twice
                "id": f"{self.id}-{event.id}",
                "kind": event.kind,
                "date": f"{event.date.isoformat()}+00:00",
                "company": event.company_id.id,
                "resource": event.res_id,
                "label": event.label or "",
                "quantity": f"{event.quantity:g}",
            },
            ensure_ascii=False,
        )
