"""Steps 6 and 11: goods leave with their guide, and some come back."""

from .money import wait_until_authorised
from .selling import BUTTER, MILK, RICE, TUNA

LEAVES = {RICE: 6, TUNA: 4, BUTTER: 10, MILK: 20}  # of 12, 4, 10 and 20 ordered
RETURNED = 2


def delivery(world):
    """Half of the rice is missing: the rest leaves with an authorised guide."""
    keeper = world.person("bodega")
    picking = world.records["picking"]
    _load_the_lorry(world, keeper, picking)
    keeper.call(
        "stock.picking",
        "write",
        [picking],
        {"o2c_plate": "PBA1234", "o2c_route": "Quito norte"},
    )
    keeper.press("stock.picking", picking, "action_o2c_issue_guia")
    guide = wait_until_authorised(world, "bodega", [("picking_id", "=", picking)])
    world.check(f"guía {guide['number']} AUTORIZADA, key {guide['access_key']}", guide)
    keeper.press(
        "stock.picking", picking, "button_validate", context={"skip_backorder": True}
    )
    state = keeper.read("stock.picking", picking, ["state", "backorder_ids"])
    world.equal("the transfer", state["state"], "done")
    world.equal("backorders for the 6 sacks of rice", len(state["backorder_ids"]), 1)


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
    before = _consumed(world)
    _take_back(world, keeper)
    world.equal("milk consumed, after the return", _consumed(world), before - RETURNED)
    note = _credit_note(world)
    # 12.90 × 0.93 = 11.997 × 2 = 23.99, VAT 0 %
    accountant = world.person("contadora")
    data = accountant.read("account.move", note, ["amount_total", "state", "name"])
    world.equal(f"{data['name']} for {RETURNED} boxes", data["amount_total"], 23.99)
    document = wait_until_authorised(world, "contadora", [("move_id", "=", note)])
    world.equal("its type at the SRI", document["document_type"], "04")


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
