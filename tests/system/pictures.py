"""Pictures of the demo for README and manuals: python -m system.pictures (see --help).

Run it beside `./o2c demo`, after the story.
"""

import argparse
from pathlib import Path

from .browser import Browser
from .client import Person
from .story.world import PASSWORD

PHONE = 390

# file name, who, path
PAGES = (
    ("quotation", "vendedor", "/odoo/sales/{held}"),
    ("approvals", "aprobadora", "/odoo/action-o2c_order_gate.o2c_gate_request_action"),
    (
        "policies",
        "aprobadora",
        "/odoo/action-o2c_pricing_approval.o2c_pricing_policy_action",
    ),
    (
        "worklist",
        "jefecredito",
        "/odoo/action-o2c_credit_control.o2c_credit_worklist_action",
    ),
    (
        "agreements",
        "compras",
        "/odoo/action-o2c_consignment.o2c_consignment_agreement_action",
    ),
    (
        "consumptions",
        "compras",
        "/odoo/action-o2c_consignment.o2c_consignment_consumption_action",
    ),
    (
        "settlements",
        "compras",
        "/odoo/action-o2c_consignment.o2c_consignment_settlement_action",
    ),
    (
        "sri-documents",
        "contadora",
        "/odoo/action-o2c_sri_einvoice.o2c_sri_document_action",
    ),
    ("supplier-dashboard", "proveedor", "/my/consignment"),
    ("supplier-sales", "proveedor", "/my/consignment/sales"),
    ("supplier-stock", "proveedor", "/my/consignment/stock"),
    ("supplier-movements", "proveedor", "/my/consignment/movements"),
    ("supplier-replenishment", "proveedor", "/my/consignment/replenishment"),
    ("supplier-reports", "proveedor", "/my/consignment/reports?listing=sales"),
    ("supplier-alerts", "proveedor", "/my/consignment/alerts"),
    ("supplier-settlements", "proveedor", "/my/consignment/settlements"),
    ("supplier-bills", "proveedor", "/my/consignment/bills"),
    ("customer-statement", "cliente2", "/my/o2c/statement"),
    ("customer-invoices", "cliente", "/my/invoices"),
)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--database", default="demo")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("only", nargs="*", help="names of pictures")
    options = parser.parse_args()
    people = {}
    with Browser() as browser:
        for name, login, path in PAGES:
            if options.only and name not in options.only:
                continue
            if login not in people:
                people[login] = Person(options.url, options.database, login, PASSWORD)
            if "{held}" in path:
                path = path.format(held=_held_quotation(people[login]))
            browser.be(people[login])
            for suffix, width in (("", 1280), ("-phone", PHONE)):
                file = options.folder / f"{name}{suffix}.png"
                try:
                    browser.picture(f"{options.url}{path}", file, width=width)
                    print(file, flush=True)
                except RuntimeError as error:
                    print(f"{file}: {error}", flush=True)


def _held_quotation(seller):
    """A quotation that the price policy stops, made when there is none."""
    found = seller.search("sale.order", [("o2c_gate_state", "=", "blocked")], limit=1)
    if found:
        return found[0]["id"]
    customer = seller.search("res.partner", [("name", "like", "Sabor Andino")])[0]
    products = seller.search(
        "product.product", [("default_code", "in", ["BEB-004", "PER-001", "LIM-001"])]
    )
    lines = [
        (0, 0, {"product_id": p["id"], "product_uom_qty": 6, "discount": discount})
        for p, discount in zip(products, (5, 18, 25), strict=True)
    ]
    return seller.create(
        "sale.order", {"partner_id": customer["id"], "order_line": lines}
    )


if __name__ == "__main__":
    main()
