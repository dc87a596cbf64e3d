"""Each way to go wrong: what the client meets, and what the SRI then holds."""

import http.client
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from simulator_support import SoapClient

from sri_simulator import Fault
from sri_simulator.faults import KINDS, Call, Faults, InvalidFault


def _holds(sri, key):
    """Tell whether the SRI registered a document, without asking over the wire."""
    return bool(sri.store.peek("pruebas", key, sri.now()))


def test_delay_and_latency_add_up(sri, client, factory):
    sri.settings.update({"latency_ms": 60})
    sri.faults.add("delay", ms=90, service="reception", count=1)

    started = time.monotonic()
    client.send(factory.factura())
    first = time.monotonic() - started
    client.send(factory.factura())

    assert first >= 0.15
    assert [fault["hits"] for fault in sri.faults.as_list()] == [1]


def test_latency_does_not_queue_parallel_requests(sri, factory):
    sri.settings.update({"latency_ms": 500})
    documents = [factory.factura() for _ in range(10)]

    started = time.monotonic()
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda xml: SoapClient(sri).send(xml), documents))

    assert time.monotonic() - started < 4  # one after the other would take 5 s


@pytest.mark.parametrize("when", ["before", "after"])
def test_timeout(sri, factory, when):
    sri.faults.add("timeout", service="reception", when=when, count=1)
    key = factory.key()
    xml = factory.factura(key)
    hasty = SoapClient(sri, timeout=0.3)

    with pytest.raises(TimeoutError):
        hasty.send(xml)
    # The SRI works on after the client has left.
    assert sri.wait_until_quiet(timeout=10)

    assert _holds(sri, key) is (when == "after")
    request = sri.store.requests(key=key)[0]
    assert (request["answered_at"], request["faults"]) == (None, "timeout")
    assert SoapClient(sri).send(xml).codes == (["43"] if when == "after" else [])


@pytest.mark.parametrize("when", ["before", "after"])
def test_dropped_connection(sri, client, factory, when):
    sri.faults.add("drop", service="reception", when=when, count=1)
    key = factory.key()

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        client.send(factory.factura(key))

    assert _holds(sri, key) is (when == "after")
    assert client.ask(key).count == ("1" if when == "after" else "0")


def test_sri_down_until_it_is_up_again(sri, client, factory):
    fault = sri.faults.add("down")
    key = factory.key()
    xml = factory.factura(key)

    for call in (lambda: client.send(xml), lambda: client.ask(key)):
        with pytest.raises(ConnectionError):
            call()
    assert not _holds(sri, key)
    # Orders keep arriving while services are down.
    assert client.control("GET", "health")[1]["status"] == "ok"

    sri.faults.remove(fault)
    assert client.send(xml).state == "RECIBIDA"


