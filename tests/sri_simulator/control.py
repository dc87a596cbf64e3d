"""HTTP control API: faults, state, requests, seeded documents (see README.md)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from .access_key import ENVIRONMENTS
from .faults import Fault, InvalidFault
from .seeding import DocumentRefused, register
from .settings import InvalidSettings

if TYPE_CHECKING:
    from .simulator import SriSimulator

ANNULMENTS = ("PENDIENTE DE ANULAR", "ANULADO")


class Refused(Exception):
    """The control call makes no sense; carries status and reason."""

    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status = status


def handle(
    simulator: SriSimulator, method: str, target: str, body: bytes
) -> tuple[int, bytes]:
    """Answer one control call with status and JSON."""
    url = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(url.query).items()}
    try:
        status, answer = _route(simulator, method, url.path, query, body)
    except Refused as error:
        status, answer = error.status, {"error": str(error)}
    except (InvalidFault, InvalidSettings) as error:
        status, answer = 422, {"error": str(error)}
    return status, json.dumps(answer, ensure_ascii=False, indent=1).encode()


def _route(simulator, method, path, query, body) -> tuple[int, Any]:
    parts = [part for part in path.split("/") if part]
    if parts[:1] != ["control"] or not 2 <= len(parts) <= 3:
        raise Refused(404, f"There is nothing at {path}; see README.md")
    handler = _ROUTES.get((method, parts[1], len(parts)))
    if handler is None:
        raise Refused(405, f"{method} {path} is not part of the control API")
    argument = parts[2] if len(parts) == 3 else ""
    return handler(simulator, argument, query, body)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body or b"null")
    except ValueError as error:
        raise Refused(400, f"The body is not JSON: {error}") from error


def _object(body: bytes) -> dict:
    value = _json(body)
    if not isinstance(value, dict):
        raise Refused(400, "The body must be a JSON object")
    return value


def _health(simulator, _argument, _query, _body):
    return 200, {"status": "ok", "url": simulator.url}


def _state(simulator, _argument, _query, _body):
    return 200, simulator.state()


def _requests(simulator, _argument, query, _body):
    numbers = {}
    for name, default in (("after", 0), ("limit", 1000)):
        text = query.get(name, str(default))
        if not text.isdigit():
            raise Refused(400, f"{name} must be a number, not {text!r}")
        numbers[name] = int(text)
    rows = simulator.store.requests(
        key=query.get("key", ""), service=query.get("service", ""), **numbers
    )
    return 200, {"requests": rows}


def _faults(simulator, _argument, _query, _body):
    return 200, {"faults": simulator.faults.as_list()}


def _add_faults(simulator, _argument, _query, body):
    values = _json(body)
    # All are checked before the first one acts: nothing half-done stays behind.
    items = values if isinstance(values, list) else [values]
    faults = [Fault.from_dict(item) for item in items]
    return 201, {"ids": [simulator.faults.add(fault) for fault in faults]}


def _remove_fault(simulator, argument, _query, _body):
    if not argument.isdigit() or not simulator.faults.remove(int(argument)):
        raise Refused(404, f"There is no fault {argument}")
    return 200, {"removed": int(argument)}


def _clear_faults(simulator, _argument, _query, _body):
    simulator.faults.clear()
    return 200, {"faults": []}


def _settings(simulator, _argument, _query, body):
    simulator.settings.update(_object(body))
    return 200, simulator.settings.as_dict()


def _clock(simulator, _argument, _query, body):
    seconds = _object(body).get("advance_seconds")
    if not isinstance(seconds, (int, float)) or isinstance(seconds, bool):
        raise Refused(422, "advance_seconds must be a number")
    simulator.advance_clock(seconds)
    return 200, {"now": simulator.clock.now().isoformat()}


def _reset(simulator, _argument, _query, _body):
    simulator.reset()
    return 200, {"status": "ok"}


def _add_document(simulator, _argument, _query, body):
    values = _object(body)
    if not isinstance(values.get("xml"), str):
        raise Refused(422, "xml is missing: the signed comprobante in base 64")
    try:
        xml = base64.b64decode(values["xml"], validate=True)
    except binascii.Error as error:
        raise Refused(422, "xml is not base 64") from error
    try:
        return 201, register(simulator, xml, force=bool(values.get("force")))
    except DocumentRefused as error:
        raise Refused(422, str(error)) from error


def _documents(simulator, _argument, _query, _body):
    return 200, {"documents": simulator.store.documents(simulator.now())}


def _document(simulator, argument, _query, _body):
    environment = ENVIRONMENTS.get(argument[23:24], "pruebas")
    found = simulator.store.peek(environment, argument, simulator.now())
    if not found:
        raise Refused(404, f"There is no document {argument}")
    return 200, {
        "access_key": argument,
        "environment": environment,
        "attempts": [
            {
                "state": item.state,
                "codes": [message.code for message in item.messages],
                "info": [message.info for message in item.messages],
                "received_at": item.received_at,
                "annulment": item.annulment,
                "origin": item.origin,
                "xml": base64.b64encode(item.xml).decode(),
            }
            for item in found
        ],
    }


def _annul(simulator, argument, _query, body):
    state = _object(body).get("state", "ANULADO")
    if state is not None and state not in ANNULMENTS:
        raise Refused(422, f"state must be null or one of {', '.join(ANNULMENTS)}")
    environment = ENVIRONMENTS.get(argument[23:24], "pruebas")
    if not simulator.store.annul(environment, argument, state):
        raise Refused(404, f"There is no authorised document {argument}")
    return 200, {"access_key": argument, "annulment": state}


_ROUTES: dict[tuple[str, str, int], Callable] = {
    ("GET", "health", 2): _health,
    ("GET", "state", 2): _state,
    ("GET", "requests", 2): _requests,
    ("GET", "faults", 2): _faults,
    ("POST", "faults", 2): _add_faults,
    ("DELETE", "faults", 2): _clear_faults,
    ("DELETE", "faults", 3): _remove_fault,
    ("POST", "settings", 2): _settings,
    ("POST", "clock", 2): _clock,
    ("POST", "reset", 2): _reset,
    ("GET", "documents", 2): _documents,
    ("POST", "documents", 2): _add_document,
    ("GET", "documents", 3): _document,
    ("POST", "annul", 3): _annul,
}
