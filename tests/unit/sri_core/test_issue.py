"""From a document to bytes that may be sent, or all its problems at once."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from sri_core import documents as doc
from sri_core import issue, parser, signer
from sri_core.codes import MAX_BYTES
from sri_core.errors import (
    ArithmeticDifference,
    DocumentError,
    SchemaError,
    SignatureError,
    SriError,
)
from sri_core.signer import SignatureIds
from unit.sri_core import certs, samples, strategies

IDS = SignatureIds(42)


def prepare(document, credential, when=samples.NOW):
    return issue.prepare(document, credential, when, IDS)


@pytest.mark.parametrize("name", samples.ISSUED)
def test_every_type_is_signed_and_reads_back(name, credential):
    document = samples.ISSUED[name]()
    signed = prepare(document, credential)
    assert signed.access_key == document.access_key
    assert (signed.document_type, signed.version) == (document.CODE, document.version)
    assert signer.verify(signed.xml).valid
    assert parser.parse(signed.xml).document == document


@given(document=strategies.documents)
def test_generated_documents_are_signed(document):
    assert signer.verify(prepare(document, certs.credential()).xml).valid


def refused(error, document, credential):
    with pytest.raises(SriError) as caught:
        prepare(document, credential)
    assert type(caught.value) is error
    return [m.identifier for m in caught.value.messages]


def test_wrong_amounts_are_error_52_before_the_sri_sees_them(credential):
    wrong = samples.invoice(total=D("400.00"))
    assert refused(ArithmeticDifference, wrong, credential) == ["total", "payments"]


def test_a_broken_schema_is_error_35_before_the_sri_sees_it(credential):
    wrong = samples.invoice(guide_number="1-2-3", currency="x" * 16)
    assert refused(SchemaError, wrong, credential) == ["schema"] * 2


def test_problems_of_all_kinds_come_together(credential):
    wrong = samples.invoice(total=D("400.00"), guide_number="1-2-3", payments=())
    found = refused(DocumentError, wrong, credential)
    assert found == ["no_payment", "total", "schema"]


def test_what_cannot_be_written_is_said_first(credential):
    assert refused(DocumentError, samples.invoice(lines=()), credential) == [
        "empty_list"
    ]


def test_problems_can_be_asked_for_without_certificate():
    assert issue.problems(samples.invoice()) == []
    wrong = samples.invoice(payments=(), lines=())
    assert [p.identifier for p in issue.problems(wrong)] == ["empty_list"]
    wrong = samples.invoice(payments=())
    assert [p.identifier for p in issue.problems(wrong)] == ["no_payment"]


def test_an_expired_certificate_stops(credential):
    with pytest.raises(SignatureError):
        prepare(samples.invoice(), credential, certs.END.replace(year=2099))


def test_a_file_that_the_sri_would_not_take(credential):
    line = replace(
        samples.lines(1)[0],
        details=(doc.Detail(name="n" * 300, value="v" * 300),) * 3,
        description="d" * 300,
    )
    lines = (line,) * 160
    document = samples.invoice(count=2)
    sums = samples.totals.of_lines(lines)
    document = replace(
        document,
        lines=lines,
        subtotal=sums.subtotal,
        discount=sums.discount,
        taxes=sums.taxes,
        total=sums.total,
        payments=(doc.Payment(method="20", total=sums.total),),
    )
    with pytest.raises(DocumentError) as caught:
        prepare(document, credential)
    (message,) = caught.value.messages
    assert message.identifier == "too_big"
    assert str(MAX_BYTES) in message.text
