"""Paging by cursor: stable while rows are being added, and cheap on any page."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import datetime

MAX_LIMIT = 1_000
DEFAULT_LIMIT = 50
_MAX_TEXT = 200
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)


class BadCursor(ValueError):
    """The text is not a cursor that this API gave out."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page starts: after this row of a newest-first list."""

    key: str  # moment of the row, YYYY-MM-DD HH:MM:SS; empty in a list by id alone
    id: int  # breaks ties

    def encode(self) -> str:
        """Return the opaque text for the API."""
        raw = json.dumps([self.key, self.id], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """Return the cursor of a text.

        :raise BadCursor: the text was not made by :meth:`encode`.

        >>> Cursor.decode(Cursor("2026-01-31 10:00:00", 7).encode())
        Cursor(key='2026-01-31 10:00:00', id=7)
        """
        if len(text) > _MAX_TEXT:
            raise BadCursor(text[:20])
        try:
            raw = base64.b64decode(
                text + "=" * (-len(text) % 4), altchars=b"-_", validate=True
            )
            key, number = json.loads(raw)
        except (binascii.Error, ValueError, TypeError, RecursionError) as error:
            raise BadCursor(text) from error
        if type(number) is not int or not 0 <= number < 2**31 or not _is_moment(key):
            raise BadCursor(text)
        return cls(key, number)


def _is_moment(key) -> bool:
    if key == "":
        return True
    if not isinstance(key, str) or not _MOMENT.fullmatch(key):
        return False
    try:
        datetime.fromisoformat(key)
    except ValueError:
        return False
    return True


def split_page(rows: list, limit: int) -> tuple[list, bool]:
    """Return one page and whether there is another.

    :param rows: up to ``limit + 1`` rows: the one too many tells that more follow

    >>> split_page([1, 2, 3], 2), split_page([1, 2], 2)
    (([1, 2], True), ([1, 2], False))
    """
    return rows[:limit], len(rows) > limit
