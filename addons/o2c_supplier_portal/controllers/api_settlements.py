import json

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.http import Controller, Response, request, route
from odoo.tools import mute_logger

from ..api_problem import ApiProblem
from ..portal_core import idempotency, roles
from ..portal_core.texts import storable
from ..scope import Scope
from . import api_schema
from .api_base import api_route

MAX_BODY = 1024 * 1024
ANSWERS = ("accept", "dispute")
KNOWN = {"id", "answer"}


class SupplierApiSettlements(Controller):
    """Calls of the API that change something: each with an idempotency key."""

    @route(
        **api_route(
            "/settlements/<int:settlement_id>/answer",
            methods=["POST"],
            max_content_length=MAX_BODY,
        )
    )
    def o2c_api_settlement_answer(self, settlement_id, **params):
        scope = _settle_scope(settlement_id, roles.SETTLE)

        def act():
            reasons, rest = _read_answers(scope, settlement_id, read_body())
            settlement = _real_settlement(settlement_id)
            settlement._o2c_supplier_answer(reasons, accept_rest=rest)
            return _current(scope, settlement_id)

        return once(act)

    @route(
        **api_route(
            "/settlements/<int:settlement_id>/bill",
            methods=["POST"],
            max_content_length=MAX_BODY,
        )
    )
    def o2c_api_settlement_bill(self, settlement_id, **params):
        scope = _settle_scope(settlement_id, roles.REGISTER_BILL)

        def act():
            body = read_body()
            key = body.get("access_key")
            if not isinstance(key, str) or set(body) != {"access_key"}:
                raise ApiProblem(
                    400,
                    "invalid_body",
                    request.env._("Send the access key of your factura, alone."),
                )
            _real_settlement(settlement_id)._o2c_supplier_register_bill(key)
            return _current(scope, settlement_id)

        return once(act)


def once(act):
    """Do something once for an idempotency key; a repetition gets the same answer.

    :raise ApiProblem: no key, a key used for something else, or one being used now
    """
    http = request.httprequest
    key = http.headers.get("Idempotency-Key")
    if not idempotency.is_key(key):
        raise ApiProblem(
            400,
            "idempotency_key_needed",
            request.env._(
                "Send a header Idempotency-Key of 8 to 100 characters, a new one for "
                "each action."
            ),
        )
    body = http.get_data()
    current = idempotency.fingerprint(http.method, http.path, body)
    Request = request.env["o2c.supplier.request"].sudo()
    stored = Request.search([("user_id", "=", request.env.uid), ("key", "=", key)])
    decision = idempotency.decide(stored.fingerprint or None, current)
    if decision == idempotency.MISMATCH:
        raise ApiProblem(
            422,
            "idempotency_key_reused",
            request.env._(
                "This Idempotency-Key was used for another request. Use a new one."
            ),
        )
    if decision == idempotency.REPLAY:
        return _json(stored.body, stored.status, replayed=True)
    mine = _reserve(Request, key, current)
    try:
        with request.env.cr.savepoint():
            content = json.dumps(act(), ensure_ascii=False)
    except UserError as error:
        raise ApiProblem(422, "refused", error.args[0]) from error
    mine.write({"status": 200, "body": content})
    return _json(content, 200)


def _reserve(Request, key, current):
    """Store the key before anything is done, so that two at once do it once."""
    try:
        with mute_logger("odoo.sql_db"), request.env.cr.savepoint():
            return Request.create(
                {"user_id": request.env.uid, "key": key, "fingerprint": current}
            )
    except UniqueViolation as error:
        raise ApiProblem(
            409,
            "in_progress",
            request.env._(
                "The same request is being worked on. Repeat it in a moment."
            ),
        ) from error


def read_body():
    """Return the JSON object of a request.

    :raise ApiProblem: not JSON, or not an object
    """
    try:
        body = storable(json.loads(request.httprequest.get_data() or b"{}"))
    except (ValueError, RecursionError) as error:
        raise ApiProblem(
            400, "invalid_json", request.env._("The body is not JSON.")
        ) from error
    if not isinstance(body, dict):
        raise ApiProblem(
            400, "invalid_body", request.env._("The body must be a JSON object.")
        )
    return body


def _settle_scope(settlement_id, permission):
    """Return the scope in the settlement's company.

    :raise NotFound: not his, or no such settlement: no difference
    """
    seen = Scope.of(request.env, roles.BILLING)
    settlement = seen.find("o2c.supplier.settlement", settlement_id)
    return Scope.of(request.env, permission, settlement.company_id.id)


def _real_settlement(settlement_id):
    # found in the user's scope just before
    return request.env["o2c.consignment.settlement"].sudo().browse(settlement_id)


def _current(scope, settlement_id):
    """Return the settlement as the API shows it, after a change of what it reads."""
    scope.model("o2c.supplier.settlement").invalidate_model()
    settlement = scope.find("o2c.supplier.settlement", settlement_id)
    return api_schema.present(settlement, api_schema.SETTLEMENT)


def _read_answers(scope, settlement_id, body):
    """Return (line id → reason or False, accept the rest) of the request's body.

    :raise ApiProblem: with everything that is wrong
    """
    errors = [
        {"parameter": name, "code": "unknown", "detail": "…"}
        for name in set(body) - {"lines", "accept_rest"}
    ]
    rest = body.get("accept_rest", False)
    if not isinstance(rest, bool):
        errors.append(_wrong("accept_rest", request.env._("Give true or false.")))
    lines = body.get("lines", [])
    if not isinstance(lines, list):
        errors.append(_wrong("lines", request.env._("Give a list.")))
        lines = []
    reasons = {}
    for number, line in enumerate(lines):
        problem = _read_line(line, reasons)
        if problem:
            errors.append(_wrong(f"lines[{number}]", problem))
    if errors:
        raise ApiProblem(
            400,
            "invalid_body",
            request.env._("The body cannot be used."),
            errors,
        )
    _check_lines(scope, settlement_id, reasons)
    return reasons, rest


def _read_line(line, reasons):
    """Add one line's answer; return what is wrong with it, or nothing."""
    if not isinstance(line, dict) or type(line.get("id")) is not int:
        return request.env._("Give an object with the number of the line as id.")
    if line.get("answer") not in ANSWERS:
        return request.env._("Give accept or dispute as answer.")
    known = {"id", "answer", "reason"} if line["answer"] == "dispute" else KNOWN
    if set(line) - known:
        return request.env._("Give nothing else in a line.")
    reason = line.get("reason") or ""
    if not isinstance(reason, str):
        return request.env._("Give the reason as a text.")
    if line["answer"] == "dispute" and not reason.strip():
        return request.env._("Give a reason for the dispute.")
    reasons[line["id"]] = line["answer"] == "dispute" and reason.strip()
    return None


def _check_lines(scope, settlement_id, reasons):
    found = scope.model("o2c.supplier.settlement.line").search_count(
        [
            *scope.domain,
            ("settlement_id", "=", settlement_id),
            ("id", "in", list(reasons)),
        ]
    )
    if found != len(reasons):
        raise ApiProblem(
            404,
            "line_not_found",
            request.env._("Some lines are not lines of this settlement."),
        )


def _wrong(parameter, detail):
    return {"parameter": parameter, "code": "invalid", "detail": detail}


def _json(content, status, *, replayed=False):
    headers = [("Cache-Control", "no-store")]
    if replayed:
        headers.append(("Idempotency-Replayed", "true"))
    return Response(
        content, status=status, content_type="application/json", headers=headers
    )
