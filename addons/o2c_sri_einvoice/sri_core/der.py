"""Just enough DER to read what ``cryptography`` does not show.

That is: the encoded attributes of a certificate name, and private keys beyond the
first one of a .p12 container.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

SEQUENCE, SET, OID, OCTET_STRING = 0x30, 0x31, 0x06, 0x04
_CONSTRUCTED = 0x20


class Node(NamedTuple):
    """One tag-length-value; ``raw`` is the whole of it."""

    tag: int
    content: bytes
    raw: bytes


def read(data: bytes) -> Iterator[Node]:
    """Read the nodes that lie one after the other in ``data``.

    :raise ValueError: not DER (also for BER's indefinite lengths).
    """
    at = 0
    while at < len(data):
        start, tag = at, data[at]
        if tag & 0x1F == 0x1F or at + 1 >= len(data):
            raise ValueError("Unsupported DER tag")
        length, at = data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4:
                raise ValueError("Unsupported DER length")
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        if at + length > len(data):
            raise ValueError("Truncated DER")
        yield Node(tag, data[at : at + length], data[start : at + length])
        at += length


def walk(data: bytes, depth: int = 0) -> Iterator[Node]:
    """Read all nodes at any depth, also inside octet strings that hold DER."""
    if depth > 20:
        return
    for node in read(data):
        yield node
        if node.tag & _CONSTRUCTED:
            yield from walk(node.content, depth + 1)
        elif node.tag == OCTET_STRING:
            try:
                yield from list(walk(node.content, depth + 1))
            except ValueError:
                continue


def oid(node: Node) -> str:
    """Return an object identifier in dots."""
    first, numbers, number = node.content[0], [], 0
    for byte in node.content[1:]:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    return ".".join(map(str, (first // 40, first % 40, *numbers)))
