"""Step 4: a customer with old debts, and what lifts the block."""

from datetime import date
from urllib.parse import unquote

from sri_simulator.clock import Clock

LATE = "customer_c901002"
SUGAR = "product_aba_002"  # own, list 44.50, cost 38.20


def hold(world):
    """Overdue: no confirmation by any way; promised, collected, paid: confirmed."""
    order = _order(world)
    overdue = _overdue(world)
    total = round(sum(invoice["amount_residual"] for invoice in overdue), 2)
    world.check(f"{len(overdue)} invoices overdue, USD {total:.2f}", overdue)
    world.records["overdue"] = total
    _is_refused(world, order, total)
    _stands_on_the_worklist(world, overdue, total)
    promise = _promises_in_the_portal(world, overdue, total)
    with world.refused("a promise alone lifts nothing", "Documentos vencidos"):
        _confirm(world, order)
    _collects(world, overdue, promise)
    _confirm(world, order)
    state = world.person("vendedor").read("sale.order", order, ["state"])["state"]
    world.equal("the same order, confirmed by its salesperson", state, "sale")


def _order(world):
    line = {"product_id": world.ref(SUGAR), "product_uom_qty": 2}
    values = {"partner_id": world.ref(LATE), "order_line": [(0, 0, line)]}
    return world.person("vendedor").create("sale.order", values)


def _confirm(world, order, **context):
    seller = world.person("vendedor")
    seller.call("sale.order", "action_confirm", [order], context=context)


def _overdue(world):
    """Invoices that were due before today, as a collector sees them."""
    return world.person("cobranzas").search(
        "account.move",
        [
            ("partner_id", "=", world.ref(LATE)),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "in", ["not_paid", "partial"]),
            ("invoice_date_due", "<", str(Clock().today())),
        ],
        ["name", "amount_residual", "invoice_date_due"],
        order="invoice_date_due, id",
    )


def _is_refused(world, order, total):
    amount = in_spanish(total)
    words = ("Documentos vencidos por", amount)
    with world.refused("the order is refused", *words):
        _confirm(world, order)
    with world.refused("no context key lifts it", *words):
        _confirm(world, order, bypass_risk=True, skip_validation_check=True)


def in_spanish(amount):
    """An amount as people read it in Ecuador's Spanish: 2.718,92."""
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _stands_on_the_worklist(world, overdue, total):
    """Collections find the customer with the figure that the gate said."""
    row = _worklist(world)
    world.equal("overdue on the worklist of collections", row["overdue"], total)
    world.equal("overdue documents there", row["documents"], len(overdue))
    oldest = date.fromisoformat(overdue[0]["invoice_date_due"])
    days = (Clock().today() - oldest).days
    world.equal("days of the oldest", row["days_overdue"], days)
    _writes_to_the_customer(world, row)


def _writes_to_the_customer(world, row):
    """Collections have a message of what is open, ready to be sent by WhatsApp."""
    collector = world.person("cobranzas")
    action = collector.press("o2c.credit.worklist", row["id"], "action_whatsapp")
    number, _, text = unquote(action["url"]).partition("?text=")
    world.equal("WhatsApp to the customer", number, "https://wa.me/59325550100")
    amount = in_spanish(row["receivable"])
    world.check(f"it says that {amount} is open", amount in text)


def _worklist(world):
    return world.one(
        "cobranzas",
        "o2c.credit.worklist",
        [
            ("partner_id", "=", world.ref(LATE)),
            ("company_id", "=", world.ref("company_sierra")),
        ],
        ["overdue", "receivable", "documents", "days_overdue", "next_promise"],
    )


def _promises_in_the_portal(world, overdue, total):
    """The customer says that he pays all of it today; collections see it."""
    page = "/my/o2c/statement"
    form = {
        "invoice": [str(invoice["id"]) for invoice in overdue],
        "amount": f"{total:.2f}",
        "date": str(Clock().today()),
    }
    customer = world.person("cliente2")
    shown = customer.page(page)
    world.check(
        "the customer sees his overdue invoices in the portal",
        all(invoice["name"] in shown for invoice in overdue),
    )
    customer.submit(f"{page}/promise", form, page=page)
    promise = world.one(
        "cobranzas",
        "o2c.credit.promise",
        [("partner_id", "=", world.ref(LATE)), ("state", "=", "open")],
        ["amount", "channel"],
    )
    world.equal("promised by the customer", promise["amount"], total)
    world.equal("where he promised it", promise["channel"], "portal")
    world.equal("on the worklist", _worklist(world)["next_promise"], form["date"])
    return promise["id"]


def _collects(world, overdue, promise):
    collector = world.person("cobranzas")
    for invoice in overdue:
        pay(collector, invoice["id"])
    world.equal("overdue after the payment", len(_overdue(world)), 0)
    state = collector.read("o2c.credit.promise", promise, ["state"])["state"]
    world.equal("his promise", state, "kept")


def pay(person, invoice):
    """Register the payment of what an invoice still owes."""
    context = {"active_model": "account.move", "active_ids": [invoice]}
    model = "account.payment.register"
    wizard = person.call(model, "create", [{}], context=context)
    person.press(model, wizard, "action_create_payments", context=context)
