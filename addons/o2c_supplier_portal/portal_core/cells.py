"""Cells of an export that a spreadsheet program cannot take for a formula."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal

# OWASP "CSV Injection": these start a formula in Excel, LibreOffice or Sheets; the
# full-width forms do in East Asian locales.
_STARTERS = "=+-@＝＋－＠"
# Spreadsheet programs drop these before they look at the first character.
_SKIPPED = "\t\r\n\v\f \u00a0\u200b\ufeff"
# XML 1.0 cannot carry these at all, so neither can an XLSX sheet.
_ILLEGAL = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
MAX_CHARACTERS = 32_767  # Excel's limit of a cell


def neutralise(text: str) -> str:
    """Return a text that is shown as it is typed, never calculated.

    >>> neutralise("=1+1"), neutralise(" @SUM(A1)"), neutralise("ACME 500 g")
    ("'=1+1", "' @SUM(A1)", 'ACME 500 g')
    """
    text = unicodedata.normalize("NFC", text).translate(_ILLEGAL)
    first = text.lstrip(_SKIPPED)[:1]
    starts_with_control = text[:1] in ("\t", "\r", "\n")
    if first and (first in _STARTERS or starts_with_control):
        text = "'" + text
    return text[:MAX_CHARACTERS]


def cell(value):
    """Return what goes into a cell: numbers and dates stay what they are.

    :param value: None, bool, int, float, Decimal, date, datetime or anything to show
        as text
    """
    if value is None or value is False:
        return ""
    if isinstance(value, (int, float, Decimal, date, datetime)):
        return value
    return neutralise(str(value))


def csv_cell(value) -> str:
    """Return a cell's text for a CSV file, with a point for decimals.

    A negative number keeps its sign: a number is not a formula, while the same
    characters in a text are.

    >>> csv_cell(Decimal("-2.50")), csv_cell("-2.50")
    ('-2.50', "'-2.50")
    """
    value = cell(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
