"""Odoo's line amounts as the SRI adds them: no ORM, Decimal only.

The SRI works a line out as round2(quantity × price − discount), so the discount is
what makes its sum the subtotal that was posted (SPEC 1.2).
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
MICRO = Decimal("0.000001")
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class DraftLine:
    """A line before it is a line of a document.

    :param price: unit price without taxes; ``subtotal`` is what was posted.
    :param taxes: what the line is taxed with; equal for equal taxes.
    :param facts: whatever the caller needs back.
    """

    quantity: Decimal
    price: Decimal
    subtotal: Decimal
    taxes: Hashable
    facts: object = None


def decimal(number: float, step: Decimal = CENT) -> Decimal:
    """Return a float of Odoo as the Decimal that it stands for."""
    return Decimal(repr(number)).quantize(step, ROUND_HALF_UP)


def price_and_discount(line: DraftLine) -> tuple[Decimal, Decimal]:
    """Return unit price and discount in USD that give the posted subtotal.

    >>> D = Decimal
    >>> price_and_discount(DraftLine(D(3), D("10"), D("27.00"), None))
    (Decimal('10'), Decimal('3.00'))
    >>> price_and_discount(DraftLine(D(3), D("3.333333"), D("10.01"), None))
    (Decimal('3.336667'), Decimal('0.00'))
    """
    price = line.price
    discount = _cents(line.quantity * price) - line.subtotal
    if discount < 0:
        # The posted amount is above quantity × price (prices with tax included):
        # spread it over the price, which has six decimals.
        price = (line.subtotal / line.quantity).quantize(MICRO, ROUND_HALF_UP)
        if _cents(line.quantity * price) < line.subtotal:
            price += MICRO
        discount = max(ZERO, _cents(line.quantity * price) - line.subtotal)
    return price, discount


def fold_negatives(lines: list[DraftLine]) -> tuple[list[DraftLine], list[DraftLine]]:
    """Turn negative lines (global discounts, down payments) into discounts.

    The SRI knows no negative line. Each one lowers the subtotals of the lines with
    the same taxes in proportion, so that every tax base stays what was posted.

    :return: the lines to issue, and the negative ones for which there is no room.
    """
    positives = [line for line in lines if line.subtotal >= 0]
    left = []
    for negative in (line for line in lines if line.subtotal < 0):
        same = [i for i, p in enumerate(positives) if p.taxes == negative.taxes]
        room = sum((positives[i].subtotal for i in same), ZERO)
        if room + negative.subtotal < 0:
            left.append(negative)
            continue
        _lower(positives, same, room, -negative.subtotal)
    return positives, left


def _lower(lines, chosen, room, amount):
    """Take ``amount`` from the chosen lines in proportion; the last takes the rest."""
    for position, index in enumerate(chosen, 1):
        line = lines[index]
        is_last = position == len(chosen)
        share = amount if is_last else _cents(line.subtotal * amount / room)
        share = min(share, line.subtotal)
        room -= line.subtotal
        amount -= share
        lines[index] = replace(line, subtotal=line.subtotal - share)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
