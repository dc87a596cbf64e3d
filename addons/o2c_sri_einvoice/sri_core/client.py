"""The SRI's two offline web services: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from . import authorisation as authorisations
from . import codes
from .authorisation import Authorisation
from .errors import REFUSALS, Message, Reaction, SriRefusal

RECEIVED = "RECIBIDA"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Base addresses of the two services of one environment."""

    reception: str
    authorisation: str

    @classmethod
    def at(cls, host: str) -> Endpoints:
        """Return the services under ``host``, e.g. ``https://cel.sri.gob.ec``."""
        base = f"{host.rstrip('/')}/comprobantes-electronicos-ws"
        return cls(
            f"{base}/RecepcionComprobantesOffline",
            f"{base}/AutorizacionComprobantesOffline",
        )


ENDPOINTS = {
    "1": Endpoints.at("https://celcer.sri.gob.ec"),
    "2": Endpoints.at("https://cel.sri.gob.ec"),
}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to connect and to read."""

    connect: float = 10
    read: float = 30


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    status: int
    body: bytes
    content_type: str = ""


class Transport(Protocol):
    """How bytes travel; tests pass their own.

    ``post`` raises ``SriUnavailable`` when nothing usable came back.
    """

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], timeouts: Timeouts
    ) -> HttpAnswer: ...


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


def refusal(messages: tuple[Message, ...]) -> SriRefusal:
    """Return the exception whose class says the reaction to these messages."""
    return REFUSALS[codes.reaction(messages)](*messages)


class SriClient:
    """Both services of one environment; may be shared by threads.

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
        self.transport = transport

    def send(self, xml: bytes) -> Reception:
        """Hand signed bytes to reception.

        :raise SriUnavailable: no usable answer; ask ``authorisation`` before resending.
        """
        raise NotImplementedError

    def authorisation(self, access_key: str) -> AuthorisationAnswer:
        """Ask what became of a key, our own or anybody's.

        :raise SriUnavailable: no usable answer.
        """
        raise NotImplementedError
