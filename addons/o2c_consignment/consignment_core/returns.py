"""What may go back to the consignor, and who bears what expired.

>>> from datetime import date
>>> terms = ReturnTerms(WITHIN, days_after_receipt=90, days_before_expiry=30)
>>> terms.last_day(date(2026, 1, 1), expires_on=date(2026, 3, 1))
datetime.date(2026, 1, 30)
"""

from dataclasses import dataclass
from datetime import date, timedelta

ANY = "any"
WITHIN = "within"
NEVER = "never"

NOT_RETURNABLE = "not_returnable"
HERE_TOO_LONG = "here_too_long"
EXPIRES_TOO_SOON = "expires_too_soon"


@dataclass(frozen=True)
class ReturnTerms:
    """Until when unsold goods may go back.

    ``days_after_receipt`` counts from the day they came; ``days_before_expiry`` is how
    long they must still last on the day they leave. Zero: no such limit. Both hold
    only when ``allowed`` is ``within``.
    """

    allowed: str = ANY
    days_after_receipt: int = 0
    days_before_expiry: int = 0

    def last_day(
        self, received_on: date | None, expires_on: date | None = None
    ) -> date | None:
        """Last day on which goods may go back; None: no limit, or not at all."""
        return min(self._last_days(received_on, expires_on).values(), default=None)

    def problems(
        self, day: date, received_on: date | None, expires_on: date | None = None
    ) -> list[str]:
        """Why goods may not go back on a day; empty when they may."""
        if self.allowed == NEVER:
            return [NOT_RETURNABLE]
        last_days = self._last_days(received_on, expires_on)
        return [problem for problem, last in last_days.items() if day > last]

    def _last_days(
        self, received_on: date | None, expires_on: date | None
    ) -> dict[str, date]:
        if self.allowed != WITHIN:
            return {}
        result = {}
        if self.days_after_receipt and received_on:
            last = received_on + timedelta(days=self.days_after_receipt)
            result[HERE_TOO_LONG] = last
        if self.days_before_expiry and expires_on:
            last = expires_on - timedelta(days=self.days_before_expiry)
            result[EXPIRES_TOO_SOON] = last
        return result


def has_expired(day: date, expires_on: date | None) -> bool:
    """Whether goods were past their date: on the date itself they are still good."""
    return bool(expires_on) and day > expires_on
