"""The product's builders, signer and client against the simulator, end to end."""

import importlib.util
import random
from decimal import Decimal
from pathlib import Path

import pytest
from simulator_support import Identity, SoapClient, sign

from sri_simulator import SriSimulator, arithmetic, third_party
from sri_simulator.comprobante import parse
from sri_simulator.schemas import load_core

SAMPLES = Path(__file__).resolve().parents[1] / "sri_core" / "samples.py"


@pytest.fixture(scope="module")
def samples():
    if not SAMPLES.exists():
        pytest.skip("sri_core has no samples")
    spec = importlib.util.spec_from_file_location("o2c_sri_core_samples", SAMPLES)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def credential(samples):
    p12 = third_party.make_p12(samples.RUC, "MAYORISTA", "clave", samples.NOW)
    return load_core("certificate").load_p12(p12, "clave", samples.NOW, samples.RUC)


@pytest.fixture
def sri(tmp_path, samples):
    with SriSimulator(tmp_path, now=lambda: samples.NOW, hold_seconds=2) as simulator:
        yield simulator


def _client(sri, read_timeout):
    product = load_core("client")
    return product.SriClient(
        product.Endpoints.at(sri.base_url("pruebas")),
        product.Timeouts(connect=5, read=read_timeout),
    )


@pytest.fixture
def client(sri):
    return _client(sri, read_timeout=10)


@pytest.fixture
def signed(samples, credential):
    def sign(document, algorithm="sha1"):
        ids = load_core("signer").SignatureIds(4711)
        return load_core("issue").prepare(
            document, credential, samples.NOW, ids, algorithm
        )

    return sign


TYPES = (
    *("invoice", "invoice_2", "liquidation", "credit_note", "debit_note"),
    *("guide", "withholding"),
)


@pytest.mark.parametrize("name", TYPES)
def test_each_type_is_authorised(samples, signed, client, name):
    document = signed(getattr(samples, name)())

    reception = client.send(document.xml)
    best = client.authorisation(document.access_key).best

    assert (reception.received, reception.messages) == (True, ())
    assert best.authorised, best.messages
    assert best.number == document.access_key
    assert client.authorisation("1" * 49).unknown


def test_sha256_is_judged_like_sha1(samples, signed, client, sri):
    sri.settings.update({"allow_sha256": True})
    document = signed(samples.withholding(), "sha256")

    client.send(document.xml)

    assert client.authorisation(document.access_key).best.authorised


@pytest.mark.parametrize(
    ("name", "old", "new", "where"),
    [
        # 320.00 at 15 % is 48.00; the document is 378.31
        ("invoice", "<importeTotal>378.31", "<importeTotal>378.30", "importeTotal"),
        ("invoice", "<valor>48.00", "<valor>48.02", "valor"),
        ("liquidation", "<importeTotal>368.00", "<importeTotal>36.80", "importeTotal"),
        ("credit_note", "Modificacion>378.31", "Modificacion>378.30", "valorModif"),
        ("credit_note", "SinImpuesto>10.31", "SinImpuesto>10.33", "Línea 2"),
        ("debit_note", "<valorTotal>29.33", "<valorTotal>29.32", "valorTotal"),
        ("debit_note", "<valor>20.00", "<valor>21.00", "totalSinImpuestos"),
        ("withholding", "<valorRetenido>45.00", "<valorRetenido>45.02", "Retenido 1"),
        ("withholding", "<valorImpuesto>150.00", "<valorImpuesto>15.00", "impuesto"),
        ("withholding", "<importeTotal>1150.00", "<importeTotal>1151.00", "importe"),
    ],
)  # fmt: skip
def test_arithmetic_of_each_type_finds_what_is_wrong(samples, name, old, new, where):
    xml = load_core("builders").build(getattr(samples, name)()).decode()
    assert arithmetic.check(parse(xml.encode())) == []
    assert old in xml

    problems = arithmetic.check(parse(xml.replace(old, new).encode()))

    assert any(where in problem for problem in problems), problems


