"""Steps 1, 2, 3 and 5: from the price list to the reserved order."""

from .indicators import snapshot

CUSTOMER = "customer_c901001"  # Supermercados La Canasta, wholesale, 30 days
RICE = "product_aba_001"  # own, list 39.90, cost 33.50
TUNA = "product_con_001"  # own, list 66.90, cost 52.00
BUTTER = "product_lac_006"  # consigned by Lácteos del Valle, list 60.00, cost 46.50
MILK = "product_lac_001"  # consigned, list 12.90, cost 10.20
AGREED = 63.00  # for the tuna, with this customer
PRICE_APPROVER = "aprobadora"


def _line(world, product, quantity):
    return (0, 0, {"product_id": world.ref(product), "product_uom_qty": quantity})


def lines_of_the_order(world):
    """The lines of the story's order by product."""
    rows = world.person("vendedor").search(
        "sale.order.line",
        [("order_id", "=", world.records["order"])],
        [
            "product_id",
            "price_unit",
            "discount",
            "price_subtotal",
            "product_uom_qty",
            "purchase_price",
            "margin",
            "margin_percent",
            "o2c_agreement_line_id",
        ],
    )
    names = {world.ref(p): p for p in (RICE, TUNA, BUTTER, MILK)}
    return {names[r["product_id"][0]]: r for r in rows}


def prices(world):
    """The list gives wholesalers 4 %, and 7 % from ten units; the tuna is agreed."""
    world.records["indicators"] = snapshot(world)
    agreement = _agree_on_the_tuna(world)
    seller = world.person("vendedor")
    world.records["order"] = seller.create(
        "sale.order",
        {
            "partner_id": world.ref(CUSTOMER),
            "order_line": [
                _line(world, RICE, 12),
                _line(world, TUNA, 4),
                _line(world, BUTTER, 10),
                _line(world, MILK, 20),
            ],
        },
    )
    lines = lines_of_the_order(world)
    # 39.90 × 12 × 0.93 = 445.28; agreed 63.00 × 4 = 252.00
    # 60.00 × 10 × 0.93 = 558.00; 12.90 × 20 × 0.93 = 239.94
    expected = {RICE: 445.28, TUNA: 252.00, BUTTER: 558.00, MILK: 239.94}
    for product, amount in expected.items():
        quantity = lines[product]["product_uom_qty"]
        world.equal(
            f"{lines[product]['product_id'][1]}, {quantity:.0f} units, entitled to",
            lines[product]["price_subtotal"],
            amount,
        )
    agreed = {p for p, line in lines.items() if line["o2c_agreement_line_id"]}
    world.check(f"the tuna is sold under agreement {agreement}", agreed == {TUNA})


def _agree_on_the_tuna(world):
    """A price for this customer, which counts once somebody else approved it."""
    seller = world.person("vendedor")
    line = {"product_id": world.ref(TUNA), "price": AGREED}
    agreement = seller.create(
        "o2c.commercial.agreement",
        {
            "title": "Atún del año",
            "partner_id": world.ref(CUSTOMER),
            "line_ids": [(0, 0, line)],
        },
    )
    seller.press("o2c.commercial.agreement", agreement, "action_ask")
    with world.refused("its author cannot approve it", "aprobadores de precios"):
        _approve(seller, "o2c.commercial.agreement", agreement, "me conviene")
    approver = world.person(PRICE_APPROVER)
    _approve(approver, "o2c.commercial.agreement", agreement, "Volumen del año")
    data = seller.read("o2c.commercial.agreement", agreement, ["name", "state"])
    world.equal(f"agreement {data['name']}", data["state"], "approved")
    return data["name"]


def _approve(person, model, record, reason):
    person.press(model, record, "action_approve", reason=reason)


