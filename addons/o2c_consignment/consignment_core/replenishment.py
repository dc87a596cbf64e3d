"""How much to ask the consignor for."""

from decimal import Decimal


def reorder_quantity(
    on_hand: Decimal, expected: Decimal, minimum: Decimal, maximum: Decimal
) -> Decimal:
    """What fills a place up to its maximum, once it is below its minimum.

    :param expected: ordered and not received yet
    :param maximum: zero when nothing but the minimum was agreed

    >>> reorder_quantity(Decimal(3), Decimal(0), Decimal(5), Decimal(20))
    Decimal('17')
    >>> reorder_quantity(Decimal(3), Decimal(2), Decimal(5), Decimal(20))
    Decimal('0')
    """
    available = on_hand + expected
    if available >= minimum:
        return Decimal(0)
    return max(minimum, maximum) - available
