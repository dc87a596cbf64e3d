"""Hash chain of the decision log: each link seals its content and the link before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .content import digest

GENESIS = "0" * 64


@dataclass(frozen=True)
class Link:
    """One stored row of the log."""

    row: int
    sequence: int
    previous: str
    content: Mapping
    digest: str


@dataclass(frozen=True)
class Break:
    """Where and how a log was tampered with.

    :param kind: ``changed`` (content), ``unlinked`` (does not follow the row before),
        ``missing`` (a number is absent) or ``cut`` (the end of the log is absent)
    """

    kind: str
    row: int
    sequence: int


def link_digest(sequence, previous, content):
    """Digest that seals a row."""
    return digest({"sequence": sequence, "previous": previous, "content": content})


def verify(links: Iterable[Link], *, head_sequence, head_digest):
    """Yield every break of a log, read from its first row on.

    :param links: rows by ascending sequence
    :param head_sequence: number of the last row that was ever written
    :param head_digest: digest of that row
    """
    sequence, previous, row = 0, GENESIS, 0
    for link in links:
        row = link.row
        if link.sequence != sequence + 1:
            yield Break("missing", link.row, sequence + 1)
        elif link.previous != previous:
            yield Break("unlinked", link.row, link.sequence)
        if link.digest != link_digest(link.sequence, link.previous, link.content):
            yield Break("changed", link.row, link.sequence)
        sequence, previous = link.sequence, link.digest
    if sequence != head_sequence or previous != head_digest:
        yield Break("cut", row, head_sequence)
