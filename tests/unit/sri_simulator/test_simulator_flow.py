"""What a client that does everything right sees."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from simulator_support import Factory, SoapClient

from sri_simulator import SriSimulator


def test_document_is_received_and_authorised(client, factory):
    xml = factory.factura(factory.key(sequential=7))
    key = factory.key(sequential=7)

    assert client.ask(key).count == "0"
    assert client.send(xml).state == "RECIBIDA"
    answer = client.ask(key)

    assert (answer.state, answer.count) == ("AUTORIZADO", "1")
    assert answer.text("numeroAutorizacion") == key
    assert answer.text("ambiente") == "PRUEBAS"
    assert answer.text("fechaAutorizacion") == "2026-11-20T10:00:00-05:00"
    assert answer.text("comprobante").encode() == xml
    assert answer.codes == ["60"]  # "pruebas" remark: a message is not a refusal


@pytest.mark.parametrize("wrapping", ["escaped", "cdata"])
@pytest.mark.parametrize(
    "change",
    [
        # Parsers read all of these as the same document, so the signature stays good.
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("]]&gt;", "]]>"),
        lambda text: text.replace("&#13;", "&#xD;"),
    ],
)
def test_authorised_answer_carries_the_exact_bytes(
    sri, client, identity, factory, wrapping, change
):
    sri.settings.update({"comprobante_wrapping": wrapping})
    extra = (
        "<infoAdicional><campoAdicional nombre=']]&gt;'>a &amp;#13; ñ&#13;fin"
        "</campoAdicional></infoAdicional>"
    )
    key = factory.key()
    maker = Factory(identity, factory.now, signing={"change": change})
    xml = maker.factura(key, extra=extra)

    client.send(xml)

    answer = client.ask(key)
    assert (answer.state, answer.text("comprobante").encode()) == ("AUTORIZADO", xml)


def test_cdata_is_used_when_it_can_be(sri, client, factory):
    sri.settings.update({"comprobante_wrapping": "cdata"})
    key = factory.key()
    client.send(factory.factura(key))

    assert b"<comprobante><![CDATA[<?xml" in client.ask(key).body


def test_environments_are_two_registers(sri, client, identity, factory):
    production = Factory(identity, factory.now, ambiente="2")
    key = production.key(sequential=1)
    live = client.at("produccion")

    assert live.send(production.factura(key)).state == "RECIBIDA"
    assert client.send(factory.factura(factory.key(sequential=1))).state == "RECIBIDA"
    assert live.ask(key).text("ambiente") == "PRODUCCIÓN"
    assert live.ask(key).codes == []
    assert client.ask(key).count == "0"
    assert client.at("cel").ask(key).count == "1"
    assert client.at("celcer").ask(key).count == "0"


def test_processing_takes_its_time(sri, client, factory, moment):
    sri.settings.update({"processing_seconds": 120})
    key = factory.key()
    xml = factory.factura(key)
    client.send(xml)

    first = client.ask(key)
    assert (first.state, first.count, first.codes) == ("EN PROCESO", "1", [])
    assert client.send(xml).codes == ["70"]
    moment.value += timedelta(seconds=121)

    assert client.ask(key).state == "AUTORIZADO"
    assert client.send(xml).codes == ["43"]


def test_processing_can_be_counted_in_queries(sri, client, factory):
    sri.settings.update({"processing_queries": 2})
    key = factory.key()
    client.send(factory.factura(key))

    states = [client.ask(key).state for _ in range(3)]

    assert states == ["EN PROCESO", "EN PROCESO", "AUTORIZADO"]


def test_not_authorised_document_is_corrected_with_the_same_key(client, factory):
    key = factory.key()
    wrong = factory.factura(
        key, change=lambda text: text.replace("<valor>18.00", "<valor>19.00")
    )
    client.send(wrong)
    assert client.ask(key).state == "NO AUTORIZADO"

    assert client.send(factory.factura(key)).state == "RECIBIDA"

    answer = client.ask(key)
    # The old refusal comes first: whoever takes the first one takes the wrong one.
    assert answer.states == ["NO AUTORIZADO", "AUTORIZADO"]
    assert answer.count == "2"


def test_number_of_a_refused_document_is_free_for_another_key(client, factory):
    refused = factory.key(sequential=5, code="11111111")
    client.send(
        factory.factura(refused, change=lambda t: t.replace("<valor>18.", "<valor>20."))
    )
    assert client.ask(refused).state == "NO AUTORIZADO"

    key = factory.key(sequential=5, code="22222222")
    assert client.send(factory.factura(key)).state == "RECIBIDA"
    assert client.ask(key).state == "AUTORIZADO"


def test_restart_keeps_the_register_and_the_log(tmp_path, moment, factory):
    key, other = factory.key(), factory.key()
    xml = factory.factura(key)
    slow = {"now": moment, "processing_seconds": 60}
    with SriSimulator(tmp_path, **slow) as sri:
        SoapClient(sri).send(xml)

    moment.value += timedelta(seconds=61)
    with SriSimulator(tmp_path, now=moment) as sri:
        client = SoapClient(sri)
        assert client.ask(key).state == "AUTORIZADO"
        assert client.send(xml).codes == ["43"]
        assert client.ask(other).count == "0"
        assert sri.state()["keys"][key]["sent"] == 2


def test_reset_forgets_everything(sri, client, factory):
    key = factory.key()
    client.send(factory.factura(key))
    sri.faults.add("down")
    sri.advance_clock(3600)

    client.control("POST", "reset")

    state = sri.state()
    assert (state["documents"]["total"], state["requests"]) == (0, {})
    assert state["faults"] == []
    assert state["now"] == "2026-11-20T10:00:00-05:00"
    assert client.ask(key).count == "0"


def test_parallel_documents_are_all_authorised_once(sri, factory):
    documents = {}
    for _ in range(24):
        key = factory.key()
        documents[key] = factory.factura(key)

    def send_and_ask(item):
        client = SoapClient(sri)
        return client.send(item[1]).state, client.ask(item[0]).state

    with ThreadPoolExecutor(12) as pool:
        results = list(pool.map(send_and_ask, documents.items()))

    assert results == [("RECIBIDA", "AUTORIZADO")] * 24
    state = sri.state()
    assert state["documents"]["authorised_numbers"] == 24
    assert state["accepted_twice"] == state["sent_twice"] == []


def test_one_document_sent_in_parallel_is_registered_once(sri, factory):
    key = factory.key()
    xml = factory.factura(key)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _i: SoapClient(sri).send(xml), range(16)))

    codes = sorted(code for answer in answers for code in answer.codes)
    assert [answer.state for answer in answers].count("RECIBIDA") == 1
    assert codes == ["43"] * 15
    assert sri.state()["documents"]["total"] == 1
    assert sri.state()["sent_twice"] == [key]
    assert sri.state()["accepted_twice"] == []


def test_one_number_sent_in_parallel_with_two_keys_is_authorised_once(sri, factory):
    codes = [f"{index:08d}" for index in range(8)]
    keys = [factory.key(sequential=9, code=code) for code in codes]
    documents = [factory.factura(key) for key in keys]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda xml: SoapClient(sri).send(xml), documents))

    states = [answer.state for answer in answers]
    assert (states.count("RECIBIDA"), states.count("DEVUELTA")) == (1, 7)
    assert {code for answer in answers for code in answer.codes} == {"45"}
