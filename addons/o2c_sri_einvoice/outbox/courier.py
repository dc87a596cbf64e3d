"""Carries one document to the SRI and brings its answer; touches no ORM.

The caller has stored and committed everything before (SPEC 6.1), so whatever happens
to the process in here, the next try starts by asking what became of the key.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from ..sri_core.client import Authorisation
from ..sri_core.errors import Message, Reaction, SriUnavailable

NUMBER_IN_USE = "45"


class Result(Enum):
    """What is known about the document after a try."""

    AUTHORISED = "authorised"
    RECEIVED = "received"
    """The SRI holds it and has not decided."""
    REJECTED = "rejected"
    """NO AUTORIZADO: may be corrected under the same number."""
    RETURNED = "returned"
    """DEVUELTA: the SRI stored nothing."""
    UNKNOWN = "unknown"
    """No usable answer: ask before sending again."""


@dataclass(frozen=True)
class Errand:
    """One document to carry.

    :param ask_first: the SRI may hold the key already.
    :param may_send: False when the SRI has received it: only ask.
    :param corrected_on: when it was signed again after a refusal: refusals before
        that are about the former bytes. None when there was none.
    """

    document_id: int
    attempt: int
    access_key: str
    xml: bytes
    ask_first: bool
    may_send: bool
    corrected_on: datetime | None = None


@dataclass(frozen=True)
class Report:
    """What came of an errand; ``seconds`` spent on the network."""

    errand: Errand
    result: Result
    messages: tuple[Message, ...] = ()
    authorisation: Authorisation | None = None
    seconds: float = 0.0

    @property
    def number_taken(self) -> bool:
        """Whether the SRI has the number, but not under this key."""
        return self.result is Result.RETURNED and any(
            message.identifier == NUMBER_IN_USE for message in self.messages
        )


def deliver(client, errand: Errand, waits=(0, 1), sleep=time.sleep) -> Report:
    """Carry one document as far as it gets now.

    :param client: ``SriClient``, shared by threads.
    :param waits: seconds before each question after a reception.
    """
    start = time.monotonic()
    try:
        result, messages, authorisation = _deliver(client, errand, waits, sleep)
    except SriUnavailable as error:
        result, messages, authorisation = Result.UNKNOWN, error.messages, None
    return Report(errand, result, messages, authorisation, time.monotonic() - start)


def _deliver(client, errand, waits, sleep):
    if errand.ask_first:
        verdict = _consult(client, errand)
        if verdict is None and not errand.may_send:
            return Result.RECEIVED, (), None
        # A refusal that only says "busy" is answered by the same bytes again.
        if verdict and (verdict[0] is not Result.UNKNOWN or not errand.may_send):
            return verdict
    reception = client.send(errand.xml)
    if reception.reaction is Reaction.POLL:
        return _ask(client, errand, waits, sleep, reception.messages)
    if reception.reaction is Reaction.RETRY:
        return Result.UNKNOWN, reception.messages, None
    if any(m.identifier == NUMBER_IN_USE for m in reception.messages):
        # Somebody holds the number: perhaps we do, under this very key.
        verdict = _consult(client, errand)
        if verdict:
            return verdict
    return Result.RETURNED, reception.messages, None


def _ask(client, errand, waits, sleep, messages):
    """Ask a few times right after the reception; later the outbox asks again."""
    verdict = (Result.RECEIVED, messages, None)
    try:
        for seconds in waits:
            sleep(seconds)
            verdict = _consult(client, errand) or verdict
            if verdict[0] is not Result.RECEIVED:
                break
    except SriUnavailable:
        # It is received for certain, which is worth more than this failure.
        return Result.RECEIVED, messages, None
    return verdict


def _consult(client, errand):
    """Ask the authorisation service; None when it does not know these bytes."""
    answer = client.authorisation(errand.access_key)
    best = answer.best
    if best is None:
        return None
    if best.authorised:
        return Result.AUTHORISED, best.messages, best
    if errand.corrected_on and best.date and best.date < errand.corrected_on:
        return None
    if answer.reaction is Reaction.POLL:
        return Result.RECEIVED, best.messages, None
    if answer.reaction is Reaction.RETRY:
        return Result.UNKNOWN, best.messages, None
    return Result.REJECTED, best.messages, None
