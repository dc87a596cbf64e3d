"""Unsigned XML of a document."""

from __future__ import annotations

from lxml import etree

from .documents import Document
from .errors import DocumentError, Message
from .layouts import ISSUED, LAYOUTS
from .texts import message

# Not etree's own declaration: its single quotes are legal, but no authorised sample
# has them.
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def build(document: Document) -> bytes:
    """Return the XML of a document, without signature, in UTF-8.

    Free text loses line breaks and control characters and is cut at 300; nothing
    else is changed silently.

    :raise DocumentError: every missing or malformed value, with its place.
    """
    return serialise(build_element(document))


def build_element(document: Document) -> etree._Element:
    """Like ``build``, as an element."""
    key = (document.ROOT, document.version)
    if key not in ISSUED:
        current = next(v for r, v in sorted(ISSUED) if r == document.ROOT)
        raise DocumentError(
            message(
                "not_issued",
                name=document.ROOT,
                version=document.version,
                current=current,
            )
        )
    return write(document)


def write(document: Document) -> etree._Element:
    """Write any known version, also those that are only read nowadays."""
    problems: list[Message] = []
    root = etree.Element(document.ROOT, id="comprobante", version=document.version)
    LAYOUTS[document.ROOT, document.version].write(root, document, problems)
    if problems:
        raise DocumentError(*problems)
    return root


def serialise(root: etree._Element) -> bytes:
    """Return the final bytes: they are signed, stored and sent as they are."""
    return DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False)
