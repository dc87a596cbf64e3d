"""Reads a comprobante of anybody: bare, or in the SRI's wrapper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lxml import etree

from . import access_key, secure_xml
from . import authorisation as authorisations
from .authorisation import Authorisation
from .documents import DOCUMENTS, DeliveryGuide, Document
from .errors import Message, ParseError
from .layouts import LAYOUTS
from .texts import message

_CODES = {cls.ROOT: cls.CODE for cls in DOCUMENTS}


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A comprobante out of its wrapper, not yet read.

    :param xml: its bytes verbatim: these verify, a re-serialised copy may not.
    """

    root: etree._Element
    xml: bytes
    authorisation: Authorisation | None

    @property
    def version(self) -> str:
        return self.root.get("version", "")

    @property
    def document_type(self) -> str:
        return _CODES[self.root.tag]

    @property
    def access_key(self) -> str:
        return (self.root.findtext("infoTributaria/claveAcceso") or "").strip()


@dataclass(frozen=True, slots=True)
class ParsedComprobante:
    """A comprobante as a document.

    :param xml: the bare comprobante, verbatim.
    :param authorisation: None when the file had no wrapper.
    """

    document: Document
    xml: bytes
    authorisation: Authorisation | None

    @property
    def access_key(self) -> str:
        return self.document.access_key

    @property
    def document_type(self) -> str:
        return self.document.CODE

    @property
    def version(self) -> str:
        return self.document.version


def unwrap(data: bytes | str) -> Unwrapped:
    """Find the comprobante in a file: itself, an ``autorizacion``, a SOAP answer.

    :raise ParseError: not XML, not a comprobante, or an empty wrapper.
    """
    xml = authorisations.encode(data) if isinstance(data, str) else data.lstrip()
    root = secure_xml.parse(xml)
    if root.tag in _CODES:
        return Unwrapped(root, xml, None)
    found = authorisations.best(authorisations.find(root))
    if found is None:
        raise ParseError(message("not_comprobante", root=secure_xml.local_name(root)))
    if not found.xml:
        raise ParseError(message("empty_wrapper", state=found.state or "-"))
    inner = secure_xml.parse(found.xml)
    if inner.tag not in _CODES:
        raise ParseError(message("not_comprobante", root=secure_xml.local_name(inner)))
    return Unwrapped(inner, found.xml, found)


def parse(data: bytes | str) -> ParsedComprobante:
    """Read a comprobante of any known type and version.

    The signature is not checked here: see ``signer.verify``.

    :raise ParseError: all problems of the content at once.
    """
    return read(unwrap(data))


def read(unwrapped: Unwrapped) -> ParsedComprobante:
    """Like ``parse``, for a comprobante that is already unwrapped."""
    root = unwrapped.root
    layout = LAYOUTS.get((root.tag, unwrapped.version))
    if layout is None:
        raise ParseError(
            message("unknown_version", root=root.tag, version=unwrapped.version)
        )
    problems: list[Message] = []
    code = (root.findtext("infoTributaria/codDoc") or "").strip()
    if code != layout.cls.CODE:
        problems.append(
            message("wrong_code", root=root.tag, found=code, expected=layout.cls.CODE)
        )
    given = {"version": unwrapped.version}
    if layout.cls is DeliveryGuide:
        # A guía has no fechaEmision: the key is the only place that says it.
        given["issue_date"] = _date_of_key(unwrapped.access_key, problems)
    document = layout.read(root, problems, **given)
    if problems:
        raise ParseError(*problems)
    return ParsedComprobante(document, unwrapped.xml, unwrapped.authorisation)


def _date_of_key(key: str, problems: list[Message]) -> date | None:
    try:
        return access_key.parse(key).issue_date
    except ValueError:
        problems.append(message("key_invalid", key=key))
        return None
