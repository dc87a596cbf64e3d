"""Steps 1, 2, 3 and 5: from the price list to the reserved order."""

from .indicators import snapshot

CUSTOMER = "customer_c901001"  # Supermercados La Canasta, wholesale, 30 days
RICE = "product_aba_001"  # own, list 39.90
TUNA = "product_con_001"  # own, list 66.90
BUTTER = "product_lac_006"  # consigned by Lácteos del Valle, list 60.00, cost 46.50
MILK = "product_lac_001"  # consigned, list 12.90, cost 10.20


def _line(world, product, quantity):
    return (0, 0, {"product_id": world.ref(product), "product_uom_qty": quantity})


def _lines(world):
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
            "margin",
            "margin_percent",
        ],
    )
    names = {world.ref(p): p for p in (RICE, TUNA, BUTTER, MILK)}
    return {names[r["product_id"][0]]: r for r in rows}


def prices(world):
    """The wholesale list gives 4 %, and 7 % from ten units on."""
    world.records["indicators"] = snapshot(world)
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
    lines = _lines(world)
    # 39.90 × 12 × 0.93 = 445.28; 66.90 × 4 × 0.96 = 256.90
    # 60.00 × 10 × 0.93 = 558.00; 12.90 × 20 × 0.93 = 239.94
    expected = {RICE: 445.28, TUNA: 256.90, BUTTER: 558.00, MILK: 239.94}
    for product, amount in expected.items():
        quantity = lines[product]["product_uom_qty"]
        world.equal(
            f"{lines[product]['product_id'][1]}, {quantity:.0f} units, entitled to",
            lines[product]["price_subtotal"],
            amount,
        )


def quotation(world):
    """20 % off the butter leaves 480 − 465 = 15.00 of margin: too little."""
    seller = world.person("vendedor")
    butter = _lines(world)[BUTTER]
    seller.call("sale.order.line", "write", [butter["id"]], {"discount": 20})
    butter = _lines(world)[BUTTER]
    world.equal("butter at 20 % off", butter["price_subtotal"], 480.00)
    # the cost is what the consignor is due: 10 × 46.50
    world.equal("its margin, with the consignor's cost", butter["margin"], 15.00)
    world.equal("its margin in percent", butter["margin_percent"] * 100, 3.125)
    order = world.records["order"]
    with world.refused("confirming it is refused", "%"):
        seller.press("sale.order", order, "action_confirm")
    with world.refused("writing the state over RPC is refused too", "%"):
        seller.call("sale.order", "write", [order], {"state": "sale"})


def approval(world):
    """The salesperson asks; somebody else decides, with a reason."""
    seller = world.person("vendedor")
    order = world.records["order"]
    seller.press("sale.order", order, "action_o2c_request_approval")
    request = seller.search(
        "o2c.gate.request", [("order_id", "=", order), ("state", "=", "pending")]
    )[0]["id"]
    with world.refused("the salesperson cannot approve his own order"):
        seller.press(
            "o2c.gate.request", request, "action_approve", reason="me lo apruebo"
        )
    approver = world.person("aprobadora")
    approver.press(
        "o2c.gate.request",
        request,
        "action_approve",
        reason="Cliente estratégico, campaña de mantequilla",
    )
    decision = approver.search(
        "o2c.gate.decision", [("order_id", "=", order)], ["user_id", "reason"]
    )[0]
    world.check(
        f"decision of {decision['user_id'][1]} kept: {decision['reason']}",
        decision["user_id"][0] == approver.uid,
    )
    state = seller.read("sale.order", order, ["o2c_gate_state"])["o2c_gate_state"]
    world.equal("state of the order at the gate", state, "approved")
    with world.refused("the decision cannot be changed"):
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
