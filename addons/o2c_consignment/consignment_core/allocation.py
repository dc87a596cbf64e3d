"""Spread a quantity over what was received, oldest first."""

from collections.abc import Hashable


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
