"""Validation against schemas of our own, compiled once per process.

They accept nothing that the SRI's refuse, apart from the legend of RIMPE "negocio
popular", which the ficha prescribes and the published schemas forgot (SPEC 1.1).
"""

from __future__ import annotations

import re
import threading
from functools import cache
from pathlib import Path

from lxml import etree

from . import secure_xml
from .errors import ParseError
from .layouts import LAYOUTS
from .texts import message

_FOLDER = Path(__file__).parent / "xsd"
_LOCK = threading.Lock()
_NAMESPACE = re.compile(r"\{[^}]*\}")


def validate(xml: bytes) -> list[str]:
    """Return what breaks the schema of the document's type and version."""
    try:
        root = secure_xml.parse(xml)
    except ParseError as e:
        return [m.text for m in e.messages]
    return validate_element(root)


def validate_element(root: etree._Element) -> list[str]:
    """Like ``validate``, for an element that is already parsed."""
    key = (root.tag, root.get("version", ""))
    if key not in LAYOUTS:
        unknown = message("unknown_version", root=key[0], version=key[1])
        return [unknown.text]
    schema = _compiled(*key)
    # lxml keeps the errors on the schema object, which all threads share.
    with _LOCK:
        if schema(root):
            return []
        return [_readable(error) for error in schema.error_log]


@cache
def _compiled(root: str, version: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_FOLDER / f"{root}_{version}.xsd"))


def _readable(error) -> str:
    path = (error.path or "").lstrip("/").replace("ds:", "")
    return f"{path}: {_NAMESPACE.sub('', error.message)}"
