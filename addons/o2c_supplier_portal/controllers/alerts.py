from odoo.fields import Domain
from odoo.http import request, route

from ..models.o2c_supplier_event import KINDS
from ..portal_core import alerts, roles
from .pages import SupplierPages

ALERTS = "/my/consignment/alerts"


class SupplierAlerts(SupplierPages):
    @route(
        ALERTS, type="http", auth="user", website=True, readonly=True, methods=["GET"]
    )
    def o2c_alerts(self, **params):
        scope, __, problems = self._o2c_open(roles.DASHBOARD, (), params)
        role = scope.members[:1].role
        user = request.env.user
        chosen = request.env["o2c.supplier.preference"].sudo()._o2c_chosen(user)
        modes = {
            kind: alerts.mode(kind, role, chosen.get((user.id, kind)))
            for kind in alerts.kinds_of(role)
        }
        Alert = request.env["o2c.supplier.alert"].sudo()
        own = Alert._o2c_domain_of(user) & Domain("company_id", "=", scope.company.id)
        return self._o2c_render(
            "alerts",
            scope,
            "alerts",
            problems=problems,
            alerts=Alert.search(own, limit=100),
            modes=modes,
            kinds=dict(Alert._fields["kind"]._description_selection(request.env)),
            choices=self._o2c_modes(),
        )

    @route(
        f"{ALERTS}/preferences",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def o2c_alerts_preferences(self, **params):
        scope, __, __ = self._o2c_open(roles.DASHBOARD, (), params)
        modes = {
            kind: params[kind] for kind, __ in KINDS if params.get(kind) in alerts.MODES
        }
        request.env["o2c.supplier.preference"].sudo()._o2c_choose(
            request.env.user, modes
        )
        request.session["o2c_message"] = request.env._("Your choice was saved.")
        return request.redirect(f"{ALERTS}?company={scope.company.id}")

    def _o2c_modes(self):
        field = request.env["o2c.supplier.preference"]._fields["mode"]
        return field._description_selection(request.env)
