"""Days are those of Ecuador: the consignor and the tax authority count them there."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("America/Guayaquil")


def legal_day(moment):
    """Day in Ecuador of a moment stored in UTC.

    :param datetime moment: naive, in UTC, as Odoo stores it
    :rtype: date
    """
    return moment.replace(tzinfo=UTC).astimezone(LEGAL_ZONE).date()


def legal_today(_records=None):
    """Today in Ecuador, whatever the time zone of the user or the server.

    It may be a field's default, which is asked with records.

    :rtype: date
    """
    return datetime.now(LEGAL_ZONE).date()


def end_of_day(day):
    """First moment after a day in Ecuador, naive and in UTC.

    :param date day: day in Ecuador
    :rtype: datetime
    """
    midnight = datetime.combine(day + timedelta(days=1), time(), LEGAL_ZONE)
    return midnight.astimezone(UTC).replace(tzinfo=None)
