"""Resources of the API: one table from which answers and OpenAPI are both made."""

from datetime import timezone

from odoo.tools import float_repr

from odoo.addons.o2c_consignment.models.o2c_consignment_consumption import KINDS

from ..listings import DIRECTIONS, decimals
from ..models.o2c_supplier_bill import PAYMENT_STATES
from ..models.o2c_supplier_movement import REASONS
from ..models.o2c_supplier_replenishment import STATES as REPLENISHMENT_STATES
from ..models.o2c_supplier_settlement import STATES as SETTLEMENT_STATES
from ..models.o2c_supplier_stock import STATES as STOCK_STATES
from ..portal_core import rollforward

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
DECIMAL = {"type": "string", "format": "decimal", "pattern": r"^-?\d+(\.\d+)?$"}
DAY = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}


def _one_of(choices):
    return {"type": "string", "enum": [value for value, __ in choices]}


def _or_null(schema):
    schema = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return schema


COMPANY = {
    "type": "object",
    "properties": {"id": NUMBER, "name": TEXT},
    "required": ["id", "name"],
}
PRODUCT = {
    "type": "object",
    "properties": {"id": NUMBER, "code": _or_null(TEXT), "name": TEXT},
    "required": ["id", "code", "name"],
}

# name in the API: (field of the read model, schema)
SALE = {
    "id": ("id", NUMBER),
    "company": ("company_id", COMPANY),
    "date": ("date", MOMENT),
    "kind": ("kind", _one_of(KINDS)),
    "product": ("product_id", PRODUCT),
    "lot": ("lot_name", _or_null(TEXT)),
    "place": ("place_name", _or_null(TEXT)),
    "document": ("document", _or_null(TEXT)),
    "customer": ("customer_label", _or_null(TEXT)),
    "quantity": ("quantity", DECIMAL),
    "unit": ("uom_name", TEXT),
    "sale_price": ("sale_unit_price", DECIMAL),
    "sale_amount": ("sale_amount", DECIMAL),
    "agreed_cost": ("unit_cost", DECIMAL),
    "due": ("amount", DECIMAL),
    "currency": ("currency_id", TEXT),
    "state": (
        "state",
        {"type": "string", "enum": ["open", "settled", "billed", "paid", "waived"]},
    ),
}
STOCK = {
    "id": ("id", NUMBER),
    "company": ("company_id", COMPANY),
    "product": ("product_id", PRODUCT),
    "unit": ("uom_name", TEXT),
    "initial": ("initial", DECIMAL),
    "received": ("received", DECIMAL),
    "sold": ("sold", DECIMAL),
    "lost": ("lost", DECIMAL),
    "returned": ("returned", DECIMAL),
    "on_hand": ("on_hand", DECIMAL),
    "reserved": ("reserved", DECIMAL),
    "available": ("available", DECIMAL),
    "minimum": ("stock_min", DECIMAL),
    "maximum": ("stock_max", DECIMAL),
    "level": ("stock_state", _one_of(STOCK_STATES)),
}
# of `rollforward.Flow`, which is no record
PLACE_FLOW = {
    "place": _or_null(TEXT),
    "lot": _or_null(TEXT),
    **dict.fromkeys(rollforward.FIGURES, DECIMAL),
}
MOVEMENT = {
    "id": ("id", NUMBER),
    "company": ("company_id", COMPANY),
    "date": ("date", MOMENT),
    "direction": ("direction", _one_of(DIRECTIONS)),
    "reason": ("reason", _one_of(REASONS)),
    "product": ("product_id", PRODUCT),
    "lot": ("lot_name", _or_null(TEXT)),
    "expires": ("expiration_date", _or_null(MOMENT)),
    "place": ("place_name", _or_null(TEXT)),
    "document": ("document", _or_null(TEXT)),
    "quantity": ("quantity", DECIMAL),
    "unit": ("uom_name", TEXT),
}
REPLENISHMENT = {
    "id": ("id", NUMBER),
    "company": ("company_id", COMPANY),
    "name": ("name", TEXT),
    "state": ("state", _one_of(REPLENISHMENT_STATES)),
    "place": ("warehouse_name", TEXT),
    "proposed_on": ("proposed_on", MOMENT),
    "answered_on": ("answered_on", _or_null(MOMENT)),
    "shipped_on": ("shipped_on", _or_null(MOMENT)),
    "guia": ("guia", _or_null(TEXT)),
    "expected_on": ("expected_on", _or_null(DAY)),
    "received_on": ("received_on", _or_null(DAY)),
}
REPLENISHMENT_LINE = {
    "id": ("id", NUMBER),
    "product": ("product_id", PRODUCT),
    "unit": ("uom_name", TEXT),
    "proposed": ("proposed", DECIMAL),
    "confirmed": ("confirmed", DECIMAL),
    "received": ("received", DECIMAL),
    "reason": ("reason", _or_null(TEXT)),
}
SETTLEMENT = {
    "id": ("id", NUMBER),
    "company": ("company_id", COMPANY),
    "name": ("name", TEXT),
    "date_from": ("date_from", _or_null(DAY)),
    "date_to": ("date_to", DAY),
    "sent_on": ("sent_on", MOMENT),
    "answered_on": ("answered_on", _or_null(MOMENT)),
    "state": ("state", _one_of(SETTLEMENT_STATES)),
    "lines": ("line_count", NUMBER),
    "total": ("amount_total", DECIMAL),
    "accepted": ("amount_accepted", DECIMAL),
    "disputed": ("amount_disputed", DECIMAL),
    "billed": ("amount_billed", DECIMAL),
    "to_bill": ("amount_to_bill", DECIMAL),
    "currency": ("currency_id", TEXT),
}
SETTLEMENT_LINE = {
    "id": ("id", NUMBER),
    "sale_id": ("consumption_id", NUMBER),
    "date": ("date", MOMENT),
    "kind": ("kind", _one_of(KINDS)),
    "product": ("product_id", PRODUCT),
    "lot": ("lot_name", _or_null(TEXT)),
    "quantity": ("quantity", DECIMAL),
    "unit": ("uom_name", TEXT),
    "agreed_cost": ("unit_cost", DECIMAL),
    "due": ("amount", DECIMAL),
    "state": (
        "state",
        {"type": "string", "enum": ["pending", "accepted", "disputed"]},
    ),
    "reason": ("dispute_reason", _or_null(TEXT)),
    "is_billed": ("is_billed", {"type": "boolean"}),
}
BILL = {
    "id": ("id", NUMBER),
    "company": ("company_id", COMPANY),
    "number": ("name", TEXT),
    "type": ("move_type", {"type": "string", "enum": ["in_invoice", "in_refund"]}),
    "date": ("invoice_date", _or_null(DAY)),
    "due_date": ("invoice_date_due", _or_null(DAY)),
    "settlement_id": ("settlement_id", NUMBER),
    "state": ("state", {"type": "string", "enum": ["draft", "posted", "cancel"]}),
    "payment_state": ("payment_state", _one_of(PAYMENT_STATES)),
    "untaxed": ("amount_untaxed", DECIMAL),
    "taxes": ("amount_tax", DECIMAL),
    "total": ("amount_total", DECIMAL),
    "withheld": ("withheld", DECIMAL),
    "withholding": ("withholding_number", _or_null(TEXT)),
    "pending": ("amount_residual", DECIMAL),
    "paid_on": ("paid_on", _or_null(DAY)),
    "currency": ("currency_id", TEXT),
}


