"""HTTP in front of the services: routing, latency, and faults on the wire."""

from __future__ import annotations

import hashlib
import select
import socket
import struct
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from . import control, soap, wsdl
from .comprobante import peek_key
from .faults import REPLACING, Call, Fault
from .services import Answer

if TYPE_CHECKING:
    from .simulator import SriSimulator

PREFIXES = {
    "pruebas": "pruebas",
    "celcer": "pruebas",
    "produccion": "produccion",
    "cel": "produccion",
}
MAX_BODY = 32 * 1024 * 1024
XML = "text/xml;charset=UTF-8"
HTML = "text/html;charset=UTF-8"
HTML_PAGE = (
    b"<!DOCTYPE html><html><head><title>SRI</title></head><body>"
    b"<h1>Servicio no disponible temporalmente</h1></body></html>"
)


class HangUp(Exception):
    """The connection ends without an answer."""


@dataclass(frozen=True)
class Request:
    """A SOAP call that could be read."""

    call: Call
    operation: str
    document: bytes | None


class SriHttpServer(ThreadingHTTPServer):
    """Threaded server that knows its simulator and its open connections."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], simulator: SriSimulator):
        self.simulator = simulator
        self._open: set[socket.socket] = set()
        self._idle = threading.Condition()
        super().__init__(address, Handler)

    def server_bind(self):
        # HTTPServer looks the host name up, which can take seconds without DNS.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]

    def process_request(self, request, client_address):
        with self._idle:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        try:
            super().shutdown_request(request)
        finally:
            with self._idle:
                self._open.discard(request)
                self._idle.notify_all()

    def handle_error(self, request, client_address):
        # A client that went away is what the faults are for; anything else is a bug.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def wait_until_quiet(self, timeout: float) -> bool:
        """Wait until no connection is open; False when one still is."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._open, timeout)

    def wait_for_handlers(self, timeout: float) -> None:
        """Hang up on idle clients and wait until no handler uses the register."""
        with self._idle:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RD)
                except OSError:
                    continue  # already gone
            self._idle.wait_for(lambda: not self._open, timeout)


