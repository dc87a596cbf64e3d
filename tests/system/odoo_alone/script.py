"""Played in Odoo's shell (`env` is there) without our addons: what its numbers are.

Own 10 @ 60 and 30 of somebody else's @ 50, then 15 are sold: ten own, five of his.
Prints one JSON object: figures by costing method.
"""

import json

from odoo.fields import Command, Date

PERPETUAL = ("average", "fifo")
env = env(context={**env.context, "allowed_company_ids": env.company.ids})  # noqa: F821


def partner(name):
    """A company that the SRI would know: the chart asks for its number."""
    return env["res.partner"].create(
        {
            "name": name,
            "is_company": True,
            "country_id": env.ref("base.ec").id,
            "l10n_latam_identification_type_id": env.ref("l10n_ec.ec_ruc").id,
            "vat": "1790016919001",
        }
    )


def product(method):
    category = env["product.category"].create(
        {
            "name": method,
            "property_cost_method": method,
            "property_valuation": "real_time" if method in PERPETUAL else "periodic",
        }
    )
    return env["product.product"].create(
        {
            "name": method,
            "is_storable": True,
            "categ_id": category.id,
            "standard_price": 60 if method == "standard" else 0,
            "invoice_policy": "delivery",
            "purchase_method": "receive",
            "lst_price": 100,
            "taxes_id": False,
            "supplier_taxes_id": False,
        }
    )


def validate(picking):
    picking.move_ids.picked = True
    picking.with_context(skip_backorder=True).button_validate()
    assert picking.state == "done", picking.state


def receive(goods, quantity, price, supplier, owner=None):
    order = env["purchase.order"].create(
        {
            "partner_id": supplier.id,
            "order_line": [
                Command.create(
                    {"product_id": p.id, "product_qty": quantity, "price_unit": price}
                )
                for p in goods
            ],
        }
    )
    order.button_confirm()
    order.picking_ids.owner_id = owner
    validate(order.picking_ids)
    return order


def bill(order):
    order.action_create_invoice()
    document = order.invoice_ids
    document.invoice_date = Date.today()
    document.l10n_latam_document_number = f"001-001-{document.id:09}"
    document.action_post()
    return document


def stock_account(record):
    """What the books say that our stock of a product is worth."""
    account = record._get_product_accounts()["stock_valuation"]
    lines = env["account.move.line"].search(
        [
            ("product_id", "=", record.id),
            ("account_id", "=", account.id),
            ("parent_state", "=", "posted"),
        ]
    )
    return sum(lines.mapped("balance"))


def booked(goods, document):
    """What a document changes in the stock account, by product."""
    before = {p: stock_account(p) for p in goods}
    document()
    return {p: round(stock_account(p) - before[p], 2) for p in goods}


def own_quant(record):
    return env["stock.quant"].search(
        [
            ("product_id", "=", record.id),
            ("owner_id", "=", False),
            ("location_id.usage", "=", "internal"),
        ]
    )


def play():
    goods = [product(method) for method in ("standard", *PERPETUAL)]
    consignor = partner("Consignante")
    bill(receive(goods, 10, 60, partner("Proveedor")))
    his = receive(goods, 30, 50, consignor, owner=consignor)
    figures = {
        p.name: {
            "value": p.total_value,
            "own_quant": own_quant(p).value,
            "to_bill": his.order_line.filtered(
                lambda line, p=p: line.product_id == p
            ).qty_to_invoice,
        }
        for p in goods
    }
    sale = env["sale.order"].create(
        {
            "partner_id": partner("Cliente").id,
            "order_line": [
                Command.create({"product_id": p.id, "product_uom_qty": 15})
                for p in goods
            ],
        }
    )
    sale.action_confirm()
    validate(sale.picking_ids)
    sold = booked(goods, lambda: sale._create_invoices().action_post())
    billed = booked(goods, lambda: bill(his))
    for p in goods:
        taken = sale.picking_ids.move_line_ids.filtered(
            lambda line, p=p: line.product_id == p and line.owner_id
        )
        figures[p.name].update(
            his_sold=sum(taken.mapped("quantity")),
            cost_of_sales=-sold[p],
            valued_by_his_bill=billed[p],
        )
    return figures


print(json.dumps(play()))
