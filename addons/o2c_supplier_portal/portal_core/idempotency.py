"""Writes that may be sent twice: the second gets the first one's answer."""

from __future__ import annotations

import hashlib
import re

NEW = "new"
REPLAY = "replay"
MISMATCH = "mismatch"
# Long enough not to be guessed by chance, short enough to store and index.
PATTERN = r"^[!-~]{8,100}$"
_KEY = re.compile(PATTERN[1:-1])


def is_key(text: str | None) -> bool:
    """Whether a text can be an idempotency key: 8 to 100 visible ASCII characters.

    >>> is_key("a1b2c3d4"), is_key("short"), is_key(None)
    (True, False, False)
    """
    return bool(text) and bool(_KEY.fullmatch(text))


def fingerprint(method: str, path: str, body: bytes) -> str:
    """Return what tells one request from another that carries the same key."""
    head = f"{method} {path}\n".encode()
    return hashlib.sha256(head + body).hexdigest()


def decide(stored: str | None, current: str) -> str:
    """Return whether a request is new, a replay, or another one under a used key.

    :param stored: fingerprint kept with the key, None when the key is unused
    """
    if stored is None:
        return NEW
    return REPLAY if stored == current else MISMATCH
