"""The SOAP client: bytes on the wire, every answer, every failure (SPEC 6)."""

import base64
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from lxml import etree
from sri_core import client
from sri_core.client import ENDPOINTS, SriClient
from sri_core.errors import (
    CorrectRefusal,
    PollRefusal,
    Reaction,
    RetryRefusal,
    SriUnavailable,
    StopRefusal,
)
from sri_core.transport import HttpAnswer, HttpTransport, Timeouts
from unit import official
from unit.sri_core import samples
from zeep import Client

KEY = samples.invoice().access_key
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


class Recorded:
    """A transport that gives prepared answers and keeps the requests."""

    def __init__(self, *answers):
        self.answers, self.requests = list(answers), []

    def post(self, url, body, headers, timeouts):
        self.requests.append((url, body, headers, timeouts))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def soap(inner: str, status=200) -> HttpAnswer:
    body = (
        f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{inner}</soap:Body>'
        "</soap:Envelope>"
    )
    return HttpAnswer(status, body.encode(), "text/xml;charset=UTF-8")


def mensaje(identifier, text="TEXTO", kind="ERROR", extra="detalle"):
    return (
        f"<mensaje><identificador>{identifier}</identificador><mensaje>{text}</mensaje>"
        f"<informacionAdicional>{extra}</informacionAdicional><tipo>{kind}</tipo>"
        "</mensaje>"
    )


def reception(state, *messages):
    return soap(
        '<n:validarComprobanteResponse xmlns:n="http://ec.gob.sri.ws.recepcion">'
        f"<RespuestaRecepcionComprobante><estado>{state}</estado><comprobantes>"
        f"<comprobante><claveAcceso>{KEY}</claveAcceso><mensajes>{''.join(messages)}"
        "</mensajes></comprobante></comprobantes></RespuestaRecepcionComprobante>"
        "</n:validarComprobanteResponse>"
    )


def autorizacion(state, when="2026-03-10T19:31:05-05:00", xml="<factura/>", msgs=""):
    return (
        f"<autorizacion><estado>{state}</estado><numeroAutorizacion>{KEY}"
        f"</numeroAutorizacion><fechaAutorizacion>{when}</fechaAutorizacion>"
        f"<ambiente>PRUEBAS</ambiente><comprobante><![CDATA[{xml}]]></comprobante>"
        f"<mensajes>{msgs}</mensajes></autorizacion>"
    )


def authorised(*found, count=None):
    count = len(found) if count is None else count
    return soap(
        "<n:autorizacionComprobanteResponse"
        ' xmlns:n="http://ec.gob.sri.ws.autorizacion">'
        "<RespuestaAutorizacionComprobante>"
        f"<claveAccesoConsultada>{KEY}</claveAccesoConsultada>"
        f"<numeroComprobantes>{count}</numeroComprobantes><autorizaciones>"
        f"{''.join(found)}</autorizaciones></RespuestaAutorizacionComprobante>"
        "</n:autorizacionComprobanteResponse>"
    )


def sri(*answers):
    transport = Recorded(*answers)
    return SriClient(ENDPOINTS["1"], transport=transport), transport


# === REQUESTS === #


