"""How discounts and margins are measured: always on what the customer really pays."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from .facts import LineFacts, OrderFacts

HUNDRED = Decimal(100)
STEP = Decimal("0.01")


def percent(part, whole):
    """``part`` in percent of ``whole``, to two decimals; 0 when there is no whole."""
    if not whole:
        return Decimal("0.00")
    return (HUNDRED * part / whole).quantize(STEP, ROUND_HALF_UP)


def effective_discount(net, due):
    """Percent that the customer pays less than what is due; negative when more.

    DESIGN §3: 1 − net price ÷ entitled price, however it was made.
    """
    if due <= 0:
        return Decimal("0.00")
    return percent(due - net, due)


def margin_percent(net, cost):
    """Percent of the net price that is left after the cost.

    Nothing is left of a price of nothing: goods given away have −100 %.
    """
    if net <= 0:
        return -HUNDRED if cost > 0 else Decimal("0.00")
    return percent(net - cost, net)


def order_margin_percent(order: OrderFacts):
    """Margin of the whole order, its negative lines taken off."""
    return margin_percent(order.total, order.cost)


def spread(lines: Iterable[LineFacts], deduction: Decimal):
    """Lines with the order's negative lines taken off them, in proportion to value.

    A global discount, a negative line and a reward lower every price the same way as
    a discount on each line does.
    """
    lines = tuple(lines)
    total = sum((line.net * line.quantity for line in lines), Decimal(0))
    if deduction <= 0 or total <= 0:
        return lines
    return scaled(lines, (total - deduction) / total)


def scaled(lines: Iterable[LineFacts], factor: Decimal):
    """Lines with every net price multiplied."""
    return tuple(replace(line, net=line.net * factor) for line in lines)
