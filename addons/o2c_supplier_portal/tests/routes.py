"""Every route of the addon, from Odoo's routing map, and what its ids are."""

PACKAGE = "odoo.addons.o2c_supplier_portal."
PAGES = "/my/consignment"
API = "/o2c/api/v1"
READ, WRITE, EXPORT = "read", "write", "export"

# route: (method, which id it takes, permission it needs)
TABLE = {
    PAGES: ("GET", None, "dashboard"),
    f"{PAGES}/sales": ("GET", None, "sales"),
    f"{PAGES}/sales/page/<int(max=2000):page>": ("GET", "page", "sales"),
    f"{PAGES}/sales/export/<any(csv,xlsx):file_format>": ("GET", "format", "sales"),
    f"{PAGES}/stock": ("GET", None, "stock"),
    f"{PAGES}/stock/page/<int(max=2000):page>": ("GET", "page", "stock"),
    f"{PAGES}/stock/export/<any(csv,xlsx):file_format>": ("GET", "format", "stock"),
    f"{PAGES}/settlements": ("GET", None, "billing"),
    f"{PAGES}/settlements/page/<int(max=2000):page>": ("GET", "page", "billing"),
    f"{PAGES}/settlements/<int:settlement_id>": ("GET", "settlement", "billing"),
    f"{PAGES}/settlements/<int:settlement_id>/page/<int(max=2000):page>": (
        "GET",
        "settlement",
        "billing",
    ),
    f"{PAGES}/settlements/<int:settlement_id>/export/<any(csv,xlsx):file_format>": (
        "GET",
        "settlement",
        "billing",
    ),
    f"{PAGES}/settlements/<int:settlement_id>/answer": (
        "POST",
        "settlement",
        "settle",
    ),
    f"{PAGES}/settlements/<int:settlement_id>/message": (
        "POST",
        "settlement",
        "settle",
    ),
    f"{PAGES}/settlements/<int:settlement_id>/bill": (
        "POST",
        "settlement",
        "register_bill",
    ),
    f"{PAGES}/bills": ("GET", None, "billing"),
    f"{PAGES}/bills/page/<int(max=2000):page>": ("GET", "page", "billing"),
    f"{PAGES}/bills/export/<any(csv,xlsx):file_format>": ("GET", "format", "billing"),
    f"{PAGES}/bills/<int:bill_id>/<any(factura,retencion):which>"
    "/<any(pdf,xml):extension>": ("GET", "bill", "billing"),
    f"{PAGES}/team": ("GET", None, "team"),
    f"{PAGES}/team/invite": ("POST", None, "team"),
    f"{PAGES}/team/<int:member_id>/role": ("POST", "member", "team"),
    f"{PAGES}/team/<int:member_id>/remove": ("POST", "member", "team"),
    f"{PAGES}/log": ("GET", None, "log"),
    f"{PAGES}/log/page/<int(max=2000):page>": ("GET", "page", "log"),
    f"{PAGES}/keys": ("GET", None, "dashboard"),
    f"{PAGES}/keys/new": ("POST", None, "dashboard"),
    f"{PAGES}/keys/<int:key_id>/revoke": ("POST", "key", "dashboard"),
    f"{API}/openapi.json": ("GET", None, "public"),
    f"{API}/sales": ("GET", None, "sales"),
    f"{API}/sales/<int:sale_id>": ("GET", "sale", "sales"),
    f"{API}/stock": ("GET", None, "stock"),
    f"{API}/stock/<int:stock_id>": ("GET", "stock", "stock"),
    f"{API}/settlements": ("GET", None, "billing"),
    f"{API}/settlements/<int:settlement_id>": ("GET", "settlement", "billing"),
    f"{API}/settlements/<int:settlement_id>/lines": ("GET", "settlement", "billing"),
    f"{API}/settlements/<int:settlement_id>/answer": ("POST", "settlement", "settle"),
    f"{API}/settlements/<int:settlement_id>/bill": (
        "POST",
        "settlement",
        "register_bill",
    ),
    f"{API}/bills": ("GET", None, "billing"),
    f"{API}/bills/<int:bill_id>": ("GET", "bill", "billing"),
    API: ("GET", None, "public"),
    f"{API}/<path:rest>": ("GET", "path", "public"),
}


def own_rules(env):
    """Return the rules of the routing map that this addon brought."""
    return [
        rule
        for rule in env["ir.http"].routing_map().iter_rules()
        if rule.endpoint.func.__wrapped__.__module__.startswith(PACKAGE)
    ]


def is_api(route):
    return route.startswith(API)


def address(route, number):
    """Return an address of a route with a number for its id."""
    for name, value in (
        ("<int(max=2000):page>", "1"),
        ("<any(csv,xlsx):file_format>", "csv"),
        ("<any(factura,retencion):which>", "factura"),
        ("<any(pdf,xml):extension>", "xml"),
        ("<path:rest>", f"x/{number}"),
    ):
        route = route.replace(name, value)
    head, sep, tail = route.partition("<int:")
    return head + (str(number) + tail.partition(">")[2] if sep else "")
