"""The simulator as one object: start it, ask it, spoil it, stop it."""

from __future__ import annotations

import errno
import threading
from collections import Counter
from pathlib import Path

from . import second_opinion, seeding
from .clock import Clock, iso
from .faults import Faults
from .http_server import SriHttpServer
from .rules import Judge
from .schemas import Schemas
from .services import Services
from .settings import Settings
from .store import AUTHORISED, Store

SOAP_FOLDER = "comprobantes-electronicos-ws"


class PortTaken(OSError):
    """Another program listens on the port that was asked for."""


class SriSimulator:
    """A running SRI on a local port, with its register in a folder.

    Use it as a context manager, or call :meth:`start` and :meth:`stop`. Stopping
    keeps the register; a new simulator over the same folder goes on with it.

    :param state_dir: folder of the register, made when missing
    :param port: TCP port, 0 for any free one
    :param host: address to listen on
    :param now: callable giving an aware datetime, the real clock by default
    :param xsd: folder of the official XSDs (see ``schemas.official_folder``)
    :param settings: a Settings, else keyword arguments of Settings
    """

    def __init__(
        self,
        state_dir: str | Path,
        port: int = 0,
        host: str = "127.0.0.1",
        *,
        now=None,
        xsd: str | Path | None = None,
        settings: Settings | None = None,
        **values,
    ):
        self.state_dir = Path(state_dir)
        self.settings = settings or Settings(**values)
        self.faults = Faults()
        self.store = Store(self.state_dir)
        self.clock = Clock(now, float(self.store.get("clock_offset", "0")))
        self.judge = Judge(self.settings, Schemas(xsd), self.clock)
        self.services = Services(self.store, self.judge, self.settings, self.clock)
        self.stopping = threading.Event()
        try:
            self._server = SriHttpServer((host, port), self)
        except OSError as error:
            self.store.close()
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(
                    f"Port {port} of {host} is taken: stop what listens there or "
                    "choose another one with --port (0 takes any free port)"
                ) from error
            raise
        self._thread: threading.Thread | None = None

    # === LIFE === #

    def start(self) -> SriSimulator:
        """Serve in a background thread."""
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.01},
            name="sri-simulator",
            daemon=True,
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving, hang up on whoever still waits, close the register."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        if self._thread:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.wait_for_handlers(timeout=5)
        self.store.close()

    def __enter__(self) -> SriSimulator:
        return self.start()

    def __exit__(self, *_exc) -> None:
        self.stop()

    def wait_until_quiet(self, timeout: float = 10) -> bool:
        """Wait until every client has hung up, and so every request has taken effect.

        :param timeout: seconds
        :return: False when a connection is still open (a kept-alive one counts)
        """
        return self._server.wait_until_quiet(timeout)

    # === ADDRESSES === #

    @property
    def url(self) -> str:
        """Base address, without a path."""
        host, port = self._server.server_address[:2]
        return f"http://{host}:{port}"

    def base_url(self, environment: str = "pruebas") -> str:
        """Address that stands for ``https://celcer.sri.gob.ec`` (or ``cel…``)."""
        return f"{self.url}/{environment}"

    def service_url(self, service_path: str, environment: str = "pruebas") -> str:
        """Address of a service, as ``RecepcionComprobantesOffline``."""
        return f"{self.base_url(environment)}/{SOAP_FOLDER}/{service_path}"

    # === CONTROL === #

    def now(self) -> float:
        """Return the simulated present as a Unix timestamp."""
        return self.clock.now().timestamp()

    def advance_clock(self, seconds: float) -> None:
        """Move the simulated clock on; survives a restart, ends with a reset."""
        self.clock.offset_seconds += seconds
        self.store.set("clock_offset", str(self.clock.offset_seconds))

    def reset(self) -> None:
        """Forget documents, requests, faults and the clock's offset."""
        self.faults.clear()
        self.clock.offset_seconds = 0
        self.store.reset()

    def register(self, xml: bytes, *, force: bool = False) -> dict:
        """Register somebody's signed document; see :func:`seeding.register`."""
        return seeding.register(self, xml, force=force)

    def state(self) -> dict:
        """Summarise what the SRI holds and what it was asked."""
        documents = self.store.documents(self.now())
        counts = self.store.key_counts()
        keys = {}
        for document in documents:
            keys[document["access_key"]] = dict(document)
        for key, numbers in counts.items():
            keys.setdefault(key, {"access_key": key, "state": None}).update(numbers)
        authorised = [d for d in documents if d["state"] == AUTHORISED]
        numbers = {
            (d["environment"], d["ruc"], d["doc_type"], d["number"]) for d in authorised
        }
        return {
            "url": self.url,
            "now": iso(self.now()),
            "settings": self.settings.as_dict(),
            "schemas": self.judge.schemas.sources,
            "libxmlsec": second_opinion.is_available(),
            "faults": self.faults.as_list(),
            "documents": {
                "total": len(documents),
                "by_state": dict(Counter(d["state"] for d in documents)),
                "authorised_keys": len({d["access_key"] for d in authorised}),
                "authorised_numbers": len(numbers),
            },
            "requests": self.store.service_counts(),
            "accepted_twice": sorted(
                key for key, count in counts.items() if count["received"] > 1
            ),
            "sent_twice": sorted(
                key for key, count in counts.items() if count["sent"] > 1
            ),
            "keys": keys,
        }
