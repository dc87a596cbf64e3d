"""Reads the report of received documents that SRI en Línea exports as TXT.

Tab-separated ISO-8859-1 with a header; twelve columns, or in older exports two lines
a document (SPEC 9). Only the access key is relied upon: everything that matters is
fetched by it afterwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from . import access_key
from .errors import Message, ParseError
from .texts import message

# A year of a large company's documents is below this.
MAX_BYTES = 20_000_000
_KEY = re.compile(r"(?<!\d)\d{49}(?!\d)", re.ASCII)
_ALMOST_KEY = re.compile(r"(?<!\d)\d{40,60}(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """One document of the report.

    :param line: line of the file, from 1, where its access key stands.
    :param total: IMPORTE_TOTAL; None in reports without that column.
    """

    line: int
    access_key: str
    issuer_ruc: str
    document_type: str
    issue_date: date
    issuer_name: str = ""
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReceivedReport:
    """The rows of a report, each key once, and what could not be used."""

    rows: tuple[ReceivedRow, ...]
    problems: tuple[Message, ...]


def read(data: bytes) -> ReceivedReport:
    """Read a report, or any text that holds access keys.

    :raise ParseError: the file is too big or holds no access key at all.
    """
    if len(data) > MAX_BYTES:
        raise ParseError(message("report_too_big", size=len(data), limit=MAX_BYTES))
    rows: dict[str, ReceivedRow] = {}
    problems: list[Message] = []
    columns: dict[str, int] = {}
    for number, line in enumerate(_lines(data), 1):
        if not line:
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        columns = _columns(cells) or columns
        for key in _keys(line, number, problems):
            if key not in rows:
                rows[key] = _row(key, number, cells, columns)
    if not rows and not problems:
        raise ParseError(message("no_keys"))
    return ReceivedReport(tuple(rows.values()), tuple(problems))


def _lines(data: bytes) -> list[str]:
    """Lines of the text; newer exports are UTF-8, which Latin-1 seldom is."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return re.split(r"\r\n|\n|\r", text)


def _columns(cells: list[str]) -> dict[str, int]:
    return {c: i for i, c in enumerate(cells)} if "CLAVE_ACCESO" in cells else {}


def _keys(line: str, number: int, problems: list[Message]) -> list[str]:
    """Valid keys of a line; the authorisation number may repeat the key."""
    found = []
    for key in dict.fromkeys(_ALMOST_KEY.findall(line)):
        if _KEY.fullmatch(key) and access_key.is_valid(key):
            found.append(key)
        else:
            problems.append(message("bad_key_in_line", line=number, key=key))
    return found


def _row(key: str, number: int, cells: list[str], columns: dict) -> ReceivedRow:
    parts = access_key.parse(key)

    def cell(name: str) -> str:
        at = columns.get(name, len(cells))
        return cells[at] if at < len(cells) else ""

    return ReceivedRow(
        line=number,
        access_key=key,
        issuer_ruc=parts.ruc,
        document_type=parts.document_type,
        issue_date=_date(cell("FECHA_EMISION")) or parts.issue_date,
        issuer_name=cell("RAZON_SOCIAL_EMISOR"),
        total=_amount(cell("IMPORTE_TOTAL")),
    )


def _date(text: str) -> date | None:
    try:
        # A calendar date of Ecuador: it has no time and no zone.
        return datetime.strptime(text[:10] + "-0500", "%d/%m/%Y%z").date()
    except ValueError:
        return None


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
