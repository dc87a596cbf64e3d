"""Spread quantities: over what was received, and over what a return undoes."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from .settlement import round_money


def allocate(total: float, received: dict[Hashable, float]) -> dict[Hashable, float]:
    """Give each receipt what it can bear of a total, in the order given.

    >>> allocate(15.0, {"first": 10.0, "second": 30.0})
    {'first': 10.0, 'second': 5.0}
    """
    shares = {}
    for key, quantity in received.items():
        shares[key] = max(min(total, quantity), 0.0)
        total -= shares[key]
    return shares


@dataclass(frozen=True)
class Outstanding:
    """What is left of goods that were charged, after what came back of them.

    ``entries`` counts the rounded amounts that ``amount`` is the sum of.
    """

    key: Hashable
    quantity: Decimal
    amount: Decimal
    unit_cost: Decimal
    entries: int = 1


@dataclass(frozen=True)
class Undone:
    """How much of outstanding goods comes back, and what is credited for it."""

    key: Hashable
    quantity: Decimal
    amount: Decimal


def undo(
    quantity: Decimal, outstanding: Iterable[Outstanding], digits: int = 2
) -> tuple[list[Undone], Decimal]:
    """Spread what comes back over what is outstanding, in the order given.

    Whatever comes back last takes along the cents that rounding left.

    :param quantity: positive
    :param digits: decimals of the currency
    :return: what is undone, and the quantity that nothing was left for

    >>> third = Decimal(100) / 3
    >>> undo(Decimal(1), [Outstanding("a", Decimal(1), Decimal("33.34"), third, 3)])
    ([Undone(key='a', quantity=Decimal('1'), amount=Decimal('33.34'))], Decimal('0'))
    >>> fifty = Decimal(50)
    >>> undone, rest = undo(
    ...     Decimal(6),
    ...     [
    ...         Outstanding("shelf", Decimal(5), 5 * fifty, fifty),
    ...         Outstanding("stock", Decimal(3), 3 * fifty, fifty),
    ...     ],
    ... )
    >>> [(part.key, str(part.quantity), str(part.amount)) for part in undone]
    [('shelf', '5', '250.00'), ('stock', '1', '50.00')]
    """
    parts = []
    for source in outstanding:
        share = min(quantity, source.quantity)
        if share > 0:
            parts.append(Undone(source.key, share, _credit(source, share, digits)))
            quantity -= share
    return parts, quantity


def _credit(source: Outstanding, share: Decimal, digits: int) -> Decimal:
    amount = round_money(share * source.unit_cost, digits)
    # Half a cent for each rounded amount, at most: more is another cost, no rounding.
    bound = Decimal(1).scaleb(-digits) * (source.entries + 1) / 2
    is_last = share == source.quantity
    if is_last and abs(source.amount - amount) <= bound:
        return round_money(source.amount, digits)
    return amount
