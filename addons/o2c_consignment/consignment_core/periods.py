"""The settlement calendar: which period is closed on a day."""

from dataclasses import dataclass
from datetime import date, timedelta

WEEKLY = "weekly"
HALF_MONTHLY = "half_monthly"
MONTHLY = "monthly"


@dataclass(frozen=True)
class Period:
    """First and last day, both inside."""

    start: date
    end: date


def current_period_start(calendar: str, day: date) -> date:
    """First day of the settlement period that ``day`` is in.

    >>> current_period_start("half_monthly", date(2026, 3, 20))
    datetime.date(2026, 3, 16)
    """
    if calendar == WEEKLY:
        return day - timedelta(days=day.weekday())
    if calendar == HALF_MONTHLY and day.day > 15:
        return day.replace(day=16)
    return day.replace(day=1)


def last_closed_period(calendar: str, day: date) -> Period:
    """The last period of the calendar that ended before ``day``.

    >>> last_closed_period("monthly", date(2026, 3, 1))
    Period(start=datetime.date(2026, 2, 1), end=datetime.date(2026, 2, 28))
    """
    end = current_period_start(calendar, day) - timedelta(days=1)
    return Period(current_period_start(calendar, end), end)
