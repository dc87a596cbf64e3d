"""What an Odoo log says that nobody should overlook."""

import re

from . import packages
from .ui import say

LINE = re.compile(r"^\d{4}-\d\d-\d\d \S+ \d+ (\w+) \S+ (\S+): ")
WARNINGS = ("WARNING",)
ERRORS = ("ERROR", "CRITICAL")

# Warnings that Odoo itself logs and that say nothing about our addons.
HARMLESS = (
    "Running as user 'root' is a security risk",
    "Fontawesome",
    # the demo's second company gets its chart while the demo is being installed, when
    # all that the demo stands on is there
    "Incorrect usage of try_loading without a fully loaded registry",
)
# Odoo tries again what met another transaction; when it gives up, it says so elsewhere.
TRIED_AGAIN = (
    "could not serialize access",
    "could not obtain lock",
    "deadlock detected",
    # its vacuum of files waits for a quieter hour
    "LOCK ir_attachment IN SHARE MODE",
)
# What follows from a machine without the program, which has been said already.
WITHOUT_REPORTS = re.compile(r"unable to find wkhtmltopdf|encontrar wkhtmltopdf", re.I)


def errors(text):
    """Errors of a log, each with the lines below it.

    :param str text: the log
    """
    found = _entries(text, ERRORS)
    return [entry for entry in found if not _is_harmless_error(entry)]


def warnings(text):
    """Lines of a log that warn of something that may be ours."""
    lines = [entry.splitlines()[0] for entry in _entries(text, WARNINGS)]
    return [line for line in lines if not any(known in line for known in HARMLESS)]


def problems(text):
    """First lines of the errors and warnings of a log, as tests must have none."""
    found = [entry.splitlines()[0] for entry in _entries(text, WARNINGS + ERRORS)]
    return [line for line in found if not any(known in line for known in HARMLESS)]


def report(log, *, limit=10):
    """Say which errors a server logged, as a check that failed.

    :param Path log: its log
    :param int limit: how many are shown
    :return: how many there are
    """
    found = errors(log.read_text(errors="replace"))
    if found:
        say(f"✗ the server logged {len(found)} errors (all are in {log}):")
    for entry in found[:limit]:
        say("\n".join(f"    {line}" for line in _ends(entry)))
    return len(found)


def _entries(text, levels):
    """What was logged at some levels: a line, and what stands below it."""
    found, current = [], None
    for line in text.splitlines():
        start = LINE.match(line)
        if start:
            current = [] if start[1] in levels else None
            if current is not None:
                found.append(current)
        if current is not None:
            current.append(line)
    return ["\n".join(entry) for entry in found]


def _is_harmless_error(entry):
    if " odoo.sql_db: bad query" in entry.splitlines()[0]:
        return any(words in entry for words in TRIED_AGAIN)
    return bool(packages.missing_for_reports() and WITHOUT_REPORTS.search(entry))


def _ends(entry):
    """The first line, and the last one, which names the exception."""
    lines = [line for line in entry.splitlines() if line.strip()]
    return lines if len(lines) < 3 else [lines[0], lines[-1]]
