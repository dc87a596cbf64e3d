"""Each reason for DEVUELTA or NO AUTORIZADO, one document that gives it."""

from datetime import timedelta

import pytest
from simulator_support import Factory, Line, refused_answer, replacing

from sri_simulator.access_key import check_digit


def _returned(client, xml):
    answer = client.send(xml)
    assert answer.state == "DEVUELTA"
    return answer


# === RECEPTION === #


def test_26_too_big(client, factory):
    answer = _returned(client, factory.factura() + b" " * 320 * 1024)

    assert answer.codes == ["26"]


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (b"<factura", "factura"),
        (b"<otro/>", "Elemento raíz otro"),
        (b"\xef\xbb\xbf<factura/>", "BOM"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?><factura/>", "ISO-8859-1"),
        ("<factura>ñ</factura>".encode("latin-1"), "UTF-8"),
        (b"<!DOCTYPE factura [<!ENTITY a 'b'>]><factura>&a;</factura>", "DOCTYPE"),
    ],
)
def test_35_unreadable(client, xml, expected):
    answer = _returned(client, xml)

    assert answer.codes == ["35"]
    assert expected in answer.info
    assert answer.text("claveAcceso") == "N/A"


def test_35_schema(client, factory):
    xml = factory.factura(change=replacing("<moneda>DOLAR</moneda>", "<x/>"))

    answer = _returned(client, xml)

    assert answer.codes == ["35"]
    assert "x" in answer.info


def test_36_retired_version(sri, client, factory):
    sri.settings.update({"retired_versions": ["factura 1.1.0"]})

    assert _returned(client, factory.factura()).codes == ["36"]


def test_47_unknown_type(client, factory):
    xml = factory.factura(change=replacing("<codDoc>01", "<codDoc>99"))

    assert _returned(client, xml).codes == ["47"]


def test_48_unknown_version(client, factory):
    xml = factory.factura(change=replacing('version="1.1.0"', 'version="9.9.9"'))

    assert _returned(client, xml).codes == ["48"]


def test_49_nothing_sent(client):
    assert _returned(client, b"").codes == ["49"]


def test_80_check_digit(client, factory):
    key = factory.key()
    wrong = key[:48] + str((int(key[48]) + 1) % 10)

    assert _returned(client, factory.factura(wrong)).codes == ["80"]


def test_58_key_of_another_number(client, factory):
    change = replacing("<secuencial>000000001", "<secuencial>000000002")
    xml = factory.factura(change=change)

    answer = _returned(client, xml)

    assert (answer.codes, "secuencial" in answer.info) == (["58"], True)


def test_58_other_environment(client, identity, factory):
    xml = Factory(identity, factory.now, ambiente="2").factura()

    assert _returned(client, xml).codes == ["58"]


@pytest.mark.parametrize(
    ("taxpayer", "code"),
    [
        ({"status": "inactive"}, "2"),
        ({"documents": ["04"]}, "27"),
        ({"status": "no_agreement"}, "28"),
        ({"status": "not_authorised"}, "37"),
        ({"establishments": {"001": "closed"}}, "56"),
        ({"establishments": {"002": "open"}}, "56"),
        ({"status": "suspended"}, "57"),
        ({"status": "closed"}, "63"),
    ],
)
def test_issuer_who_may_not_issue(sri, client, factory, taxpayer, code):
    sri.settings.update({"taxpayers": {factory.identity.ruc: taxpayer}})

    assert _returned(client, factory.factura()).codes == [code]


def test_46_issuer_not_registered(sri, client, factory):
    sri.settings.update({"taxpayers": {"0990000000001": {}}})

    assert _returned(client, factory.factura()).codes == ["46"]


def test_registered_issuer_may_issue(sri, client, factory):
    taxpayer = {"establishments": {"001": "open"}, "documents": ["01"]}
    sri.settings.update({"taxpayers": {factory.identity.ruc: taxpayer}})

    assert client.send(factory.factura()).state == "RECIBIDA"


def test_43_key_registered(client, factory):
    xml = factory.factura()
    client.send(xml)

    assert _returned(client, xml).codes == ["43"]


def test_45_number_registered_with_another_key(client, factory):
    client.send(factory.factura(factory.key(sequential=3, code="11111111")))

    answer = _returned(
        client, factory.factura(factory.key(sequential=3, code="22222222"))
    )

    assert answer.codes == ["45"]


def test_45_does_not_mix_emission_points(client, factory):
    key = factory.key(sequential=3)
    client.send(factory.factura(key))
    other = key[:24] + "001009" + key[30:48]
    assert client.send(factory.factura(other + check_digit(other))).state == "RECIBIDA"


