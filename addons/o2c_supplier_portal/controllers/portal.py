from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..portal_core import roles
from ..scope import Scope


class SupplierHome(CustomerPortal):
    # EXTENDS portal
    def _prepare_portal_layout_values(self):
        values = super()._prepare_portal_layout_values()
        values["o2c_is_supplier"] = bool(request.env.user._o2c_supplier_members())
        return values

    # EXTENDS portal
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "o2c_settlement_count" in counters:
            values["o2c_settlement_count"] = self._o2c_settlements_to_answer()
        return values

    def _o2c_settlements_to_answer(self):
        user = request.env.user
        companies = user._o2c_supplier_companies(roles.BILLING)
        if not companies:
            return 0
        scope = Scope.of(request.env, roles.BILLING)
        return request.env["o2c.supplier.settlement"].search_count(
            [*scope.domain, ("state", "=", "sent")]
        )
