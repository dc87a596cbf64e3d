"""Query parameters: each one checked, all problems told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from .paging import BadCursor, Cursor

MAX_TEXT = 100
MAX_ID = 2**31 - 1
# fromisoformat also takes 2026-W05-1 and 20260131: one form is enough
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# those of the range below, for the document
DATE_PATTERN = r"^(20\d\d|2100)-\d\d-\d\d$"
_FIRST_DAY = date(2000, 1, 1)
_LAST_DAY = date(2100, 12, 31)

# Codes of problems; whoever shows them puts them into the reader's language.
NOT_A_DATE = "not_a_date"
DATE_OUT_OF_RANGE = "date_out_of_range"
DATES_REVERSED = "dates_reversed"
NOT_A_NUMBER = "not_a_number"
NUMBER_OUT_OF_RANGE = "number_out_of_range"
NOT_A_CHOICE = "not_a_choice"
TEXT_TOO_LONG = "text_too_long"
NOT_A_CURSOR = "not_a_cursor"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Problem:
    """One parameter that cannot be used, and why."""

    parameter: str
    code: str
    value: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Spec:
    """How one parameter is read.

    ``kind`` is ``date``, ``number``, ``choice``, ``text`` or ``cursor``.
    """

    name: str
    kind: str
    choices: tuple[str, ...] = ()
    minimum: int = 1
    maximum: int = MAX_ID
    default: object = None


def parse(
    given: Mapping[str, str], specs: Iterable[Spec], *, strict: bool = False
) -> tuple[dict, list[Problem]]:
    """Return the values of all parameters and the problems found.

    An empty parameter counts as not given, because a form sends its empty fields.

    :param strict: as the API reads them: a parameter without a spec is a problem, and
        so is an empty one that is no text
    """
    specs = {spec.name: spec for spec in specs}
    values = {name: spec.default for name, spec in specs.items()}
    problems = []
    for name, text in given.items():
        text = text.strip() if isinstance(text, str) else ""
        if name not in specs:
            if strict:
                problems.append(Problem(name[:MAX_TEXT], UNKNOWN))
        elif text or (strict and specs[name].kind != "text"):
            value = _READERS[specs[name].kind](specs[name], text)
            if isinstance(value, Problem):
                problems.append(value)
            else:
                values[name] = value
    return values, problems


def check_period(values: Mapping, first: str, last: str) -> list[Problem]:
    """Return a problem when a period ends before it starts."""
    start, end = values.get(first), values.get(last)
    if start and end and end < start:
        return [Problem(last, DATES_REVERSED, str(end), str(start))]
    return []


def _read_date(spec: Spec, text: str):
    try:
        value = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        value = None
    if value is None:
        return Problem(spec.name, NOT_A_DATE, text[:MAX_TEXT])
    if not _FIRST_DAY <= value <= _LAST_DAY:
        allowed = f"{_FIRST_DAY} … {_LAST_DAY}"
        return Problem(spec.name, DATE_OUT_OF_RANGE, text, allowed)
    return value


def _read_number(spec: Spec, text: str):
    if not (text.isascii() and text.isdigit()):
        return Problem(spec.name, NOT_A_NUMBER, text[:MAX_TEXT])
    # int() on thousands of digits costs quadratic time
    value = int(text) if len(text) <= 10 else MAX_ID + 1
    if not spec.minimum <= value <= spec.maximum:
        allowed = f"{spec.minimum} … {spec.maximum}"
        return Problem(spec.name, NUMBER_OUT_OF_RANGE, text[:MAX_TEXT], allowed)
    return value


def _read_choice(spec: Spec, text: str):
    if text not in spec.choices:
        allowed = ", ".join(spec.choices)
        return Problem(spec.name, NOT_A_CHOICE, text[:MAX_TEXT], allowed)
    return text


def _read_text(spec: Spec, text: str):
    if len(text) > MAX_TEXT:
        return Problem(spec.name, TEXT_TOO_LONG, text[:20], str(MAX_TEXT))
    # PostgreSQL refuses the NUL character in a text
    return text.replace("\x00", "")


def _read_cursor(spec: Spec, text: str):
    try:
        return Cursor.decode(text)
    except BadCursor:
        return Problem(spec.name, NOT_A_CURSOR, text[:MAX_TEXT])


_READERS = {
    "date": _read_date,
    "number": _read_number,
    "choice": _read_choice,
    "text": _read_text,
    "cursor": _read_cursor,
}
