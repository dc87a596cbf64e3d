"""What every call of the API shares: parameters, answers, pages, errors."""

import json

from odoo.fields import Domain
from odoo.http import Response, request

from ..api_problem import ApiProblem
from ..portal_core import etag, filters, paging
from ..scope import Scope
from .api_rows import read_rows
from .pages import problem_text

PREFIX = "/o2c/api/v1"
PAGING = (
    filters.Spec(
        "limit", "number", maximum=paging.MAX_LIMIT, default=paging.DEFAULT_LIMIT
    ),
    filters.Spec("cursor", "cursor"),
    filters.Spec("company", "number"),
)


def api_route(path, **options):
    """Return the keyword arguments of an API route: read-only unless it says POST."""
    defaults = {
        "type": "http",
        "auth": "o2c_supplier",
        "methods": ["GET"],
        "csrf": False,
        "save_session": False,
        "readonly": "POST" not in options.get("methods", ()),
    }
    return {"route": PREFIX + path, **defaults, **options}


def read_parameters(specs, given):
    """Return the parameters of a call.

    :raise ApiProblem: with every parameter that is wrong
    """
    values, problems = filters.parse(given, specs, strict=True)
    # each may be right by itself, and both together make no sense
    status = 400 if problems else 422
    problems += filters.check_period(values, "date_from", "date_to")
    if problems:
        _refuse(status, problems)
    return values


def _refuse(status, problems):
    raise ApiProblem(
        status,
        "invalid_parameters",
        request.env._("Some parameters cannot be used."),
        [
            {"parameter": p.parameter, "code": p.code, "detail": problem_text(p)}
            for p in problems
        ],
    )


def list_answer(model, resource, domain, values, permission, key="id"):
    """Return one page of a list, newest first, with the cursor of the next.

    :param resource: table of ``api_schema``
    :param domain: what the call's filters ask for, without the scope
    :param str key: sort column, before the id
    """
    scope = Scope.of(request.env, permission, values["company"])
    limit = values["limit"]
    if key != "id" and values["cursor"] and not values["cursor"].key:
        problem = filters.Problem("cursor", filters.NOT_A_CURSOR)
        _refuse(400, [problem])
    rows = read_rows(
        scope.model(model),
        scope.domain & domain & _after(values["cursor"], key),
        "id desc" if key == "id" else f"{key} desc, id desc",
        limit + 1,
        resource,
    )
    page, more = paging.split_page(rows, limit)
    last = page[-1] if more else None
    return answer({"items": page, "next_cursor": last and _cursor(last, key).encode()})


def answer(body, status=200):
    """Return a JSON answer; to a client that has it already, that nothing changed."""
    content = json.dumps(body, ensure_ascii=False).encode()
    return tagged(content, status=status, content_type="application/json")


def tagged(content, *, content_type, status=200):
    """Return an answer with its ETag, or that the client's copy is current."""
    tag = etag.of(content)
    headers = [("ETag", tag), ("Cache-Control", "private, no-cache")]
    if request.httprequest.method == "GET" and etag.matches(
        request.httprequest.headers.get("If-None-Match"), tag
    ):
        return Response(status=304, headers=headers)
    return Response(content, status=status, content_type=content_type, headers=headers)


def _cursor(row, key):
    moment = "" if key == "id" else row[key].replace("T", " ").partition("+")[0]
    return paging.Cursor(moment, row["id"])


def _after(cursor, key):
    if cursor is None:
        return Domain.TRUE
    if key == "id":
        return Domain("id", "<", cursor.id)
    same = Domain(key, "=", cursor.key) & Domain("id", "<", cursor.id)
    # what both have in common is where PostgreSQL enters the index, on any page
    return Domain(key, "<=", cursor.key) & (Domain(key, "<", cursor.key) | same)
