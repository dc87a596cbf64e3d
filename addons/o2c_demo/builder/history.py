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
    payments = defaultdict(lambda: env["account.move"])
    agenda = set(by_day)
    # one frozen clock that is moved: starting it for each day costs a second
    with freeze_time(_noon(min(agenda))) as clock:
        while agenda:
            day = min(agenda)
            agenda.remove(day)
            clock.move_to(_noon(day))
            if payments[day]:
                _pay(env, payments[day], day)
            invoices = _sell(env, world, day, by_day[day]) if day in by_day else []
            for past, invoice in zip(by_day[day], invoices, strict=True):
                if past.paid_after is not None:
                    due = day + timedelta(days=past.paid_after)
                    payments[due] |= invoice
                    agenda.add(due)


def _noon(day):
    return datetime.combine(day, NOON_IN_QUITO)


def _sell(env, world, day, past_orders):
    """Sell, deliver and invoice one day's orders; returns an invoice for each."""
    orders = env["sale.order"].create(
        [_order_values(world, past) for past in past_orders]
    )
    orders.action_confirm()
    orders.date_order = _noon(day)
    for order, past in zip(orders, past_orders, strict=True):
        _pick(order, past.delivered_share)
    # what is left behind is cancelled, as this wholesaler's customers expect
    orders.picking_ids.with_context(cancel_backorder=True)._action_done()
    invoices = orders._create_invoices(grouped=True)
    journal = env.ref("o2c_demo.journal_old_sierra")
    invoices.write({"journal_id": journal.id, "invoice_date": day})
    invoices.action_post()
    return [order.invoice_ids for order in orders]


def _order_values(world, past):
    return {
        "partner_id": world.parties[past.customer].id,
        "user_id": world.users["vendedor"].id,
        "date_order": _noon(past.day),
        "order_line": [
            (0, 0, {"product_id": world.products[code].id, "product_uom_qty": qty})
            for code, qty in past.lines
        ],
    }


def _pick(order, share):
    for move in order.picking_ids.move_ids:
        move.quantity = min(move.quantity, max(1, move.product_uom_qty * share // 100))
        move.picked = True


def _pay(env, invoices, day):
    env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoices.ids
    ).create({"payment_date": day, "group_payment": False})._create_payments()
