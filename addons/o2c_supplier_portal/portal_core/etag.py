"""Entity tags: a client that has the current answer is told so (RFC 9110 §8.8.3)."""

from __future__ import annotations

import hashlib


def of(body: bytes) -> str:
    """Return the tag of an answer's bytes."""
    return '"' + hashlib.sha256(body).hexdigest()[:32] + '"'


def matches(if_none_match: str | None, tag: str) -> bool:
    """Whether the client's tags include this one, compared weakly (§13.1.2).

    >>> matches('"x", W/"abc"', '"abc"'), matches("*", '"abc"'), matches(None, '"a"')
    (True, True, False)
    """
    if not if_none_match:
        return False
    given = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return "*" in given or tag in given
