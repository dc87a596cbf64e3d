"""An OpenAPI document as rows of a page: what a person reads of each operation."""

from __future__ import annotations

from dataclasses import dataclass

_REF = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a property of a schema; ``refers_to`` names another schema."""

    name: str
    place: str
    type: str
    refers_to: str
    is_required: bool
    note: str


@dataclass(frozen=True, slots=True)
class Operation:
    """What one method of one address takes and answers."""

    anchor: str
    method: str
    path: str
    summary: str
    note: str
    is_open: bool
    fields: tuple[Field, ...]
    body: str
    answers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """A named object and its properties."""

    name: str
    fields: tuple[Field, ...]


def operations(document: dict) -> list[Operation]:
    """Return the operations of a document, in its order."""
    prefix = document["servers"][0]["url"]
    return [
        _operation(method, prefix + path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def webhooks(document: dict) -> list[Operation]:
    """Return the calls that the server makes."""
    return [
        _operation(method, name, operation)
        for name, methods in document.get("webhooks", {}).items()
        for method, operation in methods.items()
    ]


def schemas(document: dict) -> list[Schema]:
    """Return the named schemas of a document, in its order."""
    return [
        Schema(name, _properties(schema))
        for name, schema in document["components"]["schemas"].items()
    ]


def _operation(method: str, path: str, operation: dict) -> Operation:
    return Operation(
        anchor=operation.get("operationId", path),
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        note=operation.get("description", ""),
        is_open=operation.get("security") == [],
        fields=tuple(_parameter(p) for p in operation.get("parameters", ())),
        body=_content(operation.get("requestBody", {})),
        answers=tuple(
            (status, answer["description"], _content(answer))
            for status, answer in operation["responses"].items()
        ),
    )


def _parameter(parameter: dict) -> Field:
    return Field(
        name=parameter["name"],
        place=parameter["in"],
        type=type_of(parameter["schema"]),
        refers_to="",
        is_required=parameter.get("required", False),
        note=parameter.get("description", ""),
    )


def _properties(schema: dict) -> tuple[Field, ...]:
    required = schema.get("required", ())
    return tuple(
        Field(
            name=name,
            place="",
            type=type_of(part),
            refers_to=_reference(part),
            is_required=name in required,
            note=part.get("description", ""),
        )
        for name, part in schema.get("properties", {}).items()
    )


def _content(holder: dict) -> str:
    """Return the schema that a body or an answer is, or is a list of."""
    for media in holder.get("content", {}).values():
        schema = media["schema"]
        items = schema.get("properties", {}).get("items", {})
        return _reference(schema) or _reference(items)
    return ""


def _reference(schema: dict) -> str:
    target = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
    return target.removeprefix(_REF)


def type_of(schema: dict) -> str:
    """Return a schema in a few words.

    >>> type_of({"type": ["string", "null"], "format": "date"})
    'string (date) | null'
    >>> type_of({"type": "integer", "minimum": 1, "maximum": 200, "default": 50})
    'integer 1…200 = 50'
    >>> type_of({"oneOf": [{"type": "integer"}, {"type": "string"}]})
    'integer or string'
    >>> type_of({"type": "array", "items": {"type": "object",
    ...          "properties": {"id": {"type": "integer"}}}})
    'array of {id: integer}'
    """
    if "oneOf" in schema:
        words = " or ".join(type_of(part) for part in schema["oneOf"])
    elif "enum" in schema:
        words = " | ".join("null" if v is None else v for v in schema["enum"])
    elif schema.get("type") == "array":
        words = f"array of {type_of(schema['items'])}"
    elif schema.get("properties"):
        parts = (f"{n}: {type_of(part)}" for n, part in schema["properties"].items())
        words = "{" + ", ".join(parts) + "}"
    else:
        words = _simple(schema)
    if schema.get("default") is not None:
        words += f" = {_shown(schema['default'])}"
    return words


def _simple(schema: dict) -> str:
    if "$ref" in schema:
        return _reference(schema)
    kinds = schema.get("type", "")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if schema.get("format"):
        kinds = [f"{kinds[0]} ({schema['format']})", *kinds[1:]]
    words = " | ".join(kinds)
    if "minimum" in schema and "maximum" in schema:
        words += f" {schema['minimum']}…{schema['maximum']}"
    if "maxLength" in schema:
        words += f" ≤ {schema['maxLength']}"
    return words


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
