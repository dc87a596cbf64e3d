"""WSDL, envelopes and HTTP; the official WSDLs must work unchanged."""

import http.client

import pytest
import zeep
from lxml import etree
from simulator_support import SoapClient
from unit import official

RECEPTION = "RecepcionComprobantesOffline"
AUTHORISATION = "AutorizacionComprobantesOffline"


def _service(wsdl, address, path):
    client = zeep.Client(str(wsdl))
    namespace = {
        RECEPTION: "recepcion",
        AUTHORISATION: "autorizacion",
        "ConsultaComprobante": "consultas",
    }[path]
    binding = f"{{http://ec.gob.sri.ws.{namespace}}}{path}ServiceSoapBinding"
    return client.create_service(binding, address)


def _walk_through(reception, authorisation, factory):
    key = factory.key()
    xml = factory.factura(key)
    assert reception.validarComprobante(xml=xml).estado == "RECIBIDA"
    answer = authorisation.autorizacionComprobante(claveAccesoComprobante=key)
    assert answer.numeroComprobantes == "1"
    found = answer.autorizaciones.autorizacion[0]
    assert (found.estado, found.numeroAutorizacion) == ("AUTORIZADO", key)
    assert found.comprobante.encode() == xml
    assert found.fechaAutorizacion.isoformat() == "2026-11-20T10:00:00-05:00"
    assert found.mensajes.mensaje[0].identificador == "60"
    again = reception.validarComprobante(xml=xml)
    refused = again.comprobantes.comprobante[0]
    assert (again.estado, refused.claveAcceso) == ("DEVUELTA", key)
    assert refused.mensajes.mensaje[0].identificador == "43"
    batch = authorisation.autorizacionComprobanteLote(claveAccesoLote=key)
    assert batch.numeroComprobantesLote == "0"


def _official(path, environment):
    """The SRI's description; the addon that carries it has none for production."""
    files = official.descriptions(path)
    return next((f for f in files if environment in f.name), files[0])


@pytest.mark.parametrize("environment", ["pruebas", "produccion"])
def test_official_wsdls_work_unchanged(sri, identity, factory, environment):
    factory.ambiente = {"pruebas": "1", "produccion": "2"}[environment]
    services = [
        _service(_official(path, environment), sri.service_url(path, environment), path)
        for path in (RECEPTION, AUTHORISATION)
    ]
    if environment == "pruebas":
        _walk_through(*services, factory)
    else:
        key = factory.key()
        assert services[0].validarComprobante(xml=factory.factura(key)).estado == (
            "RECIBIDA"
        )
        answer = services[1].autorizacionComprobante(claveAccesoComprobante=key)
        assert answer.autorizaciones.autorizacion[0].ambiente == "PRODUCCIÓN"


def test_own_wsdls_describe_the_same_services(sri, client, factory):
    reception, authorisation = (
        zeep.Client(f"{sri.service_url(path)}?wsdl").service
        for path in (RECEPTION, AUTHORISATION)
    )

    _walk_through(reception, authorisation, factory)


@pytest.mark.parametrize("path", [RECEPTION, AUTHORISATION])
def test_own_wsdl_has_the_official_types(sri, path):
    def signature(source):
        document = zeep.Client(str(source)).wsdl
        (binding,) = document.bindings.values()
        return {
            name: (operation.input.signature(), operation.output.signature(True))
            for name, operation in binding.all().items()
        }

    own = signature(f"{sri.service_url(path)}?wsdl")

    assert own == signature(_official(path, "pruebas"))


def test_consulta_by_its_wsdl(sri, client, factory):
    key = factory.key()
    client.send(factory.factura(key))
    service = zeep.Client(f"{sri.service_url('ConsultaComprobante')}?wsdl").service

    answer = service.consultarEstadoAutorizacionComprobante(claveAcceso=key)

    assert answer.estadoAutorizacion == "AUTORIZADO"
    assert answer.fechaAutorizacion == "2026-11-20T10:00:00-05:00"


def test_wsdl_names_the_prefix_of_the_environment(sri, client):
    url = f"{sri.url}/cel/comprobantes-electronicos-ws/{RECEPTION}?wsdl"

    root = etree.fromstring(client.get(url).body)

    (address,) = root.iter("{http://schemas.xmlsoap.org/wsdl/soap/}address")
    assert address.get("location") == sri.service_url(RECEPTION, "produccion")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no xml",
        "<a/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>',
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        "<otra/></e:Body></e:Envelope>",
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        '<s:validarComprobante xmlns:s="http://ec.gob.sri.ws.recepcion"><xml>%</xml>'
        "</s:validarComprobante></e:Body></e:Envelope>",
    ],
)
def test_what_is_no_call_gets_a_soap_fault(sri, client, body):
    reply = client.post(sri.service_url(RECEPTION), body)

    assert reply.status == 500
    assert reply.text("faultcode") == "soap:Client"
    assert sri.state()["requests"] == {"reception": 1}


def test_qualified_parameter_is_not_heard(sri, client):
    body = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:s="http://ec.gob.sri.ws.recepcion"><e:Body><s:validarComprobante>'
        "<s:xml>AAAA</s:xml></s:validarComprobante></e:Body></e:Envelope>"
    )

    assert client.post(sri.service_url(RECEPTION), body).codes == ["49"]


def test_ten_megabytes_get_their_answer(client):
    assert client.send(b"x" * 10_000_000).codes == ["26"]


def test_addresses_that_do_not_exist(sri, client):
    assert client.get(sri.service_url(RECEPTION)).status == 405
    assert client.post(f"{sri.url}/pruebas/otro", "x").status == 404
    assert client.post(f"{sri.service_url('Otro')}", "x").status == 404


def test_length_is_required(sri):
    connection = http.client.HTTPConnection(sri.url.removeprefix("http://"))
    connection.putrequest("POST", f"/pruebas/comprobantes-electronicos-ws/{RECEPTION}")
    connection.endheaders()
    assert connection.getresponse().status == 411
    connection.close()


def test_one_connection_serves_many_calls(sri, factory):
    connection = http.client.HTTPConnection(sri.url.removeprefix("http://"), timeout=5)
    for _ in range(3):
        connection.request("GET", "/control/health")
        assert connection.getresponse().read()
    socket = connection.sock
    connection.request("GET", "/control/health")
    assert connection.getresponse().status == 200
    assert connection.sock is socket
    # Stopping hangs up on the idle client instead of waiting for it.
    sri.stop()
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        connection.request("GET", "/control/health")
        connection.getresponse()


def test_bug_of_the_simulator_is_loud(sri, client, factory, monkeypatch, capsys):
    monkeypatch.setattr(
        sri.services, "receive", lambda *_args: (_ for _ in ()).throw(KeyError("x"))
    )

    reply = client.send(factory.factura())

    assert (reply.status, reply.text("faultcode")) == (500, "soap:Server")
    sri.stop()
    assert "KeyError" in capsys.readouterr().err


def test_client_uses_the_alias_of_the_real_host(sri, factory):
    assert SoapClient(sri, "celcer").send(factory.factura()).state == "RECIBIDA"
