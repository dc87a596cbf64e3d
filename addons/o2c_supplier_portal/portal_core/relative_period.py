"""Periods that move along with the calendar, for reports that come again."""

from __future__ import annotations

from datetime import date, timedelta

PERIODS = (
    "all",
    "last_7_days",
    "this_month",
    "last_month",
    "last_3_months",
    "this_year",
)


def period(name: str, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last day of a period, both ``None`` for everything.

    >>> period("last_month", date(2026, 3, 31))
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    >>> period("last_3_months", date(2026, 1, 15))
    (datetime.date(2025, 10, 1), datetime.date(2025, 12, 31))
    """
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    if name == "last_7_days":
        return today - timedelta(days=7), today - timedelta(days=1)
    if name == "this_month":
        return first, today
    if name == "last_month":
        return before.replace(day=1), before
    if name == "last_3_months":
        months = today.year * 12 + today.month - 1 - 3
        return date(months // 12, months % 12 + 1, 1), before
    if name == "this_year":
        return today.replace(month=1, day=1), today
    return None, None
