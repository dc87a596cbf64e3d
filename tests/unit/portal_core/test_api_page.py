import doctest

from portal_core import api_page

SALE = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "kind": {"type": "string", "enum": ["sale", "return"]},
        "lot": {"type": ["string", "null"]},
    },
    "required": ["id", "kind"],
}
REF = {"$ref": "#/components/schemas/Sale"}
DOCUMENT = {
    "servers": [{"url": "/v1"}],
    "paths": {
        "/sales": {
            "get": {
                "summary": "Sales",
                "operationId": "listSale",
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer"}}
                ],
                "responses": {
                    "200": {
                        "description": "OK",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "items": {"type": "array", "items": REF}
                                    },
                                }
                            }
                        },
                    },
                    "401": {"description": "No key"},
                },
            }
        },
        "/open": {
            "post": {
                "security": [],
                "requestBody": {"content": {"application/json": {"schema": REF}}},
                "responses": {"200": {"description": "OK"}},
            }
        },
    },
    "components": {"schemas": {"Sale": SALE}},
}


def test_examples():
    assert doctest.testmod(api_page).failed == 0


def test_operations():
    listed, opened = api_page.operations(DOCUMENT)
    assert (listed.method, listed.path) == ("GET", "/v1/sales")
    assert listed.anchor == "listSale"
    assert [field.name for field in listed.fields] == ["limit"]
    assert listed.answers == (("200", "OK", "Sale"), ("401", "No key", ""))
    assert not listed.is_open
    assert (opened.body, opened.is_open, opened.anchor) == ("Sale", True, "/v1/open")
    assert api_page.webhooks(DOCUMENT) == []


def test_schemas():
    [sale] = api_page.schemas(DOCUMENT)
    assert [(f.name, f.type, f.is_required) for f in sale.fields] == [
        ("id", "integer", True),
        ("kind", "sale | return", True),
        ("lot", "string | null", False),
    ]
