"""Misbehaviour on command: what goes wrong, where, how often."""

from __future__ import annotations

import dataclasses
import itertools
import random
import threading
from dataclasses import dataclass
from typing import Any

ANY = "any"
SERVICES = ("reception", "authorization", "query")
KINDS = {
    "delay": "answers `ms` milliseconds later",
    "timeout": "never answers; the connection stays open, then closes",
    "drop": "closes the connection without an answer",
    "down": "resets the connection on arrival, nothing is processed",
    "http_error": "answers `status` (500 by default) with an HTML page",
    "html": "answers status 200 with an HTML page instead of SOAP",
    "truncate": "answers half of the right answer, with the full length announced",
    "processing": "EN PROCESO for `seconds` and `queries` more",
    "refuse": "reception answers DEVUELTA with `code`",
    "reject": "what is received ends NO AUTORIZADO with `code`",
    "unknown": "authorisation answers 0 comprobantes although it holds the key",
}
# Kinds that replace the answer: at most one of them acts on a request.
REPLACING = {"timeout", "drop", "down", "http_error", "html", "truncate"}
# Kinds that only make sense on one service.
ONLY_ON = {"refuse": "reception", "reject": "reception", "unknown": "authorization"}
MOMENTS = ("before", "after")


class InvalidFault(ValueError):
    """The fault asked for makes no sense; the text lists every problem."""


@dataclass(frozen=True)
class Fault:
    """One kind of misbehaviour and the requests that it hits.

    :param kind: one of KINDS
    :param service: ``reception``, ``authorization``, ``query`` or ``any``
    :param environment: ``pruebas``, ``produccion`` or ``any``
    :param when: ``after`` the request took effect (the outcome is unknown to the
        client), or ``before`` (nothing was stored)
    :param count: how many requests it hits, None for all
    :param skip: how many matching requests pass before the first hit
    :param probability: chance of a hit, 0 to 1, drawn from ``seed``
    :param access_key: only this document
    :param doc_type: only this type of document
    """

    kind: str
    service: str = ANY
    environment: str = ANY
    when: str = "after"
    count: int | None = None
    skip: int = 0
    probability: float = 1.0
    seed: int = 0
    access_key: str = ""
    doc_type: str = ""
    ms: float = 0
    seconds: float = 0
    queries: int = 0
    code: str = "50"
    info: str = ""
    status: int = 500

    def __post_init__(self):
        problems = _problems(self)
        if problems:
            raise InvalidFault("; ".join(problems))

    @classmethod
    def from_dict(cls, values: Any) -> Fault:
        """Make a fault of JSON data.

        :raises InvalidFault: naming every unknown field and unusable value
        """
        if not isinstance(values, dict):
            raise InvalidFault("a fault is an object with at least a kind")
        known = {item.name for item in dataclasses.fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise InvalidFault(f"unknown fields: {', '.join(unknown)}")
        if "kind" not in values:
            raise InvalidFault(f"kind is missing: one of {', '.join(KINDS)}")
        return cls(**values)

    def concerns(self, call: Call) -> bool:
        """Tell whether the fault is about this kind of request at all."""
        return (
            self.service in (ANY, call.service)
            and ONLY_ON.get(self.kind, call.service) == call.service
            and self.environment in (ANY, call.environment)
            and self.access_key in ("", call.access_key)
            and self.doc_type in ("", call.doc_type)
        )


@dataclass(frozen=True)
class Call:
    """What faults may look at in a request."""

    service: str
    environment: str
    access_key: str

    @property
    def doc_type(self) -> str:
        return self.access_key[8:10]


@dataclass
class _Active:
    fault: Fault
    dice: random.Random
    seen: int = 0
    hits: int = 0


class Faults:
    """The faults in force; safe to change while requests arrive."""

    def __init__(self):
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._active: dict[int, _Active] = {}

    def add(self, fault: Fault | str, **values) -> int:
        """Put a fault in force.

        :param fault: a Fault, or its kind followed by its other fields
        :return: id, to remove it
        """
        if isinstance(fault, str):
            fault = Fault(kind=fault, **values)
        with self._lock:
            fault_id = next(self._ids)
            dice = random.Random(fault.seed)
            self._active[fault_id] = _Active(fault, dice)
        return fault_id

    def remove(self, fault_id: int) -> bool:
        """Take one fault out of force; False when it was not."""
        with self._lock:
            return self._active.pop(fault_id, None) is not None

    def clear(self) -> None:
        """Behave well again."""
        with self._lock:
            self._active.clear()

    def draw(self, call: Call) -> list[Fault]:
        """Decide which faults hit a request, and use up their counts."""
        drawn: list[Fault] = []
        with self._lock:
            for active in self._active.values():
                taken = any(fault.kind in REPLACING for fault in drawn)
                if taken and active.fault.kind in REPLACING:
                    continue
                if active.fault.concerns(call) and _hits(active):
                    drawn.append(active.fault)
        return drawn

    def as_list(self) -> list[dict]:
        """Describe the faults in force with how often they have hit."""
        with self._lock:
            return [
                {"id": i, "hits": a.hits, "seen": a.seen, **dataclasses.asdict(a.fault)}
                for i, a in self._active.items()
            ]


def _hits(active: _Active) -> bool:
    fault = active.fault
    if fault.count is not None and active.hits >= fault.count:
        return False
    active.seen += 1
    if active.seen <= fault.skip:
        return False
    if active.dice.random() >= fault.probability:
        return False
    active.hits += 1
    return True


def _problems(fault: Fault) -> list[str]:
    problems = []
    choices = {
        "kind": (fault.kind, KINDS),
        "service": (fault.service, (*SERVICES, ANY)),
        "environment": (fault.environment, ("pruebas", "produccion", ANY)),
        "when": (fault.when, MOMENTS),
    }
    for name, (value, allowed) in choices.items():
        if value not in allowed:
            problems.append(f"{name} {value!r} is not one of {', '.join(allowed)}")
    for name in ("ms", "seconds", "queries", "skip", "probability"):
        value = getattr(fault, name)
        if not isinstance(value, (int, float)) or value < 0:
            problems.append(f"{name} must be a number from 0, not {value!r}")
    count = fault.count
    if count is not None and (not isinstance(count, int) or count < 1):
        problems.append(f"count must be a whole number from 1, not {count!r}")
    if not isinstance(fault.status, int) or not 400 <= fault.status <= 599:
        problems.append(f"status must be 400 to 599, not {fault.status!r}")
    if isinstance(fault.probability, (int, float)) and fault.probability > 1:
        problems.append(f"probability must be at most 1, not {fault.probability!r}")
    only = ONLY_ON.get(fault.kind)
    if only and fault.service not in (ANY, only):
        problems.append(f"{fault.kind} only makes sense on {only}")
    return problems
