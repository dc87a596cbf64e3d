"""The OpenAPI 3.1 document, made from the same tables as the answers."""

import re
from functools import cache

from odoo.tools import LazyTranslate
from odoo.tools.translate import LazyGettext

from ..listings import BILLS, MOVEMENTS, PERIOD, SALES, STOCK
from ..portal_core import idempotency
from ..portal_core.filters import DATE_PATTERN, MAX_TEXT
from . import api_schema, openapi_bodies
from .api_base import PAGING, PREFIX
from .replenishment import FILTERS as REPLENISHMENT_FILTERS
from .settlements import SETTLEMENT_FILTERS

_lt = LazyTranslate(__name__)
VERSION = "1.0.0"
_RESOURCES = {
    "Sale": api_schema.SALE,
    "Stock": api_schema.STOCK,
    "Movement": api_schema.MOVEMENT,
    "Replenishment": api_schema.REPLENISHMENT,
    "ReplenishmentLine": api_schema.REPLENISHMENT_LINE,
    "Settlement": api_schema.SETTLEMENT,
    "SettlementLine": api_schema.SETTLEMENT_LINE,
    "Bill": api_schema.BILL,
}
_PARAMETERS = {
    "date": {"type": "string", "format": "date", "pattern": DATE_PATTERN},
    "text": {"type": "string", "maxLength": MAX_TEXT},
    "cursor": {"type": "string", "minLength": 1, "maxLength": 200},
}


def document(env):
    """Return the document in the environment's language.

    Paths are relative to the server's address in it.
    """
    return _told(_source(), env)


def methods_of(path):
    """Return the methods that the document gives for an address, empty for none."""
    for template, operations in _source()["paths"].items():
        pattern = re.sub(r"\{\w+\}", r"\\d+", PREFIX + template)
        if re.fullmatch(pattern, path, re.ASCII):
            return ", ".join(method.upper() for method in operations)
    return ""


def _told(node, env):
    """Return a part of the document with its texts in the environment's language."""
    if isinstance(node, dict):
        return {name: _told(value, env) for name, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_told(value, env) for value in node]
    return env._(node) if isinstance(node, LazyGettext) else node


@cache
def _source():
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _lt("Supplier API"),
            "version": VERSION,
            "description": _lt(
                "What a consignor sees and confirms: sales, stock, settlements and "
                "bills of his own goods. Lists come newest first, in pages by cursor. "
                "Money and quantities are texts with a decimal point; dates are days "
                "in Ecuador; moments are UTC."
            ),
            "license": {"name": "LGPL-3.0", "identifier": "LGPL-3.0-only"},
        },
        "servers": [{"url": PREFIX}],
        "security": [{"key": []}],
        "paths": _paths(),
        "webhooks": {"event": {"post": openapi_bodies.webhook()}},
        "components": {
            "schemas": {
                **{n: api_schema.schema_of(table) for n, table in _RESOURCES.items()},
                **openapi_bodies.schemas(),
            },
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": _lt(
                        "An API key made in the portal, page “API keys”."
                    ),
                }
            },
        },
    }


def _paths():
    return {
        "/openapi.json": {"get": _self()},
        "/sales": _list("Sale", _lt("Sales, returns and losses"), SALES.filters),
        "/sales/{id}": _one("Sale", _lt("One sale, return or loss")),
        "/stock": _list("Stock", _lt("Stock by product"), STOCK.filters),
        "/stock/{id}": _one("Stock", _lt("The stock of one product")),
        "/stock/{id}/places": _places(),
        "/movements": _list("Movement", _lt("Goods in and out"), MOVEMENTS.filters),
        "/movements/{id}": _one("Movement", _lt("One movement")),
        "/replenishments": _list(
            "Replenishment", _lt("Goods asked of you"), REPLENISHMENT_FILTERS
        ),
        "/replenishments/{id}": _one("Replenishment", _lt("One replenishment")),
        "/replenishments/{id}/lines": _lines(
            "ReplenishmentLine", _lt("Products of a replenishment")
        ),
        "/replenishments/{id}/order": _document(
            "getReplenishmentOrder", _lt("Our order, as UBL (Peppol BIS Ordering 3)")
        ),
        "/replenishments/{id}/confirm": _write(
            _lt("Confirm what you will bring"),
            "confirmReplenishment",
            "Confirmation",
            "Replenishment",
        ),
        "/replenishments/{id}/response": _write(
            _lt("Answer with a UBL OrderResponse (Peppol BIS Ordering 3)"),
            "answerReplenishment",
            None,
            "Replenishment",
        ),
        "/replenishments/{id}/ship": _write(
            _lt("Say that the goods left"),
            "shipReplenishment",
            "Shipment",
            "Replenishment",
        ),
        "/settlements": _list("Settlement", _lt("Settlements"), SETTLEMENT_FILTERS),
        "/settlements/{id}": _one("Settlement", _lt("One settlement")),
        "/settlements/{id}/lines": _lines(
            "SettlementLine", _lt("Lines of a settlement")
        ),
        "/settlements/{id}/answer": _write(
            _lt("Accept or dispute the lines of a settlement"),
            "answerSettlement",
            "Answer",
            "Settlement",
        ),
        "/settlements/{id}/bill": _write(
            _lt("Register your factura by its access key"),
            "registerBill",
            "Factura",
            "Settlement",
        ),
        "/bills": _list("Bill", _lt("Bills"), BILLS.filters),
        "/bills/{id}": _one("Bill", _lt("One bill")),
    }


