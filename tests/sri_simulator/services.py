"""The three services without HTTP: a call goes in, an answer and its log come out."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from . import access_key, soap
from .clock import Clock, from_timestamp, iso
from .comprobante import NAMES, Comprobante
from .faults import Fault
from .messages import Message, message
from .rules import Judge
from .settings import Settings
from .store import AUTHORISED, IN_PROCESS, NOT_AUTHORISED, Registered, Store


@dataclass
class Answer:
    """What a service says and what the log keeps of it."""

    body: bytes
    outcome: str
    codes: list[str] = field(default_factory=list)


class Services:
    """Reception, authorisation and query over one register."""

    def __init__(self, store: Store, judge: Judge, settings: Settings, clock: Clock):
        self.store = store
        self.judge = judge
        self.settings = settings
        self.clock = clock

    def _now(self) -> float:
        return self.clock.now().timestamp()

    def receive(
        self, data: bytes | None, environment: str, faults: list[Fault]
    ) -> Answer:
        """validarComprobante: judge what came and register what is accepted.

        :param data: decoded comprobante, None when the parameter was missing
        :param faults: ``refuse``, ``reject`` and ``processing`` act in here
        """
        refuse = next((f for f in faults if f.kind == "refuse"), None)
        if refuse and refuse.when == "before":
            key = self._key(data)
            return _returned(key, [message(refuse.code, refuse.info)])
        comprobante, problems = self.judge.read(data)
        if comprobante is None:
            return _returned("", problems)
        problems = problems or self._admit(comprobante, environment, faults)
        if refuse and not problems:
            problems = [message(refuse.code, refuse.info)]
        if problems:
            return _returned(comprobante.key, problems)
        return Answer(soap.reception_answer(comprobante.key, []), "RECIBIDA")

    def _key(self, data: bytes | None) -> str:
        comprobante, _problems = self.judge.read(data)
        return comprobante.key if comprobante is not None else ""

    def _admit(
        self, comprobante: Comprobante, environment: str, faults: list[Fault]
    ) -> list[Message]:
        problems = self.judge.check_reception(comprobante, environment)
        if problems:
            return problems
        refused = self.store.refusal(comprobante, environment, self._now())
        if refused:
            return [refused]
        problems = self.judge.check_dates(comprobante)
        if problems:
            return problems
        refused = self._register(comprobante, environment, faults)
        return [refused] if refused else []

    def _register(
        self, comprobante: Comprobante, environment: str, faults: list[Fault]
    ) -> Message | None:
        """Register with the verdict that will show once processing is over."""
        verdict, messages = self._verdict(comprobante, environment, faults)
        slow = [f for f in faults if f.kind == "processing"]
        seconds = self.settings.processing_seconds + sum(f.seconds for f in slow)
        queries = self.settings.processing_queries + sum(f.queries for f in slow)
        now = self._now()
        return self.store.register(
            comprobante,
            environment,
            verdict,
            messages,
            now,
            ready_at=now + seconds,
            pending_queries=int(queries),
        )

    def _verdict(
        self, comprobante: Comprobante, environment: str, faults: list[Fault]
    ) -> tuple[str, list[Message]]:
        reject = next((f for f in faults if f.kind == "reject"), None)
        if reject:
            return NOT_AUTHORISED, [message(reject.code, reject.info)]
        problems = self.judge.check_authorisation(comprobante)
        if problems:
            return NOT_AUTHORISED, problems
        return AUTHORISED, self.judge.remarks(comprobante, environment)

    def authorise(self, key: str, environment: str, faults: list[Fault]) -> Answer:
        """autorizacionComprobante: tell what became of a key."""
        kinds = {fault.kind for fault in faults}
        attempts = self.store.query(environment, key, self._now())
        if "unknown" in kinds:
            attempts = []
        if "processing" in kinds:
            attempts = [_in_process(attempt) for attempt in attempts]
        body = soap.authorisation_answer(
            key, environment, attempts, self.settings.comprobante_wrapping
        )
        if not attempts:
            return Answer(body, "0")
        codes = [item.code for item in attempts[-1].messages]
        return Answer(body, attempts[-1].state, codes)

    def consult(self, key: str, environment: str) -> Answer:
        """ConsultaComprobante: state only, of this and the previous month."""
        if not access_key.is_well_formed(key):
            return _no_data(key, "Error en el formato de la clave acceso.")
        if not self._is_recent(key):
            return _no_data(
                key,
                "No es posible validar la clave de acceso ya que la fecha de "
                "emision esta fuera del rango permitido.",
            )
        attempts = self.store.peek(environment, key, self._now())
        decided = [item for item in attempts if item.state != IN_PROCESS]
        if not decided:
            return _no_data(key, "No existen datos para los parámetros ingresados")
        return _state_answer(key, decided[-1])

    def _is_recent(self, key: str) -> bool:
        issued = access_key.key_date(key)
        if issued is None:
            return False
        now = from_timestamp(self._now())
        months = (now.year - issued.year) * 12 + now.month - issued.month
        return months in (0, 1)


def _state_answer(key: str, document: Registered) -> Answer:
    state = document.state
    if state == AUTHORISED and document.annulment:
        state = document.annulment
    fields = {
        "estadoAutorizacion": state,
        "tipoComprobante": NAMES.get(document.doc_type, document.doc_type),
        "rucEmisor": document.ruc,
        "fechaAutorizacion": iso(document.ready_at),
    }
    return Answer(soap.query_answer(key, fields, []), state)


def _no_data(key: str, why: str) -> Answer:
    fields = {"estadoConsulta": "RECHAZADA"}
    return Answer(
        soap.query_answer(key, fields, [message("99", why)]), "RECHAZADA", ["99"]
    )


def _returned(key: str, problems: list[Message]) -> Answer:
    codes = [item.code for item in problems]
    return Answer(soap.reception_answer(key, problems), "DEVUELTA", codes)


def _in_process(attempt: Registered) -> Registered:
    return dataclasses.replace(attempt, state=IN_PROCESS, messages=[])
