"""Bodies that the API takes and sends besides its resources: for the document."""

from odoo.tools import LazyTranslate

from ..portal_core import alerts
from . import api_schema

_lt = LazyTranslate(__name__)
QUANTITY = r"^\d{1,10}(\.\d{1,6})?$"
MAX_REASON = 500


def schemas():
    """Return name → JSON Schema."""
    return {
        "Answer": _answer_schema(),
        "Factura": _factura_schema(),
        "Confirmation": _confirmation_schema(),
        "Shipment": _shipment_schema(),
        "Event": _event_schema(),
        "PlaceFlow": api_schema.object_of(api_schema.PLACE_FLOW),
        "Problem": _problem_schema(),
    }


def _answer_schema():
    accepted = {
        "id": {"type": "integer"},
        "answer": {"type": "string", "enum": ["accept"]},
    }
    disputed = {
        "id": {"type": "integer"},
        "answer": {"type": "string", "enum": ["dispute"]},
        "reason": {"type": "string", "pattern": r"\S", "maxLength": MAX_REASON},
    }
    line = {"oneOf": [api_schema.object_of(accepted), api_schema.object_of(disputed)]}
    return {
        "type": "object",
        "properties": {
            "lines": {"type": "array", "items": line},
            "accept_rest": {"type": "boolean", "default": False},
        },
        "additionalProperties": False,
    }


def _factura_schema():
    return api_schema.object_of({"access_key": {"type": "string", "minLength": 49}})


def _confirmation_schema():
    line = {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "quantity": {"type": "string", "pattern": QUANTITY},
            "reason": {"type": "string", "maxLength": MAX_REASON},
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
    return api_schema.object_of(
        {
            "guia": {"type": "string", "minLength": 1, "maxLength": 60},
            "expected_on": api_schema.DAY,
        }
    )


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


def webhook():
    return {
        "summary": _lt("Something happened to your goods"),
        "description": _lt(
            "Sent to the addresses of the page “Webhooks”. O2C-Signature is "
            "t=TIME,v1=SIGNATURE, the hexadecimal HMAC-SHA256 of “TIME.BODY” with the "
            "secret of the address. An answer other than 2xx is tried again up to "
            "eight times over two days; the id stays the same."
        ),
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Event"}}
            },
        },
        "responses": {"200": {"description": _lt("Taken")}},
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
