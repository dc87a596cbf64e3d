"""The settlement calendar."""

from datetime import date

import pytest
from consignment_core import Period, allocate, last_closed_period


@pytest.mark.parametrize(
    ("calendar", "today", "start", "end"),
    [
        ("monthly", date(2026, 3, 1), date(2026, 2, 1), date(2026, 2, 28)),
        ("monthly", date(2026, 3, 31), date(2026, 2, 1), date(2026, 2, 28)),
        ("monthly", date(2028, 3, 1), date(2028, 2, 1), date(2028, 2, 29)),
        ("half_monthly", date(2026, 3, 15), date(2026, 2, 16), date(2026, 2, 28)),
        ("half_monthly", date(2026, 3, 16), date(2026, 3, 1), date(2026, 3, 15)),
        ("weekly", date(2026, 3, 9), date(2026, 3, 2), date(2026, 3, 8)),  # a Monday
        ("weekly", date(2026, 3, 15), date(2026, 3, 2), date(2026, 3, 8)),
    ],
)
def test_last_closed_period(calendar, today, start, end):
    assert last_closed_period(calendar, today) == Period(start, end)


@pytest.mark.parametrize(
    ("total", "shares"),
    [(0, [0, 0]), (4, [4, 0]), (15, [10, 5]), (50, [10, 30]), (-3, [0, 0])],
)
def test_oldest_receipt_is_consumed_first(total, shares):
    assert list(allocate(total, {"a": 10, "b": 30}).values()) == shares
