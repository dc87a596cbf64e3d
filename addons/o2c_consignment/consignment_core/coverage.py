"""Days on which an agreement says no price."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .pricing import Term

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Gap:
    """Days of a product without a price, both inside; no ``end``: from then on."""

    product: Hashable
    start: date
    end: date | None


def uncovered(
    start: date, end: date | None, terms: Iterable[Term]
) -> list[tuple[date, date | None]]:
    """List the days on which none of some terms holds.

    >>> jan, dec = date(2026, 1, 1), date(2026, 12, 31)
    >>> from decimal import Decimal
    >>> june = Term("a", "pen", Decimal(50), start=date(2026, 6, 1))
    >>> uncovered(jan, dec, [june])
    [(datetime.date(2026, 1, 1), datetime.date(2026, 5, 31))]
    """
    found = []
    day = start
    for term in sorted(terms, key=lambda t: t.start or date.min):
        first = term.start or date.min
        if term.end is not None and term.end < max(first, day):
            continue
        if first > day:
            before = first - DAY
            found.append((day, before if end is None else min(before, end)))
        if term.end is None:
            return found
        day = term.end + DAY
        if end is not None and day > end:
            return found
    if end is None or day <= end:
        found.append((day, end))
    return found


def find_gaps(terms: Iterable[Term], start: date, end: date | None) -> list[Gap]:
    """List the days of an agreement on which its products have no price.

    :param start: first day of the agreement
    :param end: its last day, or ``None``
    """
    by_product = _by_product(term for term in terms if not term.min_quantity)
    return [
        Gap(product, *days)
        for product, base in by_product.items()
        for days in uncovered(start, end, base)
    ]


def find_tiers_without_base(terms: Iterable[Term]) -> list[Gap]:
    """List the days on which a product has a tier, and no price before it is reached.

    Terms without a start hold from the first day there is.
    """
    gaps = []
    for product, same in _by_product(terms).items():
        base = [term for term in same if not term.min_quantity]
        for tier in same:
            start = tier.start or date.min
            if tier.min_quantity and (tier.end is None or tier.end >= start):
                gaps += [Gap(product, *d) for d in uncovered(start, tier.end, base)]
    return list(dict.fromkeys(gaps))


def _by_product(terms: Iterable[Term]) -> dict[Hashable, list[Term]]:
    result: dict[Hashable, list[Term]] = {}
    for term in terms:
        result.setdefault(term.product, []).append(term)
    return result