@pytest.fixture(scope="module")
def identity(samples):
    return Identity.make(samples.RUC, samples.NOW)


@pytest.mark.parametrize(
    ("name", "old", "new", "codes"),
    [
        ("guide", "IniTransporte>10/03/2026", "IniTransporte>09/03/2026", ["82"]),
        ("guide", "FinTransporte>12/03/2026", "FinTransporte>09/03/2026", ["82"]),
        ("guide", "FinTransporte>12/03/2026", "FinTransporte>31/02/2026", ["67"]),
        ("withholding", "<codSustento>06", "<codSustento>77", ["64"]),
        ("credit_note", "<codDocModificado>01", "<codDocModificado>99", ["64"]),
        ("guide", "", "", []),
    ],
)
def test_dates_and_codes_of_the_other_types(
    sri, samples, identity, name, old, new, codes
):
    document = getattr(samples, name)()
    text = load_core("builders").build(document).decode()
    assert old in text
    client = SoapClient(sri)

    client.send(sign(text.replace(old, new).encode(), identity, samples.NOW))
    answer = client.ask(document.access_key)

    assert answer.state == ("NO AUTORIZADO" if codes else "AUTORIZADO")
    assert answer.codes == (codes or ["60"])


def _random_lines(totals, dice):
    rates = [("4", 15), ("0", 0), ("5", 5), ("6", 0), ("7", 0)]
    for _ in range(dice.randint(1, 12)):
        quantity = Decimal(dice.randint(1, 10**6)) / 1000
        price = Decimal(dice.randint(1, 10**8)) / 10**6
        gross = totals.cents(quantity * price)
        discount = totals.cents(gross * Decimal(dice.choice([0, 3, 50])) / 100)
        code, rate = dice.choice(rates)
        yield totals.line(
            description="x",
            quantity=quantity,
            unit_price=price,
            discount=discount,
            taxes=(totals.Rate("2", code, Decimal(rate)),),
        )


def test_two_arithmetics_agree_on_any_invoice(samples):
    """What the product adds up, the simulator's own sums find without a difference."""
    totals, builders = load_core("totals"), load_core("builders")
    dice = random.Random(20261122)
    payment = samples.doc.Payment
    for _ in range(100):
        lines = tuple(_random_lines(totals, dice))
        sums = totals.of_lines(lines)
        invoice = samples.invoice(
            lines=lines,
            subtotal=sums.subtotal,
            discount=sums.discount,
            taxes=sums.taxes,
            total=sums.total,
            payments=(payment(method="20", total=sums.total),),
        )
        assert arithmetic.check(parse(builders.build(invoice))) == []


def _deliver(client, document, tries=60):
    """Send one document as SPEC §6.1 wants it: when in doubt, ask before resending."""
    errors = load_core("errors")
    for _ in range(tries):
        try:
            answer = client.authorisation(document.access_key)
            if answer.unknown:
                client.send(document.xml)
            elif answer.best.authorised:
                return True
        except errors.SriUnavailable:
            continue
    return False


def test_nothing_is_lost_or_doubled_when_everything_goes_wrong(samples, signed, sri):
    client = _client(sri, read_timeout=0.5)
    for index, kind in enumerate(("drop", "html", "http_error", "truncate", "down")):
        for when in ("before", "after"):
            sri.faults.add(kind, when=when, probability=0.12, seed=index)
    sri.faults.add("timeout", service="reception", count=1, skip=3)
    sri.faults.add("processing", service="reception", queries=2, probability=0.5)
    documents = [
        signed(samples.invoice(**samples.header("01", sequential=number)))
        for number in range(1, 11)
    ]

    delivered = [_deliver(client, document) for document in documents]

    assert all(delivered)
    state = sri.state()
    assert state["documents"] == {
        "total": 10,
        "by_state": {"AUTORIZADO": 10},
        "authorised_keys": 10,
        "authorised_numbers": 10,
    }
    assert state["accepted_twice"] == []
    assert {key["contents"] for key in state["keys"].values()} == {1}
    assert sum(fault["hits"] for fault in state["faults"]) > 15
