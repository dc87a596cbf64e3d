"""Which special price of a commercial agreement applies, and when it is billed."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

PERIODS = ("week", "fortnight", "month")


@dataclass(frozen=True)
class Term:
    """One special price of an agreement.

    :param product: product id; 0: every product of the category
    :param category: category id; 0: every product
    :param min_quantity: from this quantity on, in the product's unit
    :param left: what is left of a limited volume, in the product's unit; None: no limit
    """

    id: int
    product: int = 0
    category: int = 0
    min_quantity: Decimal = Decimal(0)
    date_from: date | None = None
    date_to: date | None = None
    left: Decimal | None = None


def choose(terms: Iterable[Term], *, product, categories, quantity, today):
    """The term that applies, or None.

    A product beats its category, a category those above it; of equals the one for the
    larger quantity counts, then the newer one.

    :param int product: product id
    :param categories: ids of the product's category and those above it, outermost first
    :param Decimal quantity: in the product's unit
    """
    depth = {category: place for place, category in enumerate(categories, start=1)}
    fitting = [
        term
        for term in terms
        if _fits(term, product, depth) and _open(term, quantity, today)
    ]
    return max(
        fitting,
        key=lambda t: (bool(t.product), depth.get(t.category, 0), t.min_quantity, t.id),
        default=None,
    )


def _fits(term, product, depth):
    if term.product:
        return term.product == product
    return not term.category or term.category in depth


def _open(term, quantity, today):
    if quantity < term.min_quantity:
        return False
    if term.date_from and today < term.date_from:
        return False
    if term.date_to and today > term.date_to:
        return False
    return term.left is None or quantity <= term.left


def next_billing(day: date, period: str):
    """The day on which the period after the one billed on ``day`` is billed.

    Months that are shorter end the period on their last day.

    :param str period: one of ``PERIODS``
    """
    if period == "week":
        return day + timedelta(days=7)
    if period == "fortnight":
        return day + timedelta(days=14)
    year, month = divmod(day.year * 12 + day.month, 12)
    month += 1
    # the last day of a month leads to the last day of the next
    last = monthrange(year, month)[1]
    whole = day.day == monthrange(day.year, day.month)[1]
    return date(year, month, last if whole else min(day.day, last))


def overlaps(start, end, other_start, other_end):
    """Whether two periods share a day; an end of None is open."""
    return (end is None or other_start <= end) and (
        other_end is None or start <= other_end
    )
