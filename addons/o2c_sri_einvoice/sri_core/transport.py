"""How requests travel to the SRI: over HTTP, or as a test decides."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import requests

from .errors import SriUnavailable
from .texts import message


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to connect and to read (none are published; SPEC 6)."""

    connect: float = 10
    read: float = 30


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    status: int
    body: bytes
    content_type: str = ""


class Transport(Protocol):
    """Anything that can post bytes.

    ``post`` raises ``SriUnavailable`` when nothing came back.
    """

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], timeouts: Timeouts
    ) -> HttpAnswer: ...


class HttpTransport:
    """HTTP by requests: a session per thread, because sessions are not thread-safe."""

    def __init__(self):
        self._local = threading.local()

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], timeouts: Timeouts
    ) -> HttpAnswer:
        try:
            answer = self._session().post(
                url,
                data=body,
                headers=dict(headers),
                timeout=(timeouts.connect, timeouts.read),
                # A redirect would turn the POST into a GET of somebody's web page.
                allow_redirects=False,
            )
        except requests.RequestException as e:
            raise SriUnavailable(
                message("no_answer", additional=e), outcome_unknown=not _never_left(e)
            ) from e
        content_type = answer.headers.get("Content-Type", "")
        return HttpAnswer(answer.status_code, answer.content, content_type)

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        return self._local.session


def _never_left(error: requests.RequestException) -> bool:
    """Whether the request surely did not reach the SRI.

    requests reports broken connections as ConnectionError too, hence the look at
    the cause.
    """
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError")
