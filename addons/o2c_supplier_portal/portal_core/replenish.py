"""How much of a product a supplier should bring, and how well he does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# A proposal covers what is sold until the next one as well.
REVIEW_DAYS = 14


@dataclass(frozen=True, slots=True)
class Situation:
    """One product of one supplier; quantities in the product's unit."""

    available: Decimal
    incoming: Decimal  # on its way already
    minimum: Decimal
    maximum: Decimal  # 0 for none
    sold: Decimal  # in the days looked back
    days: int
    lead_days: int


def reorder_point(situation: Situation) -> Decimal:
    """Return the quantity at which goods must be asked for.

    What is sold while they are on their way, and never less than the minimum.
    """
    pace = max(situation.sold, Decimal(0)) / max(situation.days, 1)
    return max(situation.minimum, pace * situation.lead_days)


def propose(situation: Situation) -> Decimal:
    """Return the quantity to ask for, in whole units, 0 for none.

    >>> propose(Situation(*map(Decimal, (5, 0, 10, 0, 90)), days=90, lead_days=7))
    Decimal('26')
    >>> propose(Situation(*map(Decimal, (5, 0, 10, 20, 90)), days=90, lead_days=7))
    Decimal('15')
    """
    stock = situation.available + situation.incoming
    point = reorder_point(situation)
    if point <= 0 or stock > point:
        return Decimal(0)
    pace = max(situation.sold, Decimal(0)) / max(situation.days, 1)
    target = situation.minimum + pace * (situation.lead_days + REVIEW_DAYS)
    if situation.maximum > 0:
        target = situation.maximum
    return Decimal(max(0, math.ceil(max(target, point) - stock)))


def accuracy(confirmed: Decimal, received: Decimal) -> int | None:
    """Return how much of what was confirmed came, in percent; too much counts too.

    >>> accuracy(Decimal(10), Decimal(8)), accuracy(Decimal(10), Decimal(12))
    (80, 80)
    """
    if confirmed <= 0:
        return None
    off = abs(confirmed - received)
    return max(0, round(100 * (1 - off / confirmed)))


def days_late(expected: date | None, came: date | None) -> int | None:
    """Return by how many days goods came late, negative when early.

    >>> days_late(date(2026, 1, 10), date(2026, 1, 12))
    2
    """
    return (came - expected).days if expected and came else None
