"""When a document may be annulled in the portal of the SRI (SPEC 7).

Rules of 1 August 2025: until the 7th of the month after the issue; withholdings and
notes need the receiver's consent within five working days, silence leaves them valid.
Since 1 January 2026 what was sold to a final consumer is not annulled at all. Holidays
are not known here: they only ever give more time.
"""

from __future__ import annotations

from datetime import date, timedelta

LAST_DAY = 7
ANSWER_DAYS = 5
NEEDS_CONSENT = frozenset(("04", "05", "07"))
FINAL_CONSUMER_SINCE = date(2026, 1, 1)
_SATURDAY = 5


def deadline(issued: date) -> date:
    """Return the last day on which the portal takes the annulment.

    >>> deadline(date(2026, 10, 31))  # the 7th of November is a Saturday
    datetime.date(2026, 11, 9)
    """
    first_of_next = (issued.replace(day=1) + timedelta(days=32)).replace(day=1)
    return _working_day(first_of_next.replace(day=LAST_DAY))


def answer_due(requested: date) -> date:
    """Return the last day on which the receiver may consent.

    >>> answer_due(date(2026, 11, 20))  # a Friday
    datetime.date(2026, 11, 27)
    """
    day = requested
    for _ in range(ANSWER_DAYS):
        day = _working_day(day + timedelta(days=1))
    return day


def never(document_type: str, final_consumer: bool, today: date) -> bool:
    """Whether the SRI does not annul it at all."""
    return final_consumer and document_type == "01" and today >= FINAL_CONSUMER_SINCE


def _working_day(day: date) -> date:
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day
