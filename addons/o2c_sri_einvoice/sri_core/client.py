"""The SRI's offline web services: plain values in, plain values out."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from lxml import etree
from zeep import Client

from . import authorisation as authorisations
from . import codes, secure_xml
from .authorisation import Authorisation
from .errors import (
    REFUSALS,
    Message,
    ParseError,
    Reaction,
    SriRefusal,
    SriUnavailable,
)
from .texts import message
from .transport import HttpAnswer, HttpTransport, Timeouts, Transport

RECEIVED, RETURNED = "RECIBIDA", "DEVUELTA"
_WSDL = Path(__file__).parent / "wsdl"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses of the services of one environment."""

    reception: str
    authorisation: str
    consultation: str = ""

    @classmethod
    def at(cls, host: str) -> Endpoints:
        """Return the services under ``host``, e.g. ``https://cel.sri.gob.ec``."""
        base = f"{host.rstrip('/')}/comprobantes-electronicos-ws"
        return cls(
            f"{base}/RecepcionComprobantesOffline",
            f"{base}/AutorizacionComprobantesOffline",
            f"{base}/ConsultaComprobante",
        )


ENDPOINTS = {
    "1": Endpoints.at("https://celcer.sri.gob.ec"),
    "2": Endpoints.at("https://cel.sri.gob.ec"),
}


@dataclass(frozen=True, slots=True)
class Reception:
    """Answer of validarComprobante: ``RECIBIDA`` or ``DEVUELTA``."""

    state: str
    access_key: str
    messages: tuple[Message, ...] = ()

    @property
    def received(self) -> bool:
        return self.state == RECEIVED

    @property
    def reaction(self) -> Reaction:
        """POLL when the SRI holds the document, else what its messages ask for."""
        return Reaction.POLL if self.received else codes.reaction(self.messages)

    def raise_if_refused(self) -> None:
        """Raise the SriRefusal that fits, unless RECIBIDA."""
        if not self.received:
            raise refusal(self.messages)


@dataclass(frozen=True, slots=True)
class AuthorisationAnswer:
    """Answer of autorizacionComprobante; ``best`` is the one that counts."""

    access_key: str
    authorisations: tuple[Authorisation, ...] = ()

    @property
    def unknown(self) -> bool:
        """The SRI does not hold this key: the same bytes may be sent (again)."""
        return not self.authorisations

    @property
    def best(self) -> Authorisation | None:
        """The authorised one, else the newest: old refusals come back too."""
        return authorisations.best(self.authorisations)

    @property
    def reaction(self) -> Reaction | None:
        """None when authorised; RETRY when unknown; POLL while in process."""
        best = self.best
        if best is None:
            return Reaction.RETRY
        if best.authorised:
            return None
        return Reaction.POLL if best.pending else codes.reaction(best.messages)


@dataclass(frozen=True, slots=True)
class Consultation:
    """Answer of ConsultaComprobante: what became of a document after all.

    It answers for documents of this and the previous month only (SPEC 6).

    :param state: ``AUTORIZADO``, ``NO AUTORIZADO``, ``PENDIENTE DE ANULAR``,
        ``ANULADO``; empty when the SRI would not say, see ``messages``.
    """

    access_key: str
    state: str = ""
    issuer_ruc: str = ""
    date: datetime | None = None
    messages: tuple[Message, ...] = ()

    @property
    def annulled(self) -> bool:
        return self.state == "ANULADO"


def refusal(messages: tuple[Message, ...]) -> SriRefusal:
    """Return the exception whose class says the reaction to these messages."""
    return REFUSALS[codes.reaction(messages)](*messages)


