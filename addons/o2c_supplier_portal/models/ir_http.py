import time
from functools import partial

from werkzeug.exceptions import HTTPException

from odoo import models
from odoo.exceptions import AccessDenied, AccessError, MissingError, UserError
from odoo.http import request

from ..api_problem import ApiProblem
from ..portal_core.rate_limit import RateLimiter
from ..portal_core.texts import storable

PAGES = "/my/consignment"
API_PREFIX = "/o2c/api/"
API_SCOPE = "o2c_supplier"
API_RATE = "o2c_supplier_portal.api_rate"
DEFAULT_RATE = 120

# One for each worker process, see RateLimiter.
LIMITER = RateLimiter()


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_o2c_supplier(cls):
        """Authenticate a supplier's program by its API key, never by a session.

        A cookie must not be enough: a write of the API has no CSRF token.
        """
        header = request.httprequest.headers.get("Authorization", "")
        scheme, __, key = header.partition(" ")
        key = key.strip()
        uid = None
        if scheme.lower() == "bearer" and key:
            uid = request.env["res.users.apikeys"]._o2c_check_scoped(API_SCOPE, key)
        if not uid:
            cls._o2c_api_raise(
                401,
                "invalid_key",
                request.env._(
                    "Send a valid API key: Authorization: Bearer KEY. Keys are made in "
                    "the portal and expire."
                ),
                headers=[("WWW-Authenticate", 'Bearer realm="o2c"')],
            )
        request.session.can_save = False  # stateless
        request.update_env(user=uid)
        cls._o2c_check_rate(uid)
        if not request.env.user._o2c_supplier_members():
            cls._o2c_api_raise(
                403,
                "no_supplier",
                request.env._("The key's user has no role in the supplier portal."),
            )

    @classmethod
    def _o2c_check_rate(cls, uid):
        parameter = request.env["ir.config_parameter"].sudo().get_param(API_RATE)
        per_minute = int(parameter) if (parameter or "").isdigit() else DEFAULT_RATE
        wait = LIMITER.take(
            (request.env.cr.dbname, uid),
            per_minute=per_minute or 1,
            now=time.time(),
            draw=partial(request.env["o2c.supplier.rate"]._o2c_draw, uid),
        )
        if wait:
            cls._o2c_api_raise(
                429,
                "too_many_calls",
                request.env._("At most %(count)s calls a minute.", count=per_minute),
                headers=[("Retry-After", str(int(wait) + 1))],
            )

    @classmethod
    def _o2c_api_raise(cls, status, code, detail, headers=()):
        raise ApiProblem(status, code, detail, headers=headers)

    # EXTENDS base: what a form of the pages sends is text that can be stored
    @classmethod
    def _dispatch(cls, endpoint):
        if PAGES in request.httprequest.path:
            request.params = storable(dict(request.params))
        return super()._dispatch(endpoint)

    # EXTENDS base: under the API's prefix every error is a problem document
    @classmethod
    def _handle_error(cls, exception):
        if request.httprequest.path.startswith(API_PREFIX):
            return cls._o2c_api_error(exception)
        return super()._handle_error(exception)

    @classmethod
    def _o2c_api_error(cls, exception):
        if isinstance(exception, ApiProblem):
            return exception
        status, code, detail = 500, "error", "Something went wrong here. Try again."
        if isinstance(exception, HTTPException):
            status = exception.code or 500
            code = (exception.name or "error").lower().replace(" ", "_")
            detail = exception.description or ""
        elif isinstance(exception, AccessDenied):
            status, code, detail = 401, "invalid_key", "Send a valid API key."
        elif isinstance(exception, (AccessError, MissingError)):
            status, code, detail = 404, "not_found", "There is no such thing."
        elif isinstance(exception, UserError):
            status, code, detail = 422, "refused", exception.args[0]
        return ApiProblem(status, code, detail)
