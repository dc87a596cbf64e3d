from odoo.exceptions import UserError
from odoo.http import request, route

from ..portal_core import roles
from .pages import SupplierPages

WEBHOOKS = "/my/consignment/webhooks"


class SupplierWebhooks(SupplierPages):
    @route(
        WEBHOOKS, type="http", auth="user", website=True, readonly=True, methods=["GET"]
    )
    def o2c_webhooks(self, **params):
        scope, __, problems = self._o2c_open(roles.TEAM, (), params)
        return self._o2c_webhooks_page(scope, problems)

    @route(f"{WEBHOOKS}/new", type="http", auth="user", website=True, methods=["POST"])
    def o2c_webhooks_new(self, url="", **params):
        scope, __, __ = self._o2c_open(roles.TEAM, (), params)
        kinds = request.httprequest.form.getlist("kinds")
        try:
            with request.env.cr.savepoint():
                hook = (
                    request.env["o2c.supplier.webhook"]
                    .sudo()
                    ._o2c_add(scope, url, kinds)
                )
        except UserError as error:
            return self._o2c_webhooks_page(scope, error.args[0].splitlines())
        request.env["o2c.supplier.access.log"]._o2c_log(
            "key", request.env._("Webhook made: %s", hook.url), company=scope.company
        )
        # shown in this answer only
        response = self._o2c_webhooks_page(scope, secret=hook.secret)
        response.headers["Cache-Control"] = "no-store"
        return response

    @route(
        f"{WEBHOOKS}/<int:webhook_id>/delete",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_webhooks_delete(self, webhook_id, **params):
        scope, __, __ = self._o2c_open(roles.TEAM, (), params)
        hooks = request.env["o2c.supplier.webhook"].sudo()._o2c_of(scope)
        hook = hooks.filtered(lambda h: h.id == webhook_id) or scope.not_found()
        request.env["o2c.supplier.access.log"]._o2c_log(
            "key", request.env._("Webhook deleted: %s", hook.url), company=scope.company
        )
        hook.unlink()
        request.session["o2c_message"] = request.env._("The address was deleted.")
        return request.redirect(f"{WEBHOOKS}?company={scope.company.id}")

    def _o2c_webhooks_page(self, scope, problems=None, secret=None):
        hooks = request.env["o2c.supplier.webhook"].sudo()._o2c_of(scope)
        deliveries = (
            request.env["o2c.supplier.webhook.delivery"]
            .sudo()
            .search([("webhook_id", "in", hooks.ids)], limit=50)
        )
        field = request.env["o2c.supplier.event"]._fields["kind"]
        return self._o2c_render(
            "webhooks",
            scope,
            "webhooks",
            status=422 if problems else 200,
            problems=problems,
            hooks=hooks,
            deliveries=deliveries,
            secret=secret,
            kinds=field._description_selection(request.env),
        )
