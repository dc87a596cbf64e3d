from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from ..api_problem import ApiProblem
from ..portal_core import roles
from ..scope import Scope
from . import api_schema
from .api_base import api_route
from .api_settlements import MAX_BODY, once, read_body
from .replenishment import read_day, read_quantity, real_order


class SupplierApiReplenishments(Controller):
    """What a supplier's program answers to replenishments, by idempotency key."""

    @route(
        **api_route(
            "/replenishments/<int:order_id>/confirm",
            methods=["POST"],
            max_content_length=MAX_BODY,
        )
    )
    def o2c_api_replenishment_confirm(self, order_id, **params):
        scope = _order_scope(order_id)

        def act():
            body = read_body()
            _check_names(body, {"expected_on", "lines"})
            answers = _answers(scope, order_id, body.get("lines", []))
            real_order(order_id)._o2c_confirm(answers, _day(body))
            return _current(scope, order_id)

        return once(act)

    @route(
        **api_route(
            "/replenishments/<int:order_id>/response",
            methods=["POST"],
            max_content_length=MAX_BODY,
        )
    )
    def o2c_api_replenishment_response(self, order_id, **params):
        scope = _order_scope(order_id)

        def act():
            real_order(order_id)._o2c_answer_by_ubl(request.httprequest.get_data())
            return _current(scope, order_id)

        return once(act)

    @route(
        **api_route(
            "/replenishments/<int:order_id>/ship",
            methods=["POST"],
            max_content_length=MAX_BODY,
        )
    )
    def o2c_api_replenishment_ship(self, order_id, **params):
        scope = _order_scope(order_id)

        def act():
            body = read_body()
            _check_names(body, {"expected_on", "guia"})
            guia = body.get("guia")
            if not isinstance(guia, str):
                raise _refused(request.env._("Give guia as a text."))
            real_order(order_id)._o2c_ship(guia, _day(body))
            return _current(scope, order_id)

        return once(act)


def _order_scope(order_id):
    """Return the scope in the order's company.

    :raise NotFound: not his, or no such order: no difference
    """
    seen = Scope.of(request.env, roles.STOCK)
    order = seen.find("o2c.supplier.order", order_id)
    return Scope.of(request.env, roles.REPLENISH, order.company_id.id)


def _current(scope, order_id):
    request.env.flush_all()
    scope.model("o2c.supplier.order").invalidate_model()
    order = scope.find("o2c.supplier.order", order_id)
    return api_schema.present(order, api_schema.REPLENISHMENT)


def _day(body):
    text = body.get("expected_on")
    try:
        return read_day(text if isinstance(text, str) else "")
    except UserError as error:
        raise _refused(error.args[0]) from error


def _answers(scope, order_id, lines):
    """Return line id → (quantity, reason) of the body.

    :raise ApiProblem: not of the form, or lines of another order
    """
    answers = {}
    if not isinstance(lines, list):
        raise _refused(request.env._("Give a list."))
    for line in lines:
        if not isinstance(line, dict) or type(line.get("id")) is not int:
            raise _refused(
                request.env._("Give an object with the number of the line as id.")
            )
        _check_names(line, {"id", "quantity", "reason"})
        quantity, reason = line.get("quantity"), line.get("reason", "")
        if not isinstance(quantity, str) or not isinstance(reason, str):
            raise _refused(request.env._("Give quantity and reason as texts."))
        try:
            answers[line["id"]] = (read_quantity(quantity), reason)
        except UserError as error:
            raise _refused(error.args[0]) from error
    found = scope.model("o2c.supplier.order.line").search_count(
        [*scope.domain, ("order_id", "=", order_id), ("id", "in", list(answers))]
    )
    if found != len(answers):
        raise ApiProblem(
            404,
            "line_not_found",
            request.env._("Some lines are not lines of this order."),
        )
    return answers


def _check_names(body, known):
    unknown = sorted(set(body) - known)
    if unknown:
        raise _refused(
            request.env._("Unknown: %s.", ", ".join(map(str, unknown))[:200])
        )


def _refused(detail):
    return ApiProblem(400, "invalid_body", detail)