class Handler(BaseHTTPRequestHandler):
    """One connection; HTTP/1.1 with keep-alive like the real front end."""

    protocol_version = "HTTP/1.1"
    server_version = "SriSimulator"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: SriHttpServer

    @property
    def simulator(self) -> SriSimulator:
        return self.server.simulator

    def log_message(self, *_args):
        # Requests are in the register; the terminal stays readable.
        pass

    def do_GET(self):
        url = urlsplit(self.path)
        found = self._service(url.path)
        if found and url.query.lower() == "wsdl":
            service, environment = found
            address = self.simulator.service_url(service.path, environment)
            self._send(200, wsdl.description(service.path, address), XML)
        elif found:
            self._send(405, soap.fault("Use POST, or ?wsdl"), XML)
        else:
            self._control("GET", b"")

    def do_DELETE(self):
        self._control("DELETE", b"")

    def do_POST(self):
        body = self._body()
        if body is None:
            return
        found = self._service(urlsplit(self.path).path)
        if not found:
            self._control("POST", body)
            return
        try:
            self._soap(*found, body)
        except HangUp:
            self.close_connection = True
        except ConnectionError:
            raise
        except Exception as error:
            # A bug of the simulator: the client hears of it, the terminal shows it.
            self.close_connection = True
            self._send(500, soap.fault(repr(error), "soap:Server"), XML)
            raise

    def _service(self, path: str) -> tuple[soap.Service, str] | None:
        parts = path.strip("/").split("/")
        if len(parts) != 3 or parts[1] != "comprobantes-electronicos-ws":
            return None
        service = soap.SERVICES.get(parts[2])
        environment = PREFIXES.get(parts[0])
        return (service, environment) if service and environment else None

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit():
            self.close_connection = True
            self._send(411, HTML_PAGE, HTML)
            return None
        if int(length) > MAX_BODY:
            self.close_connection = True
            self._send(413, HTML_PAGE, HTML)
            return None
        return self.rfile.read(int(length))

    def _control(self, method: str, body: bytes) -> None:
        status, answer = control.handle(self.simulator, method, self.path, body)
        self._send(status, answer, "application/json")

    # === SOAP === #

    def _soap(self, service: soap.Service, environment: str, body: bytes) -> None:
        try:
            request = _read(service, environment, body)
        except soap.BadRequest as error:
            self._refuse(service, environment, str(error))
            return
        request_id = self._log(request)
        faults = self.simulator.faults.draw(request.call)
        names = [fault.kind for fault in faults]
        replacing = next((f for f in faults if f.kind in REPLACING), None)
        # Noted before anything is sent, so that who got the answer also finds it.
        self.simulator.store.log_answer(request_id, None, None, names)
        self._pause(faults)
        if replacing and (replacing.when == "before" or replacing.kind == "down"):
            self._replace(replacing, b"", request_id, names)
            return
        answer = self._process(request, faults)
        self.simulator.store.log_outcome(request_id, answer.outcome, answer.codes)
        if replacing:
            self._replace(replacing, answer.body, request_id, names)
        else:
            self._answer(request_id, 200, answer.body, XML, names)

    def _refuse(self, service: soap.Service, environment: str, reason: str) -> None:
        store, now = self.simulator.store, self.simulator.now()
        request_id = store.log_request(now, environment, service.name, "unreadable")
        self._answer(request_id, 500, soap.fault(reason), XML, [])

    def _log(self, request: Request) -> int:
        return self.simulator.store.log_request(
            self.simulator.now(),
            request.call.environment,
            request.call.service,
            request.operation,
            request.call.access_key,
            hashlib.sha256(request.document).hexdigest() if request.document else "",
        )

    def _process(self, request: Request, faults: list[Fault]) -> Answer:
        services, call = self.simulator.services, request.call
        if call.service == "reception":
            return services.receive(request.document, call.environment, faults)
        if call.service == "query":
            return services.consult(call.access_key, call.environment)
        if request.operation == "autorizacionComprobanteLote":
            return Answer(soap.batch_answer(call.access_key), "0")
        return services.authorise(call.access_key, call.environment, faults)

    def _pause(self, faults: list[Fault]) -> None:
        wait = self.simulator.settings.latency_ms
        wait += sum(fault.ms for fault in faults if fault.kind == "delay")
        if wait:
            self.simulator.stopping.wait(wait / 1000)

    def _replace(
        self, fault: Fault, body: bytes, request_id: int, names: list[str]
    ) -> None:
        if fault.kind == "timeout":
            self._hold(fault.seconds or self.simulator.settings.hold_seconds)
        if fault.kind == "down":
            # Closing with a zero linger sends RST instead of an orderly end.
            self.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
        if fault.kind in ("timeout", "drop", "down"):
            raise HangUp
        if fault.kind == "truncate":
            self._send_half(body)
            raise HangUp
        status = fault.status if fault.kind == "http_error" else 200
        self._answer(request_id, status, HTML_PAGE, HTML, names)

    def _hold(self, seconds: float) -> None:
        """Stay silent until the client gives up, the time is over, or the end."""
        step = 0.05
        for _turn in range(max(1, int(seconds / step))):
            if self.simulator.stopping.wait(step):
                return
            readable, _w, _x = select.select([self.connection], [], [], 0)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                return

    def _answer(self, request_id, status, body, content_type, names) -> None:
        store = self.simulator.store
        store.log_answer(request_id, self.simulator.now(), status, names)
        self._send(status, body, content_type)

    def _send(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _send_half(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", XML)
        self.send_header("Content-Length", str(len(body) or 2000))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()


def _read(service: soap.Service, environment: str, body: bytes) -> Request:
    operation, parameters = soap.read(service, body)
    if service.name == "reception":
        document = soap.decode_document(parameters)
        key = peek_key(document or b"")
    else:
        document = None
        names = ("claveAccesoComprobante", "claveAcceso", "claveAccesoLote")
        key = next((parameters[n].strip() for n in names if n in parameters), "")
    return Request(Call(service.name, environment, key), operation, document)