def test_reception_gets_the_bytes_in_base64_and_nothing_else():
    service, transport = sri(reception("RECIBIDA"))
    xml = "<ñandú/>".encode()
    service.send(xml)
    ((url, body, headers, timeouts),) = transport.requests
    assert url == (
        "https://celcer.sri.gob.ec/comprobantes-electronicos-ws"
        "/RecepcionComprobantesOffline"
    )
    assert headers == {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
    assert timeouts == Timeouts(connect=10, read=30)
    call = etree.fromstring(body)[0][0]
    assert call.tag == "{http://ec.gob.sri.ws.recepcion}validarComprobante"
    # The child is unqualified: the SRI ignores a qualified one.
    assert [child.tag for child in call] == ["xml"]
    assert base64.b64decode(call[0].text) == xml


def test_authorisation_is_asked_by_key():
    service, transport = sri(authorised())
    service.authorisation(KEY)
    ((url, body, _, _),) = transport.requests
    assert url.endswith("/AutorizacionComprobantesOffline")
    call = etree.fromstring(body)[0][0]
    assert call.tag == "{http://ec.gob.sri.ws.autorizacion}autorizacionComprobante"
    assert [(c.tag, c.text) for c in call] == [("claveAccesoComprobante", KEY)]


def test_production_is_another_host():
    assert ENDPOINTS["2"].reception.startswith("https://cel.sri.gob.ec/")


@pytest.mark.parametrize(
    ("name", "ours", "call", "arguments"),
    [
        ("Recepcion", "reception", "validarComprobante", {"xml": b"<a/>"}),
        (
            "Autorizacion",
            "authorisation",
            "autorizacionComprobante",
            {"claveAccesoComprobante": KEY},
        ),
    ],
)
def test_the_official_wsdl_gives_the_same_requests(name, ours, call, arguments):
    def written(service_client):
        service = service_client.service
        message = service_client.create_message(service, call, **arguments)
        return etree.tostring(message, method="c14n")

    own, _lock = client._service(ours)
    files = official.descriptions(f"{name}ComprobantesOffline")
    assert files
    for file in files:
        assert written(Client(str(file))) == written(own)


# === ANSWERS OF RECEPTION === #


def test_received():
    service, _ = sri(reception("RECIBIDA"))
    answer = service.send(b"<a/>")
    assert answer.received
    assert answer.access_key == KEY
    assert answer.reaction is Reaction.POLL
    answer.raise_if_refused()


@pytest.mark.parametrize(
    ("identifier", "reaction", "error"),
    [
        ("43", Reaction.POLL, PollRefusal),
        ("70", Reaction.POLL, PollRefusal),
        ("35", Reaction.CORRECT, CorrectRefusal),
        ("52", Reaction.CORRECT, CorrectRefusal),
        ("39", Reaction.CORRECT, CorrectRefusal),
        ("50", Reaction.RETRY, RetryRefusal),
        ("45", Reaction.STOP, StopRefusal),
        ("65", Reaction.STOP, StopRefusal),
        ("2", Reaction.STOP, StopRefusal),
        ("777777", Reaction.STOP, StopRefusal),
    ],
)
def test_returned(identifier, reaction, error):
    service, _ = sri(reception("DEVUELTA", mensaje(identifier)))
    answer = service.send(b"<a/>")
    assert not answer.received
    assert answer.reaction is reaction
    with pytest.raises(error) as caught:
        answer.raise_if_refused()
    assert caught.value.messages[0].identifier == identifier
    assert caught.value.reaction is reaction


def test_holding_the_document_outranks_every_other_message():
    service, _ = sri(reception("DEVUELTA", mensaje("35"), mensaje("43")))
    assert service.send(b"<a/>").reaction is Reaction.POLL


def test_warnings_do_not_decide():
    warning = mensaje("60", kind="ADVERTENCIA")
    service, _ = sri(reception("DEVUELTA", warning, mensaje("50")))
    assert service.send(b"<a/>").reaction is Reaction.RETRY


# === ANSWERS OF AUTHORISATION === #


def test_authorised():
    xml = samples.wrap(b"<f><claveAcceso>" + KEY.encode() + b"</claveAcceso></f>")
    inner = xml.decode().partition("CDATA[")[2].partition("]]>")[0]
    warning = mensaje("60", kind="ADVERTENCIA")
    service, _ = sri(authorised(autorizacion("AUTORIZADO", xml=inner, msgs=warning)))
    answer = service.authorisation(KEY)
    assert answer.reaction is None
    best = answer.best
    assert best.authorised
    assert best.number == KEY
    assert best.xml == inner.encode()
    assert best.date == datetime(
        2026, 3, 10, 19, 31, 5, tzinfo=timezone(timedelta(hours=-5))
    )
    assert [m.identifier for m in best.messages] == ["60"]
    # What is stored: the element alone, with its CDATA.
    assert b"<autorizacion><estado>AUTORIZADO</estado>" in best.wrapper
    assert f"<![CDATA[{inner}]]>".encode() in best.wrapper


def test_an_unknown_key_may_be_sent_again():
    service, _ = sri(authorised())
    answer = service.authorisation(KEY)
    assert answer.unknown
    assert answer.best is None
    assert answer.reaction is Reaction.RETRY


@pytest.mark.parametrize("state", ["EN PROCESO", "EN PROCESAMIENTO", "PPR"])
def test_in_process(state):
    service, _ = sri(authorised(autorizacion(state)))
    answer = service.authorisation(KEY)
    assert answer.reaction is Reaction.POLL
    assert answer.best.pending


@pytest.mark.parametrize("state", ["NO AUTORIZADO", "RECHAZADA"])
def test_refused(state):
    refusal = autorizacion(state, msgs=mensaje("52"))
    service, _ = sri(authorised(refusal))
    assert service.authorisation(KEY).reaction is Reaction.CORRECT


def test_the_authorised_one_counts_whatever_its_place():
    old = autorizacion("NO AUTORIZADO", "2026-03-12T00:00:00-05:00", msgs=mensaje("39"))
    good = autorizacion("AUTORIZADO", "2026-03-11T00:00:00-05:00")
    for found in ((old, good), (good, old)):
        service, _ = sri(authorised(*found))
        assert service.authorisation(KEY).best.authorised


def test_else_the_newest_counts():
    first = autorizacion("NO AUTORIZADO", "23/09/2025 01:51:56.770", msgs=mensaje("39"))
    last = autorizacion("NO AUTORIZADO", "2025-09-24 01:00:00", msgs=mensaje("52"))
    for found in ((first, last), (last, first)):
        service, _ = sri(authorised(*found))
        (message,) = service.authorisation(KEY).best.messages
        assert message.identifier == "52"


# === ANSWERS OF CONSULTATION === #


def consulted(*fields):
    return soap(
        "<n:consultarEstadoAutorizacionComprobanteResponse"
        ' xmlns:n="http://ec.gob.sri.ws.consultas"><EstadoAutorizacionComprobante>'
        f"<claveAcceso>{KEY}</claveAcceso>{''.join(fields)}"
        "</EstadoAutorizacionComprobante>"
        "</n:consultarEstadoAutorizacionComprobanteResponse>"
    )


@pytest.mark.parametrize(
    "state", ["AUTORIZADO", "NO AUTORIZADO", "PENDIENTE DE ANULAR", "ANULADO"]
)
def test_consultation_tells_what_became_of_a_document(state):
    service, transport = sri(
        consulted(
            f"<estadoAutorizacion>{state}</estadoAutorizacion>",
            f"<rucEmisor>{samples.RUC}</rucEmisor>",
            "<fechaAutorizacion>2026-03-10T19:31:05-05:00</fechaAutorizacion>",
        )
    )
    answer = service.consultation(KEY)
    assert answer.state == state
    assert answer.annulled == (state == "ANULADO")
    assert answer.issuer_ruc == samples.RUC
    assert answer.date.hour == 19
    ((url, body, _, _),) = transport.requests
    assert url.endswith("/ConsultaComprobante")
    call = etree.fromstring(body)[0][0]
    assert call.tag == (
        "{http://ec.gob.sri.ws.consultas}consultarEstadoAutorizacionComprobante"
    )
    assert [(c.tag, c.text) for c in call] == [("claveAcceso", KEY)]


def test_consultation_may_not_answer_for_an_old_document():
    service, _ = sri(
        consulted(
            "<estadoConsulta>RECHAZADA</estadoConsulta>",
            f"<mensajes>{mensaje('99')}</mensajes>",
        )
    )
    answer = service.consultation(KEY)
    assert answer.state == ""
    assert not answer.annulled
    assert [m.identifier for m in answer.messages] == ["99"]


def test_an_empty_consultation_is_no_answer():
    service, _ = sri(consulted())
    with pytest.raises(SriUnavailable):
        service.consultation(KEY)


# === FAILURES === #

FAULT = (
    "<soap:Fault><faultcode>soap:Server</faultcode>"
    "<faultstring>caído</faultstring></soap:Fault>"
)


@pytest.mark.parametrize(
    "answer",
    [
        HttpAnswer(200, b"<html><body>Mantenimiento</body></html>", "text/html"),
        HttpAnswer(503, b"Service Unavailable", "text/plain"),
        HttpAnswer(200, b"", ""),
        HttpAnswer(302, b"", ""),
        soap(FAULT, status=500),
        soap(FAULT),
        soap(""),
        reception("RARO"),
        reception(""),
        HttpAnswer(500, reception("RECIBIDA").body, "text/xml"),
        HttpAnswer(200, b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "text/xml"),
    ],
)
def test_no_usable_answer_means_ask_first(answer):
    service, _ = sri(answer)
    with pytest.raises(SriUnavailable) as caught:
        service.send(b"<a/>")
    assert caught.value.reaction is Reaction.RETRY
    assert caught.value.outcome_unknown
    assert caught.value.messages[0].es


@pytest.mark.parametrize(
    "answer", [authorised(count=1), authorised(count=""), soap("<x/>")]
)
def test_an_empty_answer_is_not_an_unknown_key(answer):
    """Else a sick server would make us send a document that the SRI holds."""
    service, _ = sri(answer)
    with pytest.raises(SriUnavailable):
        service.authorisation(KEY)


class Server:
    """A real HTTP server on this machine, told how to behave."""

    def __init__(self, behave):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                behave(self)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def answering(answer: HttpAnswer):
    def behave(handler):
        handler.send_response(answer.status)
        handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        handler.wfile.write(answer.body)

    return behave


def test_over_http_from_many_threads():
    with Server(answering(reception("RECIBIDA"))) as server:
        service = SriClient(client.Endpoints.at(server.url))
        states = []
        threads = [
            threading.Thread(target=lambda: states.append(service.send(b"<a/>").state))
            for _ in range(16)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert states == ["RECIBIDA"] * 16


def test_a_read_timeout_leaves_the_outcome_unknown():
    wait = threading.Event()
    with Server(lambda handler: wait.wait(5)) as server:
        service = SriClient(
            client.Endpoints.at(server.url), Timeouts(connect=1, read=0.05)
        )
        with pytest.raises(SriUnavailable) as caught:
            service.send(b"<a/>")
        wait.set()
    assert caught.value.outcome_unknown


def test_a_cut_connection_leaves_the_outcome_unknown():
    with Server(lambda handler: handler.connection.close()) as server:
        service = SriClient(client.Endpoints.at(server.url))
        with pytest.raises(SriUnavailable) as caught:
            service.send(b"<a/>")
    assert caught.value.outcome_unknown


def test_a_refused_connection_surely_did_not_arrive():
    with Server(lambda handler: None) as server:
        url = server.url
    with pytest.raises(SriUnavailable) as caught:
        SriClient(client.Endpoints.at(url)).send(b"<a/>")
    assert not caught.value.outcome_unknown


def test_redirects_are_not_followed():
    def behave(handler):
        handler.send_response(302)
        handler.send_header("Location", "/otra")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with Server(behave) as server:
        answer = HttpTransport().post(server.url, b"x", {}, Timeouts())
    assert answer.status == 302
