"""Rules beyond the schema, each broken once."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest
from sri_core import documents as doc
from sri_core import rules
from unit.sri_core import samples

INVOICE = samples.invoice()
SMALL = replace(INVOICE, total=D("50.00"), buyer=doc.FINAL_CONSUMER)
GUIDE = samples.guide()


def buyer(**changes):
    return replace(INVOICE, buyer=replace(samples.BUYER, **changes))


def kinds(document):
    return [problem.identifier for problem in rules.find(document)]


@pytest.mark.parametrize("name", samples.ISSUED)
def test_samples_keep_the_rules(name):
    assert rules.find(samples.ISSUED[name]()) == []


def test_a_small_sale_to_the_final_consumer():
    assert kinds(SMALL) == []


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (replace(SMALL, total=D("50.01")), ["final_consumer_limit"]),
        (buyer(id_type="07"), ["final_consumer_id", "final_consumer_limit"]),
        (buyer(id_number=doc.FINAL_CONSUMER_ID), ["final_consumer_id"]),
        (
            samples.credit_note(buyer=doc.FINAL_CONSUMER),
            ["final_consumer_type"],
        ),
        (
            samples.liquidation(supplier=doc.FINAL_CONSUMER),
            ["final_consumer_type"],
        ),
        (buyer(id_number="019009876500"), ["id_length"]),
        (buyer(id_type="05"), ["id_length"]),
        (buyer(id_type="06", id_number="AB123"), []),
        # A company RUC that fails the old check digit is no reason to refuse.
        (buyer(id_number="1793213150001"), []),
        (replace(INVOICE, payments=()), ["no_payment"]),
        (replace(INVOICE, access_key="1" * 49), ["key_invalid"]),
        (replace(INVOICE, sequential="000000124"), ["key_mismatch"]),
        (replace(INVOICE, environment="2"), ["key_mismatch"]),
        (
            replace(INVOICE, issue_date=samples.TODAY + timedelta(days=1)),
            ["key_mismatch"],
        ),
        (
            replace(INVOICE, additional_info=samples.INFO * 8),
            ["too_many_fields"],
        ),
        (
            replace(GUIDE, carrier=replace(GUIDE.carrier, id_type="08")),
            ["carrier_id_type"],
        ),
        (
            replace(GUIDE, end_date=GUIDE.start_date - timedelta(days=1)),
            ["transport_dates"],
        ),
        (
            replace(GUIDE, start_date=GUIDE.issue_date - timedelta(days=1)),
            ["transport_before_guide"],
        ),
        (samples.withholding(subject_kind="01"), ["subject_kind"]),
    ],
)
def test_a_broken_rule_is_named(document, expected):
    assert kinds(document) == expected


def test_a_key_that_does_not_match_says_where():
    (problem,) = rules.find(replace(INVOICE, sequential="000000124"))
    assert problem.text == (
        "The access key says 000000123 for secuencial, the document says 000000124."
    )


def test_empty_fields_do_not_count():
    empty = (doc.Detail(name="x", value=" "),) * 20
    assert kinds(replace(INVOICE, additional_info=empty)) == []


def test_all_problems_come_at_once_in_both_languages():
    document = replace(buyer(id_number="1"), payments=(), access_key="1")
    problems = rules.find(document)
    assert [p.identifier for p in problems] == [
        "key_invalid",
        "id_length",
        "no_payment",
    ]
    assert problems[2].in_language("es_EC") == "[no_payment] Falta la forma de pago."
    assert problems[2].in_language("en_US").endswith("The payment method is missing.")
