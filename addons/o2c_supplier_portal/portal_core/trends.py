"""What sales of the past say: the season, and how long stock lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date


def cover_days(available: float, sold: float, days: int) -> int | None:
    """Return for how many days stock lasts at the pace of a period.

    :param sold: units sold in the period
    :param days: length of the period
    :return: ``None`` when nothing was sold: it lasts for ever

    >>> cover_days(20, 30, 90), cover_days(20, 0, 90)
    (60, None)
    """
    if sold <= 0 or days <= 0:
        return None
    return round(available / (sold / days))


def season(
    units: Mapping[date, float], months: Sequence[date]
) -> list[tuple[date, float, float, int | None]]:
    """Return (month, units, units a year before, change in percent).

    :param units: sold units by first day of the month
    :return: empty when nothing is known of the year before

    >>> season({date(2026, 1, 1): 15, date(2025, 1, 1): 10}, [date(2026, 1, 1)])
    [(datetime.date(2026, 1, 1), 15, 10, 50)]
    """
    rows = []
    for month in months:
        now = units.get(month, 0)
        before = units.get(month.replace(year=month.year - 1), 0)
        change = round(100 * (now - before) / before) if before > 0 else None
        rows.append((month, now, before, change))
    return rows if any(before for __, __, before, __ in rows) else []