def _self():
    return {
        "summary": _lt("This document"),
        "operationId": "openapi",
        "security": [],
        "responses": {
            "200": {
                "description": "OpenAPI 3.1",
                "content": {"application/json": {"schema": {"type": "object"}}},
            }
        },
    }


def _list(name, summary, specs):
    return {
        "get": {
            "summary": summary,
            "operationId": f"list{name}",
            "parameters": [_parameter(spec) for spec in (*specs, *PAGING)],
            "responses": {
                "200": _content(
                    {
                        "type": "object",
                        "properties": {
                            "items": {"type": "array", "items": _ref(name)},
                            "next_cursor": {"type": ["string", "null"]},
                        },
                        "required": ["items", "next_cursor"],
                        "additionalProperties": False,
                    }
                ),
                "304": {"description": _lt("The client's copy is current")},
                **_problems(),
                "404": _problem(_lt("No such company, or no role there")),
                "422": _problem(_lt("The period ends before it starts")),
            },
        }
    }


def _lines(name, summary):
    lines = _list(name, summary, ())
    lines["get"]["parameters"].insert(0, _path_id())
    lines["get"]["responses"]["404"] = _problem(_lt("Unknown, or not yours"))
    return lines


def _one(name, summary):
    company = next(spec for spec in PAGING if spec.name == "company")
    return {
        "get": {
            "summary": summary,
            "operationId": f"get{name}",
            "parameters": [_path_id(), _parameter(company)],
            "responses": {
                "200": _content(_ref(name)),
                "304": {"description": _lt("The client's copy is current")},
                **_problems(),
                "404": _problem(_lt("Unknown, or not yours")),
            },
        }
    }


def _places():
    flows = {"type": "array", "items": _ref("PlaceFlow")}
    places = _one("Stock", _lt("One product by place and lot, over a period"))
    operation = places["get"]
    operation["operationId"] = "listStockPlaces"
    operation["parameters"] += [_parameter(spec) for spec in PERIOD]
    operation["responses"] |= {
        "200": _content(api_schema.object_of({"items": flows})),
        "422": _problem(_lt("The period ends before it starts")),
    }
    return places


def _document(name, summary):
    """A file instead of JSON: otherwise like one record."""
    document = _one("Replenishment", summary)
    document["get"]["operationId"] = name
    document["get"]["responses"]["200"]["content"] = {
        "application/xml": {"schema": {"type": "string"}}
    }
    return document


def _write(summary, name, body, shown):
    operation = {
        "summary": summary,
        "operationId": name,
        "parameters": [_path_id(), _idempotency_key()],
        "requestBody": {"required": True, "content": _body(body)},
        "responses": {
            "200": _content(_ref(shown)),
            **_problems(),
            "404": _problem(_lt("Unknown, or not yours")),
            "409": _problem(_lt("The same request is being worked on")),
            "413": _problem(_lt("The body is too large")),
            "422": _problem(_lt("Refused: see the detail")),
        },
    }
    return {"post": operation}


def _body(schema):
    """JSON of a schema, or XML when there is none."""
    if schema:
        return {"application/json": {"schema": _ref(schema)}}
    return {"application/xml": {"schema": {"type": "string"}}}


def _idempotency_key():
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": _lt("New for each action; a repetition gets the same answer"),
        "schema": {"type": "string", "pattern": idempotency.PATTERN},
    }


def _parameter(spec):
    schema = dict(_PARAMETERS.get(spec.kind) or {})
    if spec.kind == "number":
        schema = {
            "type": "integer",
            "minimum": spec.minimum,
            "maximum": spec.maximum,
        }
    elif spec.kind == "choice":
        schema = {"type": "string", "enum": list(spec.choices)}
    if spec.default is not None:
        schema["default"] = spec.default
    return {"name": spec.name, "in": "query", "schema": schema}


def _path_id():
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    }


def _problems():
    return {
        "400": _problem(_lt("A parameter cannot be used")),
        "401": _problem(_lt("No key, or one that is unknown, expired or revoked")),
        "403": _problem(_lt("The role of the key's user does not include this")),
        "429": _problem(_lt("Too many calls: see Retry-After")),
    }


def _problem(description):
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": _ref("Problem")}},
    }


def _content(schema):
    return {
        "description": "OK",
        "headers": {"ETag": {"schema": {"type": "string"}}},
        "content": {"application/json": {"schema": schema}},
    }


def _ref(name):
    return {"$ref": f"#/components/schemas/{name}"}
