"""Parses XML of strangers: no entities, no network, no DOCTYPE, limited size."""

from __future__ import annotations

from lxml import etree

from .errors import ParseError
from .texts import message

# 320 KB is the SRI's limit for a comprobante; escaped inside its wrapper it grows.
MAX_BYTES = 2_000_000


def parse(data: bytes) -> etree._Element:
    """Return the root element.

    :raise ParseError: too big, not well-formed, or with a DOCTYPE.
    """
    if len(data) > MAX_BYTES:
        raise ParseError(message("input_too_big", size=len(data), limit=MAX_BYTES))
    # Before parsing, because libxml2 expands entities inside attribute values even
    # when told to leave entities alone.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ParseError(message("doctype"))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        strip_cdata=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as e:
        raise ParseError(message("not_xml", detail=e)) from e
    # Again, for encodings in which the bytes above look different (UTF-16).
    if root.getroottree().docinfo.internalDTD is not None:
        raise ParseError(message("doctype"))
    return root


def local_name(element: etree._Element) -> str:
    """Name without namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child_text(element: etree._Element, name: str) -> str:
    """Stripped text of the first child of that local name, whatever its namespace."""
    for child in element:
        if local_name(child) == name:
            return (child.text or "").strip()
    return ""
