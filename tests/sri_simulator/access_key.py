"""Access keys, read independently of the product's own code (SPEC §3)."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

ENVIRONMENTS = {"1": "pruebas", "2": "produccion"}


@dataclass(frozen=True)
class KeyParts:
    """The nine parts of a well-formed key, as text."""

    issue_date: str
    doc_type: str
    ruc: str
    environment: str
    series: str
    sequential: str
    numeric_code: str
    emission_type: str
    check_digit: str


def check_digit(first48: str) -> str:
    """Return the modulo 11 digit of the first 48 digits."""
    total = sum(
        int(digit) * (2 + index % 6) for index, digit in enumerate(reversed(first48))
    )
    rest = 11 - total % 11
    return {11: "0", 10: "1"}.get(rest, str(rest))


def is_well_formed(key: str) -> bool:
    """Tell whether a key has 49 digits and the right check digit."""
    return bool(re.fullmatch(r"[0-9]{49}", key)) and check_digit(key[:48]) == key[48]


def split(key: str) -> KeyParts:
    """Cut a 49 character key into its parts."""
    cuts = (0, 8, 10, 23, 24, 30, 39, 47, 48, 49)
    return KeyParts(*(key[a:b] for a, b in zip(cuts, cuts[1:], strict=False)))


def key_date(key: str) -> datetime.date | None:
    """Return the issue date written in a key, None when no calendar has it."""
    return parse_date(f"{key[:2]}/{key[2:4]}/{key[4:8]}")


def parse_date(text: str) -> datetime.date | None:
    """Read dd/mm/yyyy; None when it is not a date."""
    if not re.fullmatch(r"\d{2}/\d{2}/\d{4}", text):
        return None
    day, month, year = (int(part) for part in text.split("/"))
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
