"""Time as the SRI sees it: the legal date is the one of America/Guayaquil."""

from datetime import date, datetime, timedelta, timezone

# Mainland Ecuador keeps UTC−5 all year and has no daylight saving.
ECUADOR = timezone(timedelta(hours=-5))


def now() -> datetime:
    """Return the current time in Ecuador, aware."""
    return datetime.now(ECUADOR)


def today() -> date:
    """Return today's date in Ecuador, whatever zone the server is in."""
    return now().date()


def as_utc(moment: datetime) -> datetime:
    """Return an aware time as the naive UTC that Odoo's fields hold."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None)


def add_working_days(day: date, days: int) -> date:
    """Return the day that many working days later; holidays are not known here."""
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day
