"""Twelve months of sales, deliveries, invoices and payments, each on its own day."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from freezegun import freeze_time

from ..demo_core.catalogue import PRODUCTS
from ..demo_core.history import plan
from ..demo_core.parties import CUSTOMERS, LATE_PAYER

NOON_IN_QUITO = time(17)  # in UTC, as Odoo stores it


def build(world):
    orders = plan(
        world.today,
        [c.key for c in CUSTOMERS if c.terms],
        [p.code for p in PRODUCTS],
        late_payer=next(c.key for c in CUSTOMERS if c.name == LATE_PAYER),
    )
    by_day = defaultdict(list)
    for order in orders:
        by_day[order.day].append(order)
    env = world.env_of(world.main)
    payments = defaultdict(list)
    days = sorted(by_day)
    # one frozen clock that is moved: starting it for each day costs a second
    with freeze_time(_noon(days[0])) as clock:
        for day in days:
            clock.move_to(_noon(day))
            for past in by_day[day]:
                invoice = _sell(env, world, past)
                if past.paid_after is not None:
                    payments[day + timedelta(days=past.paid_after)].append(invoice)
        for day in sorted(payments):
            clock.move_to(_noon(day))
            for invoice in payments[day]:
                _pay(env, invoice, day)


def _noon(day):
    return datetime.combine(day, NOON_IN_QUITO)


def _sell(env, world, past):
    order = env["sale.order"].create(
        {
            "partner_id": world.parties[past.customer].id,
            "user_id": world.users["vendedor"].id,
            "date_order": _noon(past.day),
            "order_line": [
                (0, 0, {"product_id": world.products[code].id, "product_uom_qty": qty})
                for code, qty in past.lines
            ],
        }
    )
    order.action_confirm()
    order.date_order = _noon(past.day)
    _deliver(order, past.delivered_share)
    return _invoice(env, world, order, past.day)


def _deliver(order, share):
    """Ship a share of the order; what is left is cancelled, as customers expect."""
    for move in order.picking_ids.move_ids:
        move.quantity = min(move.quantity, max(1, move.product_uom_qty * share // 100))
        move.picked = True
    order.picking_ids.with_context(cancel_backorder=True)._action_done()


def _invoice(env, world, order, day):
    journal = env.ref("o2c_demo.journal_old_sierra")
    invoice = order._create_invoices()
    invoice.write({"journal_id": journal.id, "invoice_date": day})
    invoice.action_post()
    return invoice


def _pay(env, invoice, day):
    env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    ).create({"payment_date": day})._create_payments()
