"""The access key out of whatever a person pastes into the field."""

from __future__ import annotations

import re

LENGTH = 49
# Keys are pasted from PDFs (line breaks, spaces between groups) and spreadsheets
# (apostrophe in front); digits of other scripts and letters are not repaired.
_NOISE = re.compile(r"[\s\u00a0\u200b\ufeff.'\-]+")
_RUN = re.compile(rf"(?<!\d)\d{{{LENGTH}}}(?!\d)", re.ASCII)
_LABEL = re.compile(r"^[^\d]{0,60}")


def clean(text: str) -> str:
    """Return the pasted key's characters without label, spaces and separators.

    Whether it is a valid key is another question: this only removes what cannot
    belong to one. Text that holds two keys comes back as it is and is no key.

    >>> clean("Clave:\\n 0211202401 0503061798 001200100200 00000677300995216")
    '0211202401050306179800120010020000000677300995216'
    """
    text = text[:2000]
    found = set(_RUN.findall(text))
    if len(found) == 1:
        return found.pop()
    return _NOISE.sub("", _LABEL.sub("", text.strip()))


def has_form(key: str) -> bool:
    """Whether a text is 49 ASCII digits."""
    return len(key) == LENGTH and key.isascii() and key.isdigit()
