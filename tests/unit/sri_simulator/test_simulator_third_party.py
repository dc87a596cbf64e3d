"""Documents of other parties, from the product's builders to the register."""

import datetime
from decimal import Decimal

import pytest

from sri_simulator import third_party
from sri_simulator.comprobante import parse

US = third_party.Receiver("1790012345001", "MAYORISTA PEÑA CÍA. LTDA.")


@pytest.fixture(scope="module")
def p12():
    now = datetime.datetime(2026, 11, 20, 15, tzinfo=datetime.timezone.utc)
    return third_party.make_p12("0991234567001", "ARROCERA & HIJOS", "clave", now)


@pytest.fixture
def issuer(p12):
    return third_party.Taxpayer("0991234567001", "ARROCERA & HIJOS S.A.", p12, "clave")


def test_factura_of_a_supplier_is_fetched_by_key(sri, client, issuer, moment):
    sales = [
        third_party.Sale("Arroz añejo", Decimal(100), Decimal("32.5"), iva=Decimal(0)),
        third_party.Sale("Flete", Decimal(1), Decimal("40"), discount=Decimal("1.25")),
    ]
    issue = third_party.Issue(
        7, now=moment.value, issue_date=datetime.date(2026, 8, 3), numeric_code=1
    )

    made = third_party.supplier_invoice(issuer, US, sales, issue)
    sri.register(made.xml)

    # 3250.00 + 38.75 + 15 % of 38.75 (5.8125 → 5.81)
    assert (made.number, made.total) == ("001-001-000000007", Decimal("3294.56"))
    assert made.access_key[:24] == "030820260109912345670011"
    answer = client.ask(made.access_key)
    assert (answer.state, answer.text("comprobante").encode()) == (
        "AUTORIZADO",
        made.xml,
    )


def test_retencion_of_a_customer_is_fetched_by_key(sri, client, issuer, moment):
    # 30 % of an IVA of 15.00 and 1.75 % of 100.00
    support = third_party.Support(
        "001-002-000000123",
        datetime.date(2026, 11, 18),
        Decimal("100.00"),
        (
            third_party.Withheld("1", "312", Decimal("100.00"), Decimal("1.75")),
            third_party.Withheld("2", "1", Decimal("15.00"), Decimal("30")),
        ),
    )

    made = third_party.customer_withholding(
        issuer, US, [support], third_party.Issue(now=moment.value)
    )
    sri.register(made.xml)

    assert made.total == Decimal("6.25")
    assert client.ask(made.access_key).state == "AUTORIZADO"
    document = parse(made.xml)
    assert document.receivers == [("04", "1790012345001")]
    assert document.root.findtext(".//numDocSustento") == "001002000000123"


def test_they_may_also_be_sent_like_any_document(client, issuer, moment):
    sale = third_party.Sale("Arroz", Decimal(1), Decimal("10"))
    issue = third_party.Issue(now=moment.value)

    made = third_party.supplier_invoice(issuer, US, [sale], issue)

    assert client.send(made.xml).state == "RECIBIDA"
    assert client.ask(made.access_key).state == "AUTORIZADO"
