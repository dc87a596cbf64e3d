"""Which summarised periods hold the rows of a page, so that only those are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = "day"
MONTH = "month"


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row, summed by day or by month; open ends are ``None``."""

    grain: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Window:
    """Where the rows of a page lie in a newest-first list."""

    oldest: date
    newest: date
    offset: int  # rows of the newest periods that belong to pages before


def month_end(day: date) -> date:
    """Return the last day of a day's month.

    >>> month_end(date(2026, 2, 3))
    datetime.date(2026, 2, 28)
    """
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def spans(first: date | None, last: date | None) -> list[Span]:
    """Return whole months, and single days only at the edges of a period.

    >>> [s.grain for s in spans(date(2026, 1, 15), date(2026, 3, 31))]
    ['day', 'month']
    """
    if first and last and last < first:
        return []
    found = []
    if first and first.day > 1:
        edge = month_end(first)
        found.append(Span(DAY, first, min(edge, last) if last else edge))
        first = edge + timedelta(days=1)
    tail = None
    if last and last != month_end(last):
        start = last.replace(day=1)
        if first is None or start >= first:
            tail = Span(DAY, start, last)
        last = start - timedelta(days=1)
    if first is None or last is None or first <= last:
        found.append(Span(MONTH, first, last))
    return [*found, tail] if tail else found


def locate(counts: Iterable[tuple[date, int]], offset: int, size: int) -> Window | None:
    """Return the periods that hold a page.

    :param counts: (start of period, rows in it), newest first
    :param offset: rows before the page
    :param size: rows of the page
    :return: ``None`` when there is no such page

    >>> locate([(date(2026, 3, 1), 5), (date(2026, 2, 1), 5)], 4, 3)
    Window(oldest=datetime.date(2026, 2, 1), newest=datetime.date(2026, 3, 1), offset=4)
    """
    before, newest, skipped = 0, None, 0
    oldest = None
    for start, count in counts:
        if count <= 0:
            continue
        if before + count > offset:
            if newest is None:
                newest, skipped = start, before
            oldest = start
        before += count
        if before >= offset + size:
            break
    return Window(oldest, newest, offset - skipped) if newest else None
