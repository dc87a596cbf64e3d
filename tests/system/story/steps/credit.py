"""Step 4: a customer with old debts, and what lifts the block."""

LATE = "customer_c901002"
SUGAR = "product_aba_002"


def hold(world):
    """Overdue: no confirmation by any way; paid: confirmed."""
    seller = world.person("vendedor")
    order = seller.create(
        "sale.order",
        {
            "partner_id": world.ref(LATE),
            "order_line": [
                (0, 0, {"product_id": world.ref(SUGAR), "product_uom_qty": 2})
            ],
        },
    )
    with world.refused("an order of a customer with overdue invoices is refused"):
        seller.press("sale.order", order, "action_confirm")
    with world.refused("no context key lifts it"):
        seller.call(
            "sale.order",
            "action_confirm",
            [order],
            context={"bypass_risk": True, "skip_validation_check": True},
        )
    accountant = world.person("contadora")
    overdue = _overdue(world)
    total = sum(i["amount_residual"] for i in overdue)
    world.check(f"{len(overdue)} invoices overdue, USD {total:.2f}", overdue)
    for invoice in overdue:
        pay(accountant, invoice["id"])
    world.equal("overdue after the payment", len(_overdue(world)), 0)
    seller.press("sale.order", order, "action_confirm")
    state = seller.read("sale.order", order, ["state"])["state"]
    world.equal("the same order, confirmed by its salesperson", state, "sale")


def _overdue(world):
    return world.person("contadora").search(
        "account.move",
        [
            ("partner_id", "=", world.ref(LATE)),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "in", ["not_paid", "partial"]),
        ],
        ["amount_residual"],
    )


def pay(person, invoice):
    """Register the payment of what an invoice still owes."""
    wizard = person.call(
        "account.payment.register",
        "create",
        [{}],
        context={"active_model": "account.move", "active_ids": [invoice]},
    )
    person.press(
        "account.payment.register",
        wizard,
        "action_create_payments",
        context={"active_model": "account.move", "active_ids": [invoice]},
    )