@pytest.mark.parametrize(
    ("kind", "values", "status"),
    [
        ("html", {}, 200),
        ("http_error", {}, 500),
        ("http_error", {"status": 503}, 503),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_html_instead_of_soap(sri, client, factory, kind, values, status, when):
    sri.faults.add(kind, service="reception", when=when, count=1, **values)
    key = factory.key()

    reply = client.send(factory.factura(key))

    assert (reply.status, reply.body[:15]) == (status, b"<!DOCTYPE html>")
    assert _holds(sri, key) is (when == "after")


def test_truncated_answer(sri, client, factory):
    sri.faults.add("truncate", service="reception", count=1)
    key = factory.key()

    with pytest.raises(http.client.IncompleteRead):
        client.send(factory.factura(key))

    assert _holds(sri, key)


def test_slow_processing_of_one_document(sri, client, factory):
    slow, quick = factory.key(), factory.key()
    sri.faults.add("processing", service="reception", queries=2, access_key=slow)
    for key in (slow, quick):
        client.send(factory.factura(key))

    assert client.ask(quick).state == "AUTORIZADO"
    states = [client.ask(slow).state for _ in range(3)]
    assert states == ["EN PROCESO", "EN PROCESO", "AUTORIZADO"]


def test_processing_fault_on_queries_hides_the_verdict(sri, client, factory):
    key = factory.key()
    client.send(factory.factura(key))
    sri.faults.add("processing", service="authorization", count=1)

    answer = client.ask(key)
    assert (answer.state, b"<comprobante>" in answer.body) == ("EN PROCESO", False)
    assert client.ask(key).state == "AUTORIZADO"


def test_key_not_found_yet_although_it_was_received(sri, client, factory):
    sri.faults.add("unknown", count=1)
    key = factory.key()
    xml = factory.factura(key)
    client.send(xml)

    assert client.ask(key).count == "0"
    assert client.send(xml).codes == ["43"]
    assert client.ask(key).state == "AUTORIZADO"


@pytest.mark.parametrize("code", ["50", "70", "90"])
def test_next_ones_are_returned_with_a_code(sri, client, factory, code):
    sri.faults.add("refuse", code=code, count=2, when="before")
    keys = [factory.key() for _ in range(3)]

    answers = [client.send(factory.factura(key)) for key in keys]

    assert [answer.codes for answer in answers] == [[code], [code], []]
    assert answers[0].text("claveAcceso") == keys[0]
    assert [_holds(sri, key) for key in keys] == [False, False, True]


def test_70_for_a_document_that_was_in_fact_received(sri, client, factory):
    sri.faults.add("refuse", code="70", count=1, when="after")
    key = factory.key()

    answer = client.send(factory.factura(key))

    assert (answer.state, answer.codes) == ("DEVUELTA", ["70"])
    assert client.ask(key).state == "AUTORIZADO"


def test_next_ones_end_not_authorised_with_a_code(sri, client, factory):
    sri.faults.add("reject", code="69", info="probando", count=1)
    keys = [factory.key(), factory.key()]

    states = [client.send(factory.factura(key)).state for key in keys]

    assert states == ["RECIBIDA", "RECIBIDA"]
    refused = client.ask(keys[0])
    assert (refused.state, refused.codes) == ("NO AUTORIZADO", ["69"])
    assert refused.info == "probando"
    assert client.ask(keys[1]).state == "AUTORIZADO"


# === LIMITS === #

CALL = Call("reception", "pruebas", "2011202601" + "0" * 39)


def _hits(fault, calls):
    faults = Faults()
    faults.add(fault)
    return [bool(faults.draw(call)) for call in calls]


def test_fault_hits_so_many_after_so_many():
    assert _hits(Fault("drop", skip=1, count=2), [CALL] * 5) == [
        *(False, True, True),
        *(False, False),
    ]


def test_fault_only_concerns_its_service_environment_and_type():
    calls = [
        CALL,
        Call("authorization", "pruebas", CALL.access_key),
        Call("reception", "produccion", CALL.access_key),
        Call("reception", "pruebas", "2011202607" + "0" * 39),
    ]
    fault = Fault("drop", service="reception", environment="pruebas", doc_type="01")

    assert _hits(fault, calls) == [True, False, False, False]


def test_probability_is_repeatable_by_seed():
    first = _hits(Fault("drop", probability=0.3, seed=7), [CALL] * 200)
    again = _hits(Fault("drop", probability=0.3, seed=7), [CALL] * 200)
    other = _hits(Fault("drop", probability=0.3, seed=8), [CALL] * 200)

    assert first == again != other
    assert 40 <= sum(first) <= 80  # 60 expected, ±3 standard deviations of 6.5


def test_only_one_fault_replaces_an_answer():
    faults = Faults()
    for kind in ("delay", "drop", "html"):
        faults.add(kind, count=1)

    assert [fault.kind for fault in faults.draw(CALL)] == ["delay", "drop"]
    assert [fault.kind for fault in faults.draw(CALL)] == ["html"]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"kind": "nothing"}, "kind"),
        ({"kind": "drop", "service": "mail"}, "service"),
        ({"kind": "drop", "when": "never"}, "when"),
        ({"kind": "drop", "count": 0}, "count"),
        ({"kind": "drop", "probability": "x"}, "probability"),
        ({"kind": "drop", "probability": 2}, "probability"),
        ({"kind": "http_error", "status": 200}, "status"),
        ({"kind": "refuse", "service": "authorization"}, "reception"),
        ({"kind": "drop", "color": "red"}, "color"),
        ({}, "kind is missing"),
        ([], "object"),
    ],
)
def test_senseless_faults_are_refused(values, problem):
    with pytest.raises(InvalidFault, match=problem):
        Fault.from_dict(values)


def test_every_kind_is_described_in_the_readme():
    import sri_simulator

    readme = (sri_simulator.__path__[0]) + "/README.md"
    with open(readme, encoding="utf-8") as file:
        text = file.read()
    assert [kind for kind in KINDS if f"`{kind}`" not in text] == []