class SriClient:
    """The services of one environment; may be shared by threads.

    zeep writes the requests by our own WSDL, parsed once per process; answers are
    read by ``secure_xml``, because zeep would refuse dates that the SRI has sent.

    :param endpoints: ``ENDPOINTS["1"]`` for pruebas, or own addresses.
    :param transport: None for HTTP by requests, one session per thread.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        timeouts: Timeouts | None = None,
        transport: Transport | None = None,
    ):
        self.endpoints = endpoints
        self.timeouts = timeouts or Timeouts()
        self.transport = transport or HttpTransport()

    def send(self, xml: bytes) -> Reception:
        """Hand signed bytes to reception.

        :raise SriUnavailable: no usable answer; ask ``authorisation`` before resending.
        """
        answer = self._call(
            "reception", self.endpoints.reception, "validarComprobante", xml=xml
        )
        state = _first_text(answer, "estado").upper()
        if state not in (RECEIVED, RETURNED):
            raise SriUnavailable(message("bad_answer", additional=state or "no estado"))
        return Reception(
            state=state,
            access_key=_first_text(answer, "claveAcceso"),
            messages=authorisations.read_messages(answer),
        )

    def authorisation(self, access_key: str) -> AuthorisationAnswer:
        """Ask what became of a key, our own or anybody's.

        :raise SriUnavailable: no usable answer.
        """
        answer = self._call(
            "authorisation",
            self.endpoints.authorisation,
            "autorizacionComprobante",
            claveAccesoComprobante=access_key,
        )
        found = authorisations.find(answer)
        count = _first_text(answer, "numeroComprobantes")
        # Without this an empty answer of a sick server would read as "unknown key",
        # and the document would be sent again.
        if not found and count != "0":
            raise SriUnavailable(
                message("bad_answer", additional=f"numeroComprobantes {count or '-'}")
            )
        return AuthorisationAnswer(access_key, found)

    def consultation(self, access_key: str) -> Consultation:
        """Ask for the state of a document, annulment included.

        :raise SriUnavailable: no usable answer.
        """
        answer = self._call(
            "consultation",
            self.endpoints.consultation,
            "consultarEstadoAutorizacionComprobante",
            claveAcceso=access_key,
        )
        state = _first_text(answer, "estadoAutorizacion").upper()
        if not (state or _first_text(answer, "estadoConsulta")):
            raise SriUnavailable(message("bad_answer", additional="no estado"))
        return Consultation(
            access_key=access_key,
            state=state,
            issuer_ruc=_first_text(answer, "rucEmisor"),
            date=authorisations.read_date(_first_text(answer, "fechaAutorizacion")),
            messages=authorisations.read_messages(answer),
        )

    def _call(
        self, service: str, url: str, operation: str, **arguments: object
    ) -> etree._Element:
        client, lock = _service(service)
        # zeep does not promise that a client may be shared; this takes microseconds,
        # the slow part below is outside of the lock.
        with lock:
            envelope = client.create_message(client.service, operation, **arguments)
        request = etree.tostring(envelope, encoding="UTF-8", xml_declaration=True)
        answer = self.transport.post(url, request, _HEADERS, self.timeouts)
        return _body(answer)


@cache
def _service(name: str) -> tuple[Client, threading.Lock]:
    """Return zeep's client for a packaged WSDL; nothing is downloaded."""
    return Client(str(_WSDL / f"{name}.wsdl")), threading.Lock()


def _body(answer: HttpAnswer) -> etree._Element:
    """Return the content of a SOAP body.

    :raise SriUnavailable: an error page, a SOAP fault, or no SOAP at all.
    """
    try:
        root = secure_xml.parse(answer.body)
    except ParseError as e:
        detail = f"HTTP {answer.status} {answer.content_type}".strip()
        raise SriUnavailable(message("bad_answer", additional=detail)) from e
    body = root.find(f"{{{_SOAP}}}Body")
    fault = None if body is None else body.find(f"{{{_SOAP}}}Fault")
    if fault is not None:
        detail = secure_xml.child_text(fault, "faultstring") or "SOAP fault"
        raise SriUnavailable(message("bad_answer", additional=detail))
    if answer.status != 200 or body is None or not len(body):
        detail = f"HTTP {answer.status} <{secure_xml.local_name(root)}>"
        raise SriUnavailable(message("bad_answer", additional=detail))
    return body[0]


def _first_text(element: etree._Element, name: str) -> str:
    """Text of the first element of that local name at any depth."""
    found = next(element.iter(f"{{*}}{name}"), None)
    return "" if found is None else (found.text or "").strip()
