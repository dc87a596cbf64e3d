"""Time as the SRI counts it; tests may run ahead of the real clock."""

from __future__ import annotations

import datetime

# Mainland Ecuador keeps UTC-5 all year: no daylight saving, so no tz database.
GUAYAQUIL = datetime.timezone(datetime.timedelta(hours=-5))


class Clock:
    """The present moment, shifted by an offset that the control API sets."""

    def __init__(self, now=None, offset_seconds: float = 0):
        self._now = now or (lambda: datetime.datetime.now(datetime.timezone.utc))
        self.offset_seconds = offset_seconds

    def now(self) -> datetime.datetime:
        """Return the aware present moment in Guayaquil."""
        shifted = self._now() + datetime.timedelta(seconds=self.offset_seconds)
        return shifted.astimezone(GUAYAQUIL)

    def today(self) -> datetime.date:
        """Return the date in Guayaquil."""
        return self.now().date()


def from_timestamp(seconds: float) -> datetime.datetime:
    """Return the Guayaquil moment of a Unix timestamp."""
    return datetime.datetime.fromtimestamp(seconds, GUAYAQUIL)


def iso(seconds: float) -> str:
    """Print a Unix timestamp like the SRI: seconds, with its -05:00."""
    return from_timestamp(seconds).isoformat(timespec="seconds")
