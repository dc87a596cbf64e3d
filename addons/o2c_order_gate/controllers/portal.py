from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from odoo.addons.sale.controllers.portal import CustomerPortal

from ..models.messages import log_refused


class OrderGatePortal(CustomerPortal):
    @route()
    def portal_quote_accept(
        self, order_id, access_token=None, name=None, signature=None
    ):
        # EXTENDS sale: plain words instead of "not in a state requiring signature"
        token = access_token or request.httprequest.args.get("access_token")
        try:
            order_sudo = self._document_check_access("sale.order", order_id, token)
        except (AccessError, MissingError):
            # the answer for unknown and foreign orders stays the one of sale
            return super().portal_quote_accept(order_id, access_token, name, signature)
        if order_sudo._o2c_gate_held_quotations():
            log_refused("sign", order_sudo, "not cleared")
            return {"error": order_sudo._o2c_gate_customer_message()}
        return super().portal_quote_accept(order_id, access_token, name, signature)
