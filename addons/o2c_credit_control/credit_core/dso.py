"""Days sales outstanding by the count-back method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .exposure import ZERO


@dataclass(frozen=True)
class SalesMonth:
    """Invoiced sales of one month, taxes included, and how many days it had."""

    sales: Decimal
    days: int


def count_back_days(receivable: Decimal, months: Iterable[SalesMonth]) -> Decimal:
    """How many days of the latest sales the receivable stands for.

    Unlike balance ÷ sales × days, it is not distorted by a season: it takes the
    latest month's sales off the balance and counts its days, then the month before,
    until the balance is used up; the last month counts in proportion.

    :param receivable: open balance at the end of the latest month
    :param months: latest first; what they do not cover counts as all of their days

    >>> months = [SalesMonth(Decimal(600), 30), SalesMonth(Decimal(800), 31)]
    >>> count_back_days(Decimal(1000), months)
    Decimal('45.5')
    """
    days = ZERO
    for month in months:
        if receivable <= 0:
            break
        if month.sales <= 0 or receivable >= month.sales:
            days += month.days
        else:
            days += month.days * receivable / month.sales
        receivable -= max(month.sales, ZERO)
    return days


def movement(
    changes: Mapping[str, float], *, most: int = 2, least: float = 0.05
) -> list[tuple[str, float]]:
    """Which ages moved the DSO, the strongest first.

    :param changes: change of each age's part of the DSO, in days
    :param most: how many to name
    :param least: days below which a change is none

    >>> movement({"not due": -0.01, "late": 4.2, "very late": -1.5})
    [('late', 4.2), ('very late', -1.5)]
    """
    moved = [(name, days) for name, days in changes.items() if abs(days) >= least]
    return sorted(moved, key=lambda entry: -abs(entry[1]))[:most]