def present(record, resource):
    """Return a record as a JSON object with the fields of its table, and no others."""
    return {
        name: _value(record, field, schema)
        for name, (field, schema) in resource.items()
    }


def present_flow(flow, digits):
    """Return goods of a lot in a place as a JSON object.

    :param flow: `rollforward.Flow`
    :param int digits: decimals of a quantity
    """
    figures = (f"{figure:.{digits}f}" for figure in flow.figures)
    return {
        "place": flow.place or None,
        "lot": flow.lot or None,
        **dict(zip(rollforward.FIGURES, figures, strict=True)),
    }


def object_of(properties):
    """Return the JSON schema of an object that always has these properties alone."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def schema_of(resource):
    """Return the JSON schema of a table; every property is always there."""
    return object_of({name: schema for name, (__, schema) in resource.items()})


def _value(record, name, schema):
    value = record[name]
    if schema is PRODUCT:
        return _product(record)
    if schema is COMPANY:
        return {"id": value.id, "name": value.sudo().name}
    if schema is DECIMAL:
        return float_repr(value, decimals(record, name))
    kind = record._fields[name].type
    if kind == "many2one":
        return value.id if schema is NUMBER else value.sudo().display_name
    if value is False and kind != "boolean":
        return None
    if value == "" and "null" in schema["type"]:
        return None
    if kind == "datetime":
        return value.replace(tzinfo=timezone.utc).isoformat()
    return value.isoformat() if kind == "date" else value


def _product(record):
    product = record.sudo().product_id
    return {
        "id": product.id,
        "code": product.default_code or None,
        "name": product.with_context(display_default_code=False).display_name,
    }
