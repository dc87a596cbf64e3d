"""What a server logged while people worked: an error that nobody saw on a screen."""

import re

from o2c_cli.addon_tests import LOG_LEVEL

# Texts of errors that are no fault of the suite, and why.
EXPECTED = {
    "could not serialize access": "two wrote at once, and Odoo runs one of them again",
    "lock ir_attachment in share mode": "Odoo's vacuum of files leaves it for later",
    "publisher: update notification": "Odoo asks its maker for news once a week",
    "wkhtmltopdf": "the machine has none: Odoo's own PDF reports are not printed",
}
ENTRY = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ )", re.M)


def errors(log):
    """Entries of a server's log that somebody has to look into, with tracebacks.

    :param Path log: of one server
    """
    entries = ENTRY.split(log.read_text(errors="replace"))
    return [entry for entry in entries if _is_error(entry) and not _is_expected(entry)]


def _is_error(entry):
    first = LOG_LEVEL.match(entry.partition("\n")[0])
    return first and first[1] != "WARNING"


def _is_expected(entry):
    return any(text in entry.lower() for text in EXPECTED)
