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
    f"{PAGES}/sales/export/<any(csv,xlsx,pdf):file_format>": ("GET", "format", "sales"),
    f"{PAGES}/stock": ("GET", None, "stock"),
    f"{PAGES}/stock/page/<int(max=2000):page>": ("GET", "page", "stock"),
    f"{PAGES}/stock/<int:stock_id>": ("GET", "stock", "stock"),
    f"{PAGES}/stock/<int:stock_id>/export/<any(csv,xlsx,pdf):file_format>": (
        "GET",
        "stock",
        "stock",
    ),
    f"{PAGES}/stock/export/<any(csv,xlsx,pdf):file_format>": ("GET", "format", "stock"),
    f"{PAGES}/movements": ("GET", None, "stock"),
    f"{PAGES}/movements/page/<int(max=2000):page>": ("GET", "page", "stock"),
    f"{PAGES}/movements/export/<any(csv,xlsx,pdf):file_format>": (
        "GET",
        "format",
        "stock",
    ),
    f"{PAGES}/replenishment": ("GET", None, "stock"),
    f"{PAGES}/replenishment/page/<int(max=2000):page>": ("GET", "page", "stock"),
    f"{PAGES}/replenishment/<int:order_id>": ("GET", "order", "stock"),
    f"{PAGES}/replenishment/<int:order_id>/order.xml": ("GET", "order", "sales"),
    f"{PAGES}/replenishment/<int:order_id>/confirm": ("POST", "order", "replenish"),
    f"{PAGES}/replenishment/<int:order_id>/response": ("POST", "order", "replenish"),
    f"{PAGES}/replenishment/<int:order_id>/ship": ("POST", "order", "replenish"),
    f"{PAGES}/replenishment/<int:order_id>/message": ("POST", "order", "replenish"),
    f"{PAGES}/stock/<int:stock_id>/level": ("POST", "stock", "set_levels"),
    f"{PAGES}/alerts": ("GET", None, "dashboard"),
    f"{PAGES}/alerts/preferences": ("POST", None, "dashboard"),
    f"{PAGES}/help": ("GET", None, "dashboard"),
    f"{PAGES}/help/api": ("GET", None, "dashboard"),
    f"{PAGES}/messages": ("GET", None, "dashboard"),
    f"{PAGES}/messages/new": ("POST", None, "write_messages"),
    f"{PAGES}/webhooks": ("GET", None, "team"),
    f"{PAGES}/webhooks/new": ("POST", None, "team"),
    f"{PAGES}/webhooks/<int:webhook_id>/delete": ("POST", "webhook", "team"),
    f"{PAGES}/exports": ("GET", None, "dashboard"),
    f"{PAGES}/exports/new": ("POST", None, "dashboard"),
    f"{PAGES}/exports/<int:export_id>/download": ("GET", "export", "dashboard"),
    f"{PAGES}/reports": ("GET", None, "dashboard"),
    f"{PAGES}/reports/new": ("POST", None, "dashboard"),
    f"{PAGES}/reports/<int:report_id>/run": ("POST", "report", "dashboard"),
    f"{PAGES}/reports/<int:report_id>/delete": ("POST", "report", "dashboard"),
    f"{PAGES}/settlements": ("GET", None, "billing"),
    f"{PAGES}/settlements/page/<int(max=2000):page>": ("GET", "page", "billing"),
    f"{PAGES}/settlements/new": ("GET", None, "settle"),
    f"{PAGES}/settlements/settle": ("POST", None, "settle"),
    f"{PAGES}/settlements/<int:settlement_id>": ("GET", "settlement", "billing"),
    f"{PAGES}/settlements/<int:settlement_id>/page/<int(max=2000):page>": (
        "GET",
        "settlement",
        "billing",
    ),
    f"{PAGES}/settlements/<int:settlement_id>/export/<any(csv,xlsx,pdf):file_format>": (
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
    f"{PAGES}/bills/export/<any(csv,xlsx,pdf):file_format>": (
        "GET",
        "format",
        "billing",
    ),
    f"{PAGES}/bills/<int:bill_id>/<any(factura,retencion):which>"
    "/<any(pdf,xml):extension>": ("GET", "bill", "billing"),
    f"{PAGES}/bills/<int:bill_id>/resend": ("POST", "bill", "billing"),
    f"{PAGES}/team": ("GET", None, "team"),
    f"{PAGES}/team/<int:member_id>": ("GET", "member", "team"),
    f"{PAGES}/team/invite": ("POST", None, "team"),
    f"{PAGES}/team/<int:member_id>/role": ("POST", "member", "team"),
    f"{PAGES}/team/<int:member_id>/remove": ("POST", "member", "team"),
    f"{PAGES}/log": ("GET", None, "log"),
    f"{PAGES}/log/page/<int(max=2000):page>": ("GET", "page", "log"),
    f"{PAGES}/keys": ("GET", None, "dashboard"),
    f"{PAGES}/keys/new": ("POST", None, "dashboard"),
    f"{PAGES}/sessions/<int:device_id>/revoke": ("POST", "device", "dashboard"),
    f"{PAGES}/keys/<int:key_id>/revoke": ("POST", "key", "dashboard"),
    f"{API}/openapi.json": ("GET", None, "public"),
    f"{API}/sales": ("GET", None, "sales"),
    f"{API}/sales/<int:sale_id>": ("GET", "sale", "sales"),
    f"{API}/stock": ("GET", None, "stock"),
    f"{API}/stock/<int:stock_id>": ("GET", "stock", "stock"),
    f"{API}/stock/<int:stock_id>/places": ("GET", "stock", "stock"),
    f"{API}/movements": ("GET", None, "stock"),
    f"{API}/movements/<int:movement_id>": ("GET", "movement", "stock"),
    f"{API}/replenishments": ("GET", None, "stock"),
    f"{API}/replenishments/<int:order_id>": ("GET", "order", "stock"),
    f"{API}/replenishments/<int:order_id>/lines": ("GET", "order", "stock"),
    f"{API}/replenishments/<int:order_id>/order": ("GET", "order", "sales"),
    f"{API}/replenishments/<int:order_id>/confirm": ("POST", "order", "replenish"),
    f"{API}/replenishments/<int:order_id>/response": ("POST", "order", "replenish"),
    f"{API}/replenishments/<int:order_id>/ship": ("POST", "order", "replenish"),
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
        ("<any(csv,xlsx,pdf):file_format>", "csv"),
        ("<any(factura,retencion):which>", "factura"),
        ("<any(pdf,xml):extension>", "xml"),
        ("<path:rest>", f"x/{number}"),
    ):
        route = route.replace(name, value)
    head, sep, tail = route.partition("<int:")
    return head + (str(number) + tail.partition(">")[2] if sep else "")
