"""Steps 6 and 11: goods leave with their guide, and some come back."""

from ..documents import authorised_xml, says, wait_until_authorised
from .selling import BUTTER, CUSTOMER, MILK, RICE, TUNA

LEAVES = {RICE: 6, TUNA: 4, BUTTER: 10, MILK: 20}  # of 12, 4, 10 and 20 ordered
RETURNED = 2
PLATE, ROUTE = "PBA1234", "Quito norte"


def delivery(world):
    """Half of the rice is missing: the rest leaves with an authorised guide."""
    keeper = world.person("bodega")
    picking = world.records["picking"]
    _load_the_lorry(world, keeper, picking)
    keeper.call(
        "stock.picking",
        "write",
        [picking],
        {"o2c_plate": PLATE, "o2c_route": ROUTE},
    )
    keeper.press("stock.picking", picking, "action_o2c_issue_guia")
    guide = wait_until_authorised(world, "bodega", [("picking_id", "=", picking)])
    world.equal(f"guía {guide['number']}, type", guide["document_type"], "06")
    _reads_the_guide(world, guide)
    keeper.press(
        "stock.picking", picking, "button_validate", context={"skip_backorder": True}
    )
    state = keeper.read("stock.picking", picking, ["state", "backorder_ids"])
    world.equal("the transfer", state["state"], "done")
    world.equal("backorders for the 6 sacks of rice", len(state["backorder_ids"]), 1)


def _reads_the_guide(world, guide):
    """Whoever stops the lorry finds in it what is on it, and for whom."""
    document = authorised_xml(world, "bodega", guide)
    customer = world.person("bodega").read(
        "res.partner", world.ref(CUSTOMER), ["vat", "name"]
    )
    expected = {
        "placa": PLATE,
        "identificacionDestinatario": customer["vat"],
        "razonSocialDestinatario": customer["name"],
        "ruta": ROUTE,
    }
    says(world, document, expected)
    loaded = {
        line.findtext("codigoInterno"): float(line.findtext("cantidad"))
        for line in document.iter("detalle")
    }
    world.equal("in the XML, units", loaded, {_code(p): n for p, n in LEAVES.items()})


def _code(product):
    """ABA-001 of product_aba_001."""
    return product.removeprefix("product_").replace("_", "-").upper()


def _load_the_lorry(world, keeper, picking):
    moves = keeper.search("stock.move", [("picking_id", "=", picking)], ["product_id"])
    quantities = {world.ref(product): n for product, n in LEAVES.items()}
    for move in moves:
        keeper.call(
            "stock.move",
            "write",
            [move["id"]],
            {"quantity": quantities[move["product_id"][0]], "picked": True},
        )


def customer_return(world):
    """Two boxes of milk come back to their owner; the invoice gets its note."""
    keeper = world.person("bodega")
    consumed, stock = _consumed(world), _milk_in_the_warehouse(world)
    _take_back(world, keeper)
    world.equal("milk consumed, after", _consumed(world), consumed - RETURNED)
    stock["supplier_valle"] += RETURNED
    world.equal("milk in stock, by owner", _milk_in_the_warehouse(world), stock)
    note = _credit_note(world)
    # 12.90 × 0.93 = 11.997 × 2 = 23.99, VAT 0 %
    accountant = world.person("contadora")
    data = accountant.read("account.move", note, ["amount_total", "state", "name"])
    world.equal(f"{data['name']} for {RETURNED} boxes", data["amount_total"], 23.99)
    document = wait_until_authorised(world, "contadora", [("move_id", "=", note)])
    world.equal("its type at the SRI", document["document_type"], "04")
    expected = {
        "numDocModificado": world.records["factura"]["number"],
        "valorModificacion": "23.99",
    }
    says(world, authorised_xml(world, "contadora", document), expected)


def _milk_in_the_warehouse(world):
    """Boxes of milk in our places: the supplier's, and all others."""
    quants = world.person("bodega").search(
        "stock.quant",
        [("product_id", "=", world.ref(MILK)), ("location_id.usage", "=", "internal")],
        ["quantity", "owner_id"],
    )
    found = {"supplier_valle": 0.0, "others": 0.0}
    for quant in quants:
        his = quant["owner_id"] and quant["owner_id"][0] == world.ref("supplier_valle")
        found["supplier_valle" if his else "others"] += quant["quantity"]
    return found


def _consumed(world):
    rows = world.person("compras").search(
        "o2c.consignment.consumption",
        [
            ("product_id", "=", world.ref(MILK)),
            ("sale_order_id", "=", world.records["order"]),
        ],
        ["quantity"],
    )
    return sum(row["quantity"] for row in rows)


def _take_back(world, keeper):
    picking = world.records["picking"]
    context = {"active_model": "stock.picking", "active_id": picking}
    wizard = keeper.call("stock.return.picking", "create", [{}], context=context)[0]
    lines = keeper.search(
        "stock.return.picking.line", [("wizard_id", "=", wizard)], ["product_id"]
    )
    for line in lines:
        quantity = RETURNED if line["product_id"][0] == world.ref(MILK) else 0
        keeper.call(
            "stock.return.picking.line", "write", [line["id"]], {"quantity": quantity}
        )
    action = keeper.press(
        "stock.return.picking", wizard, "action_create_returns", context=context
    )
    keeper.press("stock.picking", action["res_id"], "button_validate")
    state = keeper.read("stock.picking", action["res_id"], ["state"])["state"]
    world.equal("the return", state, "done")


def _credit_note(world):
    accountant = world.person("contadora")
    invoice = world.records["invoice"]
    journal = accountant.read("account.move", invoice, ["journal_id"])["journal_id"][0]
    context = {"active_model": "account.move", "active_ids": [invoice]}
    wizard = accountant.call(
        "account.move.reversal",
        "create",
        [{"reason": "Devolución de leche", "journal_id": journal}],
        context=context,
    )
    action = accountant.press(
        "account.move.reversal", wizard, "refund_moves", context=context
    )
    note = action["res_id"]
    lines = accountant.search(
        "account.move.line",
        [("move_id", "=", note), ("display_type", "=", "product")],
        ["product_id"],
    )
    commands = [
        (1, line["id"], {"quantity": RETURNED})
        if line["product_id"][0] == world.ref(MILK)
        else (2, line["id"])
        for line in lines
    ]
    accountant.call("account.move", "write", [note], {"invoice_line_ids": commands})
    accountant.press("account.move", note, "action_post")
    return note