def test_70_key_in_process(sri, client, factory):
    sri.settings.update({"processing_seconds": 60})
    xml = factory.factura()
    client.send(xml)

    assert _returned(client, xml).codes == ["70"]


@pytest.mark.parametrize(("days", "accepted"), [(0, True), (-3, True), (-4, False)])
def test_65_late(client, factory, days, accepted):
    key = factory.key(date=factory.now.date() + timedelta(days=days))

    answer = client.send(factory.factura(key))

    assert (answer.state == "RECIBIDA") is accepted
    assert answer.codes == ([] if accepted else ["65"])


def test_65_tolerance_can_be_none(sri, client, factory):
    sri.settings.update({"date_tolerance_days": 0})
    key = factory.key(date=factory.now.date() - timedelta(days=1))

    assert _returned(client, factory.factura(key)).codes == ["65"]


def test_65_date_of_a_server_in_utc(client, factory, moment):
    # 20 November, 20:00 in Guayaquil is already the 21st in UTC.
    moment.value = moment.value.replace(hour=20)
    key = factory.key(date=factory.now.date() + timedelta(days=1))

    assert _returned(client, factory.factura(key)).codes == ["65"]


def test_67_day_that_does_not_exist(client, factory):
    key = factory.key()
    first = "31112026" + key[8:48]
    assert _returned(client, factory.factura(first + check_digit(first))).codes == [
        "67"
    ]


def test_returned_document_leaves_nothing_behind(sri, client, factory):
    key = factory.key()
    client.send(
        factory.factura(key, change=replacing("<detalles>", "<otros/><detalles>"))
    )
    client.send(factory.factura(key, change=replacing("<ruc>179", "<ruc>189")))

    assert sri.state()["documents"]["total"] == 0
    assert client.ask(key).count == "0"
    assert client.send(factory.factura(key)).state == "RECIBIDA"


# === AUTHORISATION === #


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("<precioTotalSinImpuesto>120.00", "<precioTotalSinImpuesto>120.02", "Línea 1"),
        ("<totalSinImpuestos>120.00", "<totalSinImpuestos>120.02", "totalSinImpuestos"),
        ("<totalDescuento>5.00", "<totalDescuento>0.00", "totalDescuento"),
        ("<importeTotal>138.00", "<importeTotal>138.01", "importeTotal"),
        ("<total>138.00", "<total>137.99", "pagos"),
        ("<valor>18.00", "<valor>18.02", "valor"),
        ("<tarifa>15.00", "<tarifa>12.00", "tarifa"),
        # the header's tax stands right after its code, a line's after its rate
        ("taje><baseImponible>120.00", "taje><baseImponible>120.04", "2/4, base"),
        ("\n<baseImponible>120.00", "\n<baseImponible>120.04", "base del IVA"),
        ("4</codigoPorcentaje><base", "8</codigoPorcentaje><base", "2/4: falta"),
    ],
)
def test_52_arithmetic(client, factory, old, new, where):
    key = factory.key()

    answer = refused_answer(
        client, key, factory.factura(key, change=replacing(old, new))
    )

    assert set(answer.codes) == {"52"}
    assert where in answer.info


def test_tax_is_rounded_once_per_rate_and_a_cent_of_slack_is_left(client, factory):
    # 3 lines of 0.03: each 15 % rounds to 0.00, the group's 0.0135 to 0.01.
    key = factory.key()
    lines = [Line("1", "0.03", "0.00")] * 3

    client.send(factory.factura(key, lines=lines))

    assert client.ask(key).state == "AUTORIZADO"


def test_69_unknown_receiver(sri, client, factory):
    sri.settings.update({"unknown_receivers": ["1790098765001"]})
    key = factory.key()

    assert refused_answer(client, key, factory.factura(key)).codes == ["69"]


@pytest.mark.parametrize(
    "buyer", [("04", "1712345678"), ("05", "1790098765001"), ("07", "1712345678")]
)
def test_69_identification_of_the_wrong_type(client, factory, buyer):
    key = factory.key()

    assert refused_answer(client, key, factory.factura(key, buyer=buyer)).codes == [
        "69"
    ]


def test_62_doubtful_cedula_is_only_a_warning(client, factory):
    key = factory.key()
    client.send(factory.factura(key, buyer=("05", "1712345678")))

    answer = client.ask(key)

    assert (answer.state, answer.codes) == ("AUTORIZADO", ["60", "62"])
