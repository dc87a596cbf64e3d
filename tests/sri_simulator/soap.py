"""SOAP 1.1 envelopes, document/literal, as the SRI's services speak (SPEC §6)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from lxml import etree

from .clock import iso
from .messages import Message
from .store import AUTHORISED, IN_PROCESS, Registered

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
ENVIRONMENT_NAMES = {"pruebas": "PRUEBAS", "produccion": "PRODUCCIÓN"}


@dataclass(frozen=True)
class Service:
    """One service of the SRI: where it lives and what it can do."""

    name: str
    path: str
    namespace: str
    operations: tuple[str, ...]


SERVICES = {
    service.path: service
    for service in (
        Service(
            "reception",
            "RecepcionComprobantesOffline",
            "http://ec.gob.sri.ws.recepcion",
            ("validarComprobante",),
        ),
        Service(
            "authorization",
            "AutorizacionComprobantesOffline",
            "http://ec.gob.sri.ws.autorizacion",
            ("autorizacionComprobante", "autorizacionComprobanteLote"),
        ),
        Service(
            "query",
            "ConsultaComprobante",
            "http://ec.gob.sri.ws.consultas",
            ("consultarEstadoAutorizacionComprobante",),
        ),
    )
}


class BadRequest(ValueError):
    """The request is no SOAP call of this service; says why."""


def read(service: Service, body: bytes) -> tuple[str, dict[str, str]]:
    """Read a call.

    :return: operation and its parameters, missing ones left out
    :raises BadRequest: when the body is not a call of this service
    """
    # A 320 KB comprobante is 430 KB of base 64, but 10 MB must get its error 26 too.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise BadRequest(f"Error reading XMLStreamReader: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadRequest("DTD is not allowed in a SOAP message")
    if root.tag != f"{{{ENVELOPE}}}Envelope":
        raise BadRequest("The root element is not a SOAP 1.1 Envelope")
    calls = root.findall(f"{{{ENVELOPE}}}Body/*")
    if len(calls) != 1:
        raise BadRequest(f"The Body must hold one call, it holds {len(calls)}")
    name = etree.QName(calls[0])
    if name.namespace != service.namespace or name.localname not in service.operations:
        raise BadRequest(f"Message part {calls[0].tag} was not recognized")
    # Children are unqualified; a client that qualifies them is heard as silent.
    parameters = {child.tag: child.text or "" for child in calls[0]}
    return name.localname, parameters


def decode_document(parameters: dict[str, str]) -> bytes | None:
    """Return the comprobante of a validarComprobante call, None when missing.

    :raises BadRequest: when it is not base 64
    """
    text = "".join(parameters.get("xml", "").split())
    if not text:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadRequest("The parameter xml is not base 64") from error


def reception_answer(key: str, messages: list[Message]) -> bytes:
    """Answer of validarComprobante: RECIBIDA without messages, else DEVUELTA."""
    answer = _element("RespuestaRecepcionComprobante")
    _add(answer, "estado", "DEVUELTA" if messages else "RECIBIDA")
    documents = _add(answer, "comprobantes")
    if messages:
        document = _add(documents, "comprobante")
        _add(document, "claveAcceso", key or "N/A")
        document.append(_messages(messages))
    return _envelope("RecepcionComprobantesOffline", "validarComprobante", answer)


def authorisation_answer(
    key: str, environment: str, attempts: list[Registered], wrapping: str
) -> bytes:
    """Answer of autorizacionComprobante with every attempt made with the key."""
    answer = _element("RespuestaAutorizacionComprobante")
    _add(answer, "claveAccesoConsultada", key)
    _add(answer, "numeroComprobantes", str(len(attempts)))
    found = _add(answer, "autorizaciones")
    for attempt in attempts:
        found.append(_authorisation(attempt, environment, wrapping))
    return _envelope(
        "AutorizacionComprobantesOffline", "autorizacionComprobante", answer
    )


def batch_answer(key: str) -> bytes:
    """Answer of autorizacionComprobanteLote: batches are not simulated."""
    answer = _element("RespuestaAutorizacionLote")
    _add(answer, "claveAccesoLoteConsultada", key)
    _add(answer, "numeroComprobantesLote", "0")
    _add(answer, "autorizaciones")
    return _envelope(
        "AutorizacionComprobantesOffline", "autorizacionComprobanteLote", answer
    )


def query_answer(key: str, fields: dict[str, str], messages: list[Message]) -> bytes:
    """Answer of ConsultaComprobante.

    :param fields: estadoConsulta alone, or the four of a document that is found
    """
    answer = _element("EstadoAutorizacionComprobante")
    if "estadoConsulta" in fields:
        _add(answer, "estadoConsulta", fields["estadoConsulta"])
    _add(answer, "claveAcceso", key)
    answer.append(_messages(messages))
    for name in (
        *("estadoAutorizacion", "tipoComprobante"),
        *("rucEmisor", "fechaAutorizacion"),
    ):
        if name in fields:
            _add(answer, name, fields[name])
    return _envelope(
        "ConsultaComprobante", "consultarEstadoAutorizacionComprobante", answer
    )


def fault(text: str, code: str = "soap:Client") -> bytes:
    """SOAP fault, sent with status 500."""
    envelope, body = _new_envelope()
    element = _add(body, f"{{{ENVELOPE}}}Fault")
    _add(element, "faultcode", code)
    _add(element, "faultstring", text)
    return etree.tostring(envelope, encoding="UTF-8")


def _authorisation(
    attempt: Registered, environment: str, wrapping: str
) -> etree._Element:
    element = _element("autorizacion")
    _add(element, "estado", attempt.state)
    if attempt.state == AUTHORISED:
        _add(element, "numeroAutorizacion", attempt.access_key)
    _add(element, "fechaAutorizacion", iso(attempt.ready_at))
    _add(element, "ambiente", ENVIRONMENT_NAMES[environment])
    messages = []
    if attempt.state != IN_PROCESS:
        document = _add(element, "comprobante")
        document.text = _wrapped(attempt.xml.decode("utf-8"), wrapping)
        messages = attempt.messages
    element.append(_messages(messages))
    return element


def _wrapped(text: str, wrapping: str) -> str | etree.CDATA:
    """Text that gives the same bytes back after an XML parser has read it."""
    # In CDATA a carriage return would come out as a line feed; lxml minds "]]>".
    if wrapping == "cdata" and "\r" not in text:
        return etree.CDATA(text)
    return text


def _messages(messages: list[Message]) -> etree._Element:
    parent = _element("mensajes")
    for item in messages:
        element = _add(parent, "mensaje")
        _add(element, "identificador", item.code)
        _add(element, "mensaje", item.text)
        if item.info:
            _add(element, "informacionAdicional", item.info)
        _add(element, "tipo", item.kind)
    return parent


def _element(tag: str) -> etree._Element:
    return etree.Element(tag)


def _add(parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, tag)
    element.text = text
    return element


def _new_envelope() -> tuple[etree._Element, etree._Element]:
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE})
    return envelope, _add(envelope, f"{{{ENVELOPE}}}Body")


def _envelope(path: str, operation: str, answer: etree._Element) -> bytes:
    namespace = SERVICES[path].namespace
    envelope, body = _new_envelope()
    response = etree.SubElement(
        body, f"{{{namespace}}}{operation}Response", nsmap={"ns2": namespace}
    )
    response.append(answer)
    return etree.tostring(envelope, encoding="UTF-8")
