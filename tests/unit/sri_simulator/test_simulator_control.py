"""Control API, ConsultaComprobante, seeded documents."""

import base64
from datetime import timedelta

import pytest
from simulator_support import Factory


def test_faults_are_added_listed_and_removed(sri, client, factory):
    status, answer = client.control(
        "POST", "faults", [{"kind": "drop", "count": 1}, {"kind": "delay", "ms": 1}]
    )
    assert (status, len(answer["ids"])) == (201, 2)
    listed = client.control("GET", "faults")[1]["faults"]
    assert [(fault["kind"], fault["hits"]) for fault in listed] == [
        ("drop", 0),
        ("delay", 0),
    ]

    drop = answer["ids"][0]
    assert client.control("DELETE", f"faults/{drop}") == (200, {"removed": drop})
    assert client.control("DELETE", f"faults/{drop}")[0] == 404
    assert client.send(factory.factura()).state == "RECIBIDA"
    assert client.control("GET", "faults")[1]["faults"][0]["hits"] == 1
    assert client.control("DELETE", "faults")[0] == 200
    assert sri.faults.as_list() == []


def test_one_senseless_fault_of_a_list_adds_none(sri, client):
    status, answer = client.control("POST", "faults", [{"kind": "drop"}, {"kind": "x"}])

    assert (status, "kind" in answer["error"]) == (422, True)
    assert sri.faults.as_list() == []


@pytest.mark.parametrize(
    ("method", "path", "value", "status"),
    [
        ("GET", "nothing", None, 405),
        ("POST", "state", {}, 405),
        ("GET", "state/more/less", None, 404),
        ("GET", "requests?limit=many", None, 400),
        ("POST", "settings", {"colour": 1}, 422),
        ("POST", "settings", {"latency_ms": -1}, 422),
        ("POST", "settings", {"latency_ms": "fast"}, 422),
        ("POST", "settings", {"taxpayers": {"179": {"status": "odd"}}}, 422),
        ("POST", "settings", [], 400),
        ("POST", "clock", {}, 422),
        ("POST", "documents", {}, 422),
        ("POST", "documents", {"xml": "%"}, 422),
        ("POST", "annul/1", {}, 404),
        ("GET", "documents/1", None, 404),
    ],
)
def test_bad_orders_are_refused(client, method, path, value, status):
    reply = client.control(method, path, value)

    assert reply[0] == status
    assert reply[1]["error"]


def test_body_that_is_not_json(sri, client):
    assert client.post(f"{sri.url}/control/faults", "{kind}").status == 400


def test_settings_change_together_or_not_at_all(sri, client):
    client.control("POST", "settings", {"latency_ms": 5, "hold_seconds": -1})
    assert sri.settings.latency_ms == 0

    client.control("POST", "settings", {"latency_ms": 5, "allow_sha256": True})
    assert (sri.settings.latency_ms, sri.settings.allow_sha256) == (5, True)


def test_state_counts_what_was_sent_per_key(client, factory):
    key, other = factory.key(), factory.key()
    xml = factory.factura(key)
    client.send(xml)
    client.send(xml)
    client.send(factory.factura(key, buyer=("05", "1710034065")))
    client.ask(key)
    client.ask(other)

    state = client.control("GET", "state")[1]

    assert (
        state["keys"][key]
        | {
            "state": "AUTORIZADO",
            "number": "001-002-000000001",
            "sent": 3,
            "received": 1,
            "returned": 2,
            "queries": 1,
            "contents": 2,
        }
        == state["keys"][key]
    )
    assert (state["keys"][other]["sent"], state["keys"][other]["queries"]) == (0, 1)
    assert state["requests"] == {"reception": 3, "authorization": 2}
    assert (state["sent_twice"], state["accepted_twice"]) == ([key], [])
    assert state["documents"] == {
        "total": 1,
        "by_state": {"AUTORIZADO": 1},
        "authorised_keys": 1,
        "authorised_numbers": 1,
    }


