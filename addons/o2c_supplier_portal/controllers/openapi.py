"""The OpenAPI 3.1 document, made from the same tables as the answers."""

from functools import cache

from ..listings import BILLS, MOVEMENTS, SALES, STOCK
from ..portal_core import alerts, idempotency
from . import api_schema
from .api_base import PAGING
from .replenishment import FILTERS as REPLENISHMENT_FILTERS
from .settlements import SETTLEMENT_FILTERS

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
    "date": {"type": "string", "format": "date"},
    "text": {"type": "string", "maxLength": 100},
    "cursor": {"type": "string", "maxLength": 200},
}


@cache
def document():
    """Return the document; paths are relative to the server's address in it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Supplier API",
            "version": VERSION,
            "description": (
                "What a consignor sees and confirms: sales, stock, settlements and "
                "bills of his own goods. Lists come newest first, in pages by cursor. "
                "Money and quantities are texts with a decimal point; dates are days "
                "in Ecuador; moments are UTC."
            ),
            "license": {"name": "LGPL-3.0", "identifier": "LGPL-3.0-only"},
        },
        "servers": [{"url": "/o2c/api/v1"}],
        "security": [{"key": []}],
        "paths": _paths(),
        "webhooks": {"event": {"post": _webhook()}},
        "components": {
            "schemas": {
                **{n: api_schema.schema_of(table) for n, table in _RESOURCES.items()},
                "Answer": _answer_schema(),
                "Factura": _factura_schema(),
                "Confirmation": _confirmation_schema(),
                "Shipment": _shipment_schema(),
                "Event": _event_schema(),
                "Problem": _problem_schema(),
            },
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key made in the portal, page “API keys”.",
                }
            },
        },
    }


def _paths():
    lines = _lines("SettlementLine", "Lines of a settlement")
    order_lines = _lines("ReplenishmentLine", "Products of a replenishment")
    return {
        "/openapi.json": {"get": _self()},
        "/sales": _list("Sale", "Sales, returns and losses", SALES.filters),
        "/sales/{id}": _one("Sale"),
        "/stock": _list("Stock", "Stock by product", STOCK.filters),
        "/stock/{id}": _one("Stock"),
        "/movements": _list("Movement", "Goods in and out", MOVEMENTS.filters),
        "/movements/{id}": _one("Movement"),
        "/replenishments": _list(
            "Replenishment", "Goods asked of you", REPLENISHMENT_FILTERS
        ),
        "/replenishments/{id}": _one("Replenishment"),
        "/replenishments/{id}/lines": order_lines,
        "/replenishments/{id}/confirm": {
            "post": _write(
                "Confirm what you will bring",
                "confirmReplenishment",
                "Confirmation",
                "Replenishment",
            )
        },
        "/replenishments/{id}/ship": {
            "post": _write(
                "Say that the goods left",
                "shipReplenishment",
                "Shipment",
                "Replenishment",
            )
        },
        "/settlements": _list("Settlement", "Settlements", SETTLEMENT_FILTERS),
        "/settlements/{id}": _one("Settlement"),
        "/settlements/{id}/lines": lines,
        "/settlements/{id}/answer": {
            "post": _write(
                "Accept or dispute the lines of a settlement",
                "answerSettlement",
                "Answer",
            )
        },
        "/settlements/{id}/bill": {
            "post": _write(
                "Register your factura by its access key", "registerBill", "Factura"
            )
        },
        "/bills": _list("Bill", "Bills", BILLS.filters),
        "/bills/{id}": _one("Bill"),
    }


def _self():
    return {
        "summary": "This document",
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
                "304": {"description": "The client's copy is current"},
                **_problems(),
            },
        }
    }


def _lines(name, summary):
    lines = _list(name, summary, ())
    lines["get"]["parameters"].insert(0, _path_id())
    lines["get"]["responses"]["404"] = _problem("Unknown, or not yours")
    return lines


def _one(name):
    company = next(spec for spec in PAGING if spec.name == "company")
    return {
        "get": {
            "summary": f"One {name.lower()}",
            "operationId": f"get{name}",
            "parameters": [_path_id(), _parameter(company)],
            "responses": {
                "200": _content(_ref(name)),
                "304": {"description": "The client's copy is current"},
                **_problems(),
                "404": _problem("Unknown, or not yours"),
            },
        }
    }


def _write(summary, name, body, shown="Settlement"):
    return {
        "summary": summary,
        "operationId": name,
        "parameters": [
            _path_id(),
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "New for each action; a repetition gets the same answer",
                "schema": {"type": "string", "pattern": idempotency.PATTERN},
            },
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref(body)}},
        },
        "responses": {
            "200": _content(_ref(shown)),
            **_problems(),
            "404": _problem("Unknown, or not yours"),
            "409": _problem("The same request is being worked on"),
            "413": _problem("The body is too large"),
            "422": _problem("Refused: see the detail"),
        },
    }


def _answer_schema():
    line = {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "answer": {"type": "string", "enum": ["accept", "dispute"]},
            "reason": {"type": "string", "maxLength": 500},
        },
        "required": ["id", "answer"],
    }
    return {
        "type": "object",
        "properties": {
            "lines": {"type": "array", "items": line},
            "accept_rest": {"type": "boolean", "default": False},
        },
        "additionalProperties": False,
    }


def _factura_schema():
    return {
        "type": "object",
        "properties": {"access_key": {"type": "string", "minLength": 49}},
        "required": ["access_key"],
        "additionalProperties": False,
    }


def _confirmation_schema():
    line = {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "quantity": api_schema.DECIMAL,
            "reason": {"type": "string", "maxLength": 500},
        },
        "required": ["id", "quantity"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "expected_on": api_schema.DAY,
            "lines": {"type": "array", "items": line},
        },
        "required": ["expected_on"],
        "additionalProperties": False,
    }


def _shipment_schema():
    return {
        "type": "object",
        "properties": {
            "guia": {"type": "string", "minLength": 1, "maxLength": 60},
            "expected_on": api_schema.DAY,
        },
        "required": ["guia", "expected_on"],
        "additionalProperties": False,
    }


def _event_schema():
    names = ("id", "kind", "date", "label", "quantity")
    return {
        "type": "object",
        "properties": {
            **{name: {"type": "string"} for name in names},
            "kind": {"type": "string", "enum": list(alerts.KINDS)},
            "company": {"type": "integer"},
            "resource": {"type": "integer"},
        },
        "required": [*names, "company", "resource"],
    }


def _webhook():
    return {
        "summary": "Something happened to your goods",
        "description": (
            "Sent to the addresses of the page “Webhooks”. O2C-Signature is "
            "t=TIME,v1=SIGNATURE, the hexadecimal HMAC-SHA256 of “TIME.BODY” with the "
            "secret of the address. An answer other than 2xx is tried again up to "
            "eight times over two days; the id stays the same."
        ),
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref("Event")}},
        },
        "responses": {"200": {"description": "Taken"}},
    }


def _problem_schema():
    error = {
        "type": "object",
        "properties": {
            "parameter": {"type": "string"},
            "code": {"type": "string"},
            "detail": {"type": "string"},
        },
    }
    return {
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string"},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": error},
        },
        "required": ["type", "title", "status", "code", "detail"],
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
        "400": _problem("A parameter cannot be used"),
        "401": _problem("No key, or one that is unknown, expired or revoked"),
        "403": _problem("The role of the key's user does not include this"),
        "429": _problem("Too many calls: see Retry-After"),
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
