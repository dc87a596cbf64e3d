"""The SRI's ``autorizacion``: as the service answers it and as people store it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from lxml import etree

from .errors import Message
from .secure_xml import child_text, local_name

ECUADOR = timezone(timedelta(hours=-5))
AUTHORISED = "AUTORIZADO"
# The ficha writes PPR and EN PROCESO; the service has answered EN PROCESAMIENTO.
_PENDING = ("EN PROCESO", "EN PROCESAMIENTO", "PPR")
_DECLARED = re.compile(r"<\?xml[^>]*encoding=[\"']([\w.:-]+)[\"']")
_BOM = "\ufeff"
# What a comprobante contains cannot pose as an authorisation.
_AUTHORISATIONS = etree.XPath(
    "descendant-or-self::*[local-name()='autorizacion']"
    "[not(ancestor::*[local-name()='comprobante'])]"
)
_MESSAGE_LISTS = etree.XPath("*[local-name()='mensajes']")


@dataclass(frozen=True, slots=True)
class Authorisation:
    """One ``autorizacion`` of the SRI.

    :param state: ``AUTORIZADO``, ``NO AUTORIZADO``, ``RECHAZADA``, ``EN PROCESO``…
    :param date: aware; a date without zone is taken as Ecuador's (UTC−5).
    :param xml: the comprobante verbatim.
    :param wrapper: the ``autorizacion`` element as received: what is to be stored.
    """

    state: str
    number: str = ""
    date: datetime | None = None
    environment: str = ""
    xml: bytes = b""
    messages: tuple[Message, ...] = ()
    wrapper: bytes = b""

    @property
    def authorised(self) -> bool:
        return self.state == AUTHORISED

    @property
    def pending(self) -> bool:
        return self.state in _PENDING


def best(authorisations: Iterable[Authorisation]) -> Authorisation | None:
    """Return the authorised one, else the newest: old refusals come back too."""
    found = tuple(authorisations)
    return next(
        (a for a in found if a.authorised),
        max(found, key=lambda a: a.date.timestamp() if a.date else 0, default=None),
    )


def find(root: etree._Element) -> tuple[Authorisation, ...]:
    """Read every ``autorizacion`` at or below ``root``, of any namespace."""
    return tuple(map(read, _AUTHORISATIONS(root)))


def read(element: etree._Element) -> Authorisation:
    """Read one ``autorizacion`` element."""
    return Authorisation(
        state=child_text(element, "estado").upper(),
        number=child_text(element, "numeroAutorizacion"),
        date=read_date(child_text(element, "fechaAutorizacion")),
        environment=child_text(element, "ambiente"),
        xml=_comprobante(element),
        # Not those of a comprobante that is nested as elements.
        messages=tuple(m for e in _MESSAGE_LISTS(element) for m in read_messages(e)),
        wrapper=_stand_alone(element),
    )


def read_messages(element: etree._Element) -> tuple[Message, ...]:
    """Read all ``mensaje`` elements that have an identifier.

    The outer ``mensaje`` holds a text child of the same name, hence the test.
    """
    return tuple(
        Message(
            identifier=child_text(m, "identificador"),
            text=child_text(m, "mensaje"),
            additional=child_text(m, "informacionAdicional"),
            kind=child_text(m, "tipo") or "ERROR",
        )
        for m in element.iter("{*}mensaje")
        if child_text(m, "identificador")
    )


def read_date(text: str) -> datetime | None:
    """Read the date formats seen in answers and files; None if it is no date."""
    # Python 3.10, the least of Odoo 19, does not read "Z".
    text = text.removesuffix("Z") + "+00:00" if text.endswith("Z") else text
    for read_format in (
        datetime.fromisoformat,
        lambda t: datetime.strptime(t, "%d/%m/%Y %H:%M:%S.%f%z"),
        lambda t: datetime.strptime(t, "%d/%m/%Y %H:%M:%S%z"),
        lambda t: datetime.strptime(t + "-0500", "%d/%m/%Y %H:%M:%S.%f%z"),
        lambda t: datetime.strptime(t + "-0500", "%d/%m/%Y %H:%M:%S%z"),
    ):
        try:
            date = read_format(text)
        except ValueError:
            continue
        return date if date.tzinfo else date.replace(tzinfo=ECUADOR)
    return None


def encode(xml: str) -> bytes:
    """Return text as bytes that agree with its own XML declaration."""
    xml = xml.lstrip(_BOM + " \t\r\n")
    declared = _DECLARED.match(xml)
    try:
        return xml.encode(declared[1] if declared else "utf-8")
    except (LookupError, UnicodeEncodeError):
        # The declaration lies; without it XML is UTF-8.
        return xml.partition("?>")[2].lstrip().encode("utf-8", "replace")


def _comprobante(element: etree._Element) -> bytes:
    """The comprobante inside: CDATA, escaped once or twice, or nested elements."""
    for child in element:
        if local_name(child) != "comprobante":
            continue
        if len(child):
            return etree.tostring(child[0], encoding="UTF-8", with_tail=False)
        text = (child.text or "").strip()
        return encode(html.unescape(text) if text.startswith("&lt;") else text)
    return b""


def _stand_alone(element: etree._Element) -> bytes:
    """The element as a file of its own, without the envelope's namespaces."""
    copy = deepcopy(element)
    copy.tail = None
    etree.cleanup_namespaces(copy)
    return etree.tostring(copy, encoding="UTF-8", xml_declaration=True)