def test_requests_are_listed_with_times_and_filters(client, factory):
    key = factory.key()
    client.send(factory.factura(key))
    client.ask(key)
    client.ask(factory.key())

    rows = client.control("GET", f"requests?key={key}")[1]["requests"]
    assert [(row["service"], row["outcome"]) for row in rows] == [
        ("reception", "RECIBIDA"),
        ("authorization", "AUTORIZADO"),
    ]
    assert all(row["received_at"] <= row["answered_at"] for row in rows)
    last = client.control("GET", f"requests?after={rows[-1]['id']}&limit=5")
    assert [row["outcome"] for row in last[1]["requests"]] == ["0"]
    by_service = client.control("GET", "requests?service=reception")[1]["requests"]
    assert len(by_service) == 1


def test_clock_runs_ahead_on_command(sri, client, factory):
    sri.settings.update({"processing_seconds": 3600})
    key = factory.key()
    client.send(factory.factura(key))
    assert client.ask(key).state == "EN PROCESO"

    client.control("POST", "clock", {"advance_seconds": 3601})

    assert client.ask(key).state == "AUTORIZADO"


def test_document_can_be_fetched_with_its_attempts(client, factory):
    key = factory.key()
    xml = factory.factura(key)
    client.send(xml)

    answer = client.control("GET", f"documents/{key}")[1]

    assert base64.b64decode(answer["attempts"][0]["xml"]) == xml
    assert answer["attempts"][0]["state"] == "AUTORIZADO"
    listed = client.control("GET", "documents")[1]["documents"]
    assert [row["access_key"] for row in listed] == [key]


# === CONSULTA === #


def test_state_of_a_document_and_its_annulment(client, factory):
    key = factory.key()
    client.send(factory.factura(key))
    answer = client.consult(key)
    assert answer.text("estadoAutorizacion") == "AUTORIZADO"
    assert answer.text("tipoComprobante") == "Factura"
    assert answer.text("rucEmisor") == "1790012345001"

    for state in ("PENDIENTE DE ANULAR", "ANULADO"):
        client.control("POST", f"annul/{key}", {"state": state})
        assert client.consult(key).text("estadoAutorizacion") == state
    # The authorisation service goes on telling that it was authorised once.
    assert client.ask(key).state == "AUTORIZADO"
    client.control("POST", f"annul/{key}", {"state": None})
    assert client.consult(key).text("estadoAutorizacion") == "AUTORIZADO"


def test_consulted_key_that_has_no_answer(sri, client, factory, moment):
    key = factory.key()
    unknown = client.consult(key)
    assert (unknown.text("estadoConsulta"), unknown.codes) == ("RECHAZADA", ["99"])
    assert "formato" in client.consult("123").info

    client.send(factory.factura(key))
    moment.value = moment.value.replace(month=12, day=31)
    assert client.consult(key).text("estadoAutorizacion") == "AUTORIZADO"
    moment.value += timedelta(days=1)
    old = client.consult(key)
    assert (old.codes, "rango" in old.info) == (["99"], True)


# === SEEDED DOCUMENTS === #


def _seed(client, xml, **values):
    return client.control(
        "POST", "documents", {"xml": base64.b64encode(xml).decode(), **values}
    )


def test_document_of_another_party_is_found_by_its_key(sri, client, factory):
    date = (factory.now - timedelta(days=90)).date()
    key = factory.key(date=date)
    xml = factory.factura(key)

    status, answer = _seed(client, xml)

    assert (status, answer["access_key"]) == (201, key)
    assert client.ask(key).text("comprobante").encode() == xml
    assert _seed(client, xml)[0] == 422  # 43, as for anybody
    state = sri.state()
    assert (state["keys"][key]["origin"], state["requests"]) == (
        "seeded",
        {"authorization": 1},
    )


def test_wrong_document_is_seeded_only_by_force(sri, client, factory):
    key = factory.key()
    xml = factory.unsigned(key)

    status, answer = _seed(client, xml)
    assert (status, answer["error"][:3]) == (422, "39:")
    assert sri.state()["documents"]["total"] == 0

    assert _seed(client, xml, force=True)[0] == 201
    assert client.ask(key).state == "AUTORIZADO"
    assert _seed(client, b"<factura", force=True)[0] == 422
    assert _seed(client, b"<factura/>", force=True)[0] == 422


def test_production_document_is_seeded_in_production(client, identity, factory):
    live = Factory(identity, factory.now, ambiente="2")
    key = live.key()

    assert _seed(client, live.factura(key))[1]["environment"] == "produccion"
    assert client.at("produccion").ask(key).state == "AUTORIZADO"
