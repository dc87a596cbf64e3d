"""The cost that was agreed with the consignor, for a product on a day.

>>> from datetime import date
>>> from decimal import Decimal as D
>>> terms = [
...     Term("a", "pen", D("50"), start=date(2026, 1, 1), end=date(2026, 6, 30)),
...     Term("b", "pen", D("55"), start=date(2026, 7, 1)),
... ]
>>> agreed_cost(terms, "pen", date(2026, 6, 30)).unit_cost
Decimal('50')
>>> agreed_cost(terms, "pen", date(2026, 7, 1)).unit_cost
Decimal('55')
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations

from .errors import MissingPrice

FIXED = "fixed"
PERCENT = "percent"
SHARE = "share"
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Term:
    """One agreed price: for a product, a validity and a quantity from which it holds.

    ``value`` is the cost of one unit when ``kind`` is ``fixed``; when ``percent``, what
    the consignor receives of the net sale price, in percent; when ``share``, what he
    receives of the revenue that is left of that price after our commission and
    deductions, in percent (:func:`revenue_share`).
    ``min_quantity`` is the quantity consumed in the period from which it holds.
    ``commission`` is in percent of the net sale price, ``deduction`` and ``guaranteed``
    are amounts for one unit.
    """

    key: Hashable
    product: Hashable
    value: Decimal
    kind: str = FIXED
    start: date | None = None
    end: date | None = None
    min_quantity: Decimal = Decimal(0)
    commission: Decimal = Decimal(0)
    deduction: Decimal = Decimal(0)
    guaranteed: Decimal = Decimal(0)

    def holds_on(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (
            self.end is None or day <= self.end
        )

    def unit_cost(self, sale_price: Decimal) -> Decimal:
        """What one unit costs us when it is sold at a net price."""
        if self.kind == PERCENT:
            return sale_price * self.value / HUNDRED
        if self.kind == SHARE:
            return revenue_share(self, sale_price)
        return self.value

    def overlaps(self, other: "Term") -> bool:
        """Whether both claim to be the price of the same goods on the same day."""
        return (
            self.product == other.product
            and self.min_quantity == other.min_quantity
            and (self.end is None or other.start is None or other.start <= self.end)
            and (other.end is None or self.start is None or self.start <= other.end)
        )


@dataclass(frozen=True)
class AgreedCost:
    """What one unit costs us, and the term that says so."""

    unit_cost: Decimal
    term: Term


def agreed_cost(
    terms: Iterable[Term],
    product: Hashable,
    day: date,
    sale_price: Decimal = Decimal(0),
    consumed: Decimal = Decimal(0),
) -> AgreedCost:
    """Find the cost of one unit of a product on a day.

    :param sale_price: net price of one unit without taxes, for shares of it
    :param consumed: quantity consumed in the period before this one, for tiers
    :raises MissingPrice: no term of the agreement covers the product on that day
    """
    valid = [t for t in terms if t.product == product and t.holds_on(day)]
    reached = [t for t in valid if t.min_quantity <= consumed]
    if not reached:
        raise MissingPrice(product, day)
    term = max(reached, key=lambda t: t.min_quantity)
    return AgreedCost(term.unit_cost(sale_price), term)


def revenue_share(term: Term, sale_price: Decimal) -> Decimal:
    """The consignor's part of the revenue of one unit.

    First our commission and what the sale cost (freight, handling, card fees) are
    deducted; what is left is shared, and never less than the guaranteed amount is due.

    >>> term = Term("a", "pen", Decimal(60), SHARE, commission=Decimal(10),
    ...             deduction=Decimal(5), guaranteed=Decimal(20))
    >>> revenue_share(term, Decimal(100))  # 60 % of 100 - 10 - 5
    Decimal('51')
    >>> revenue_share(term, Decimal(30))  # 60 % of 22 would be 13.20
    Decimal('20')
    """
    left = sale_price * (HUNDRED - term.commission) / HUNDRED - term.deduction
    return max(left * term.value / HUNDRED, term.guaranteed, Decimal(0))


def find_overlaps(terms: Iterable[Term]) -> list[tuple[Term, Term]]:
    """List every pair of terms that cannot both be the price."""
    by_product: dict[Hashable, list[Term]] = {}
    for term in terms:
        by_product.setdefault(term.product, []).append(term)
    return [
        pair
        for same in by_product.values()
        for pair in combinations(same, 2)
        if pair[0].overlaps(pair[1])
    ]
