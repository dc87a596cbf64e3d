"""Texts that somebody sends, as the database can hold them."""

from __future__ import annotations

import re

# PostgreSQL refuses the NUL character; half of a surrogate pair is no character.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(value):
    """Return what was sent, with its texts freed from what no database holds.

    :param value: of a form or of JSON: texts, lists, dictionaries, and others as is

    >>> storable({"a\\x00": ["b\\x00\\ud800", 1]})
    {'a': ['b', 1]}
    """
    if isinstance(value, dict):
        return {storable(name): storable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [storable(part) for part in value]
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else value
