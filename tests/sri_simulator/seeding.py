"""Documents that other parties issued: authorised without ever passing by here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .access_key import ENVIRONMENTS, is_well_formed
from .comprobante import Malformed, parse
from .messages import Message
from .store import AUTHORISED

if TYPE_CHECKING:
    from .simulator import SriSimulator


class DocumentRefused(ValueError):
    """A seeded document cannot be registered; the text lists every reason."""


def register(simulator: SriSimulator, xml: bytes, *, force: bool = False) -> dict:
    """Register a signed document as AUTORIZADO, as if it had been sent long ago.

    Its issue date may lie in the past; all else is checked unless forced.

    :param xml: the signed comprobante of a supplier or a customer
    :param force: register it even when the SRI would never authorise it
    :return: its access key, environment and state
    :raises DocumentRefused: telling every reason
    """
    try:
        comprobante = parse(xml)
    except Malformed as error:
        raise DocumentRefused(f"35: {error}") from error
    key = comprobante.key
    if not is_well_formed(key) or key[23] not in ENVIRONMENTS:
        raise DocumentRefused(f"80: {key!r} is not an access key")
    environment = ENVIRONMENTS[key[23]]
    if not force:
        _raise(_problems(simulator, xml, environment))
    refused = simulator.store.register(
        comprobante,
        environment,
        AUTHORISED,
        simulator.judge.remarks(comprobante, environment),
        simulator.now(),
        origin="seeded",
    )
    _raise([refused] if refused else [])
    return {"access_key": key, "environment": environment, "state": AUTHORISED}


def _problems(simulator: SriSimulator, xml: bytes, environment: str) -> list[Message]:
    comprobante, problems = simulator.judge.read(xml)
    if comprobante is None or problems:
        return problems
    return [
        *simulator.judge.check_reception(comprobante, environment),
        *simulator.judge.check_authorisation(comprobante),
    ]


def _raise(problems: list[Message]) -> None:
    if problems:
        texts = (f"{item.code}: {item.text} {item.info}".strip() for item in problems)
        raise DocumentRefused("; ".join(texts))
