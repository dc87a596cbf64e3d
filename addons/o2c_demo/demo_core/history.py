"""A year of sales, decided once by a seeded generator: the same on every machine."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = 12
ORDERS_A_MONTH = 6
SEASON = (0.9, 0.85, 1.0, 1.05, 1.0, 0.95, 0.95, 1.0, 1.05, 1.05, 1.15, 1.4)


@dataclass(frozen=True)
class PastOrder:
    """One order of the past: its day, customer, (product code, quantity) lines.

    ``delivered_share`` is what of it left the warehouse, percent; ``paid_after`` is
    days from the invoice to the payment, None while it is unpaid.
    """

    day: date
    customer: str
    lines: tuple
    delivered_share: int
    paid_after: int | None


def plan(today, customers, products, *, late_payer, seed=7):
    """The orders of the last twelve months, oldest first.

    :param date today: day on which the demo is installed
    :param customers: keys of customers who buy on account
    :param products: codes of the goods
    :param str late_payer: key of the customer whose last invoices stay unpaid
    :return: list of PastOrder; the youngest is at least three days old
    """
    rng = random.Random(seed)
    orders = []
    for months_ago in range(MONTHS, 0, -1):
        first = today - timedelta(days=30 * months_ago)
        count = round(ORDERS_A_MONTH * SEASON[(first.month - 1) % 12])
        for number in range(count):
            # two selling days a month keep the installation short
            day = first + timedelta(days=3 if number < count // 2 else 17)
            customer = late_payer if number == 2 else rng.choice(customers)
            orders.append(_order(rng, today, day, customer, products, late_payer))
    return orders


def _order(rng, today, day, customer, products, late_payer):
    codes = rng.sample(products, rng.randint(2, 5))
    lines = tuple((code, rng.choice((2, 3, 4, 5, 6, 8, 10, 12))) for code in codes)
    share = rng.choices((100, 100, 75, 50), (12, 6, 2, 1))[0]
    delay = rng.choice((4, 14, 24, 28, 34, 44))
    if customer == late_payer and (today - day).days < 100:
        paid_after = None
    elif (today - day).days <= delay + 1:
        paid_after = None
    else:
        paid_after = delay
    return PastOrder(day, customer, lines, share, paid_after)
