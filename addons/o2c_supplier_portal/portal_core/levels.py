"""When consigned stock is low."""

from __future__ import annotations

from decimal import Decimal

OK = "ok"
NEAR = "near"
LOW = "low"
# A fifth above the level leaves time to act before it is reached.
NEAR_FACTOR = Decimal("1.2")


def stock_state(available: Decimal, level: Decimal) -> str:
    """Return whether stock is fine, near its reorder level, or at or below it.

    :param available: quantity that can still be sold
    :param level: reorder level in the same unit; 0 means that none was set

    >>> [stock_state(Decimal(n), Decimal(10)) for n in (13, 12, 10, 0)]
    ['ok', 'near', 'low', 'low']
    """
    if level <= 0:
        return OK
    if available <= level:
        return LOW
    return NEAR if available <= level * NEAR_FACTOR else OK