def quotation(world):
    """20 % off the butter leaves 480 − 465 = 15.00 of margin: too little."""
    seller = world.person("vendedor")
    butter = lines_of_the_order(world)[BUTTER]
    seller.call("sale.order.line", "write", [butter["id"]], {"discount": 20})
    lines = lines_of_the_order(world)
    world.equal("butter at 20 % off", lines[BUTTER]["price_subtotal"], 480.00)
    # own goods at what they cost, consigned goods at what their owner is due:
    # 12 × 33.50 = 402.00, 4 × 52.00 = 208.00, 10 × 46.50 = 465.00, 20 × 10.20 = 204.00
    margins = {
        RICE: (445.28, 402.00),
        TUNA: (252.00, 208.00),
        BUTTER: (480.00, 465.00),
        MILK: (239.94, 204.00),
    }
    for product, (price, cost) in margins.items():
        line, name = lines[product], lines[product]["product_id"][1]
        percent = 100 * (price - cost) / price
        world.equal(f"margin of {name}", line["margin"], price - cost)
        world.equal("in percent", 100 * line["margin_percent"], percent, places=3)
    order = world.records["order"]
    # 10 % off what he is entitled to are a salesperson's own with wholesalers, and here
    # it is 1 − 48.00 ÷ 55.80 = 13.98 %; 6 % of margin are to be left
    words = (
        "Descuento en [LAC-006] Mantequilla",
        "(13,98 %, límite 10,00 %)",
        "Margen de [LAC-006] Mantequilla",
        "(3,13 %, límite 6,00 %)",
    )
    with world.refused("confirming it is refused", *words):
        seller.press("sale.order", order, "action_confirm")
    with world.refused("writing the state over RPC is refused too", *words):
        seller.call("sale.order", "write", [order], {"state": "sale"})


def approval(world):
    """The salesperson asks; somebody else decides, with a reason."""
    seller = world.person("vendedor")
    order = world.records["order"]
    seller.press("sale.order", order, "action_o2c_request_approval")
    request = world.one(
        "vendedor",
        "o2c.gate.request",
        [("order_id", "=", order), ("state", "=", "pending")],
    )["id"]
    with world.refused("the salesperson cannot", "nadie aprueba su propio pedido"):
        _approve(seller, "o2c.gate.request", request, "me lo apruebo")
    approver = world.person("aprobadora")
    reason = "Cliente estratégico, campaña de mantequilla"
    _approve(approver, "o2c.gate.request", request, reason)
    decision = world.one(
        "aprobadora",
        "o2c.gate.decision",
        [("order_id", "=", order)],
        ["user_id", "reason"],
    )
    user, name = decision["user_id"]
    world.check(
        f"decision of {name} kept: {decision['reason']}",
        (user, decision["reason"]) == (approver.uid, reason),
    )
    state = seller.read("sale.order", order, ["o2c_gate_state"])["o2c_gate_state"]
    world.equal("state of the order at the gate", state, "approved")
    with world.refused(
        "the decision cannot be changed", "se conserva tal como se tomó"
    ):
        approver.call("o2c.gate.decision", "write", [decision["id"]], {"reason": "x"})


def confirmation(world):
    """Confirming reserves; each line says whose goods they are."""
    seller = world.person("vendedor")
    order = world.records["order"]
    seller.press("sale.order", order, "action_confirm")
    data = seller.read("sale.order", order, ["state", "picking_ids", "name"])
    world.equal(f"order {data['name']}", data["state"], "sale")
    world.records["picking"] = data["picking_ids"][0]
    rows = world.person("bodega").search(
        "stock.move.line",
        [("picking_id", "=", world.records["picking"])],
        ["product_id", "quantity", "owner_id"],
    )
    consignor = world.ref("supplier_valle")
    own = sum(r["quantity"] for r in rows if not r["owner_id"])
    consigned = sum(
        r["quantity"] for r in rows if r["owner_id"] and r["owner_id"][0] == consignor
    )
    world.equal("own units reserved (12 rice + 4 tuna)", own, 16.0)
    world.equal("consigned units reserved (10 butter + 20 milk)", consigned, 30.0)
