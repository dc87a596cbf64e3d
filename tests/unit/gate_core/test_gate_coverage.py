"""A decision accepts what it saw: this policy, this content, no worse, in time."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from gate_core import Acceptance, Finding, answerable, standing, uncovered
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2026, 3, 10)
DISCOUNT = Finding(
    "pricing.discount",
    "Discount",
    measure=Decimal(15),
    limit=Decimal(10),
    unit="percent",
    subject="line:1",
)
MARGIN = replace(
    DISCOUNT, policy="pricing.margin", measure=Decimal(8), direction="below"
)
LIMIT = Finding("credit.limit", "Limit", Decimal(1200), Decimal(1000), unit="amount")
OVERDUE = Finding("credit.overdue", "Overdue", Decimal(31), Decimal(15), unit="days")


def accepted(*findings, fingerprint="F", **values):
    return Acceptance(findings, fingerprint, **values)


def covered(finding, acceptance, fingerprint="F", today=TODAY):
    return not uncovered([finding], [acceptance], fingerprint, today)


@pytest.mark.parametrize("finding", [DISCOUNT, MARGIN, LIMIT, OVERDUE])
def test_what_was_accepted_is_covered(finding):
    assert covered(finding, accepted(finding))


@pytest.mark.parametrize(
    "finding, measure, still",
    [
        (DISCOUNT, 14, True),
        (DISCOUNT, "15.01", False),
        (MARGIN, 9, True),
        (MARGIN, "7.99", False),
        (LIMIT, 1100, True),
        (LIMIT, 1201, False),
        # days pass by themselves; the end date of the decision bounds them
        (OVERDUE, 90, True),
    ],
)
def test_worse_is_not_covered(finding, measure, still):
    now = replace(finding, measure=Decimal(measure))
    assert covered(now, accepted(finding)) is still


def test_an_amount_may_be_granted_beyond_the_measure():
    grant = accepted(LIMIT, amount=Decimal(2000))
    assert covered(replace(LIMIT, measure=Decimal(1900)), grant)
    assert not covered(replace(LIMIT, measure=Decimal(2001)), grant)
    # an amount says nothing about percents
    worse = replace(DISCOUNT, measure=Decimal(40))
    assert not covered(worse, accepted(DISCOUNT, amount=Decimal(2000)))


def test_other_content_is_not_covered():
    assert not covered(DISCOUNT, accepted(DISCOUNT), fingerprint="G")


def test_another_line_is_not_covered():
    other = replace(DISCOUNT, subject="line:2")
    assert not covered(other, accepted(DISCOUNT))


def test_another_policy_is_not_covered():
    assert not covered(MARGIN, accepted(DISCOUNT))


def test_it_counts_on_its_last_day_and_no_longer():
    grant = accepted(DISCOUNT, valid_until=TODAY)
    assert covered(DISCOUNT, grant)
    assert not covered(DISCOUNT, grant, today=date(2026, 3, 11))


def test_several_decisions_together():
    rest = uncovered(
        [DISCOUNT, MARGIN, LIMIT], [accepted(DISCOUNT), accepted(LIMIT)], "F", TODAY
    )
    assert rest == [MARGIN]


def test_low_levels_first():
    late = replace(DISCOUNT, level=2)
    assert uncovered([late, MARGIN], [], "F", TODAY) == [MARGIN, late]


def test_a_later_refusal_takes_back_an_acceptance():
    rows = [(True, accepted(DISCOUNT, MARGIN)), (False, accepted(DISCOUNT))]
    (kept,) = standing(rows)
    assert kept.findings == (MARGIN,)
    assert standing([*rows, (True, accepted(DISCOUNT))])[-1].findings == (DISCOUNT,)


def test_a_refusal_of_other_content_takes_nothing_back():
    rows = [(True, accepted(DISCOUNT)), (False, accepted(DISCOUNT, fingerprint="G"))]
    assert standing(rows)[0].findings == (DISCOUNT,)


def test_findings_survive_their_store():
    assert Finding.from_json(DISCOUNT.to_json()) == DISCOUNT


def test_excess():
    assert DISCOUNT.excess == 5
    assert replace(MARGIN, limit=Decimal(12)).excess == 4
    assert replace(DISCOUNT, measure=Decimal(3)).excess == 0


@pytest.mark.parametrize("values", [{"unit": "kilos"}, {"direction": "sideways"}])
def test_nonsense_is_refused(values):
    with pytest.raises(ValueError):
        Finding("x", "x", **values)


@given(st.decimals(-100, 100, places=2), st.decimals(-100, 100, places=2))
def test_nothing_is_worse_than_itself_and_order_is_strict(one, other):
    for finding in (DISCOUNT, MARGIN, LIMIT):
        worse = replace(finding, measure=one).worse_than(other)
        better = replace(finding, measure=other).worse_than(one)
        assert not (worse and better)
        assert not replace(finding, measure=one).worse_than(one)


# ------------------------------------------------ changes of confirmed orders
def agreed(quantity=10, unit="85", extra=None, **values):
    lines = {
        "1": {"quantity": quantity, "unit": unit, "subtotal": "0"},
        **(extra or {}),
    }
    return {"partner": 3, "lines": lines, **values}


NEW_LINE = {"2": {"quantity": 1, "unit": "5", "subtotal": "5"}}


def answer(after, *, known=(), before_open=(), after_open=()):
    return answerable(agreed(), after, known, before_open, after_open)


def test_a_new_finding_has_to_be_answered():
    assert answer(agreed(unit="40"), after_open=[DISCOUNT]) == [DISCOUNT]


def test_more_of_an_accepted_line_reopens_it():
    """Covered before, uncovered after: the fingerprint changed."""
    found = answer(agreed(quantity=50), known=[DISCOUNT], after_open=[DISCOUNT])
    assert found == [DISCOUNT]


def test_less_of_an_accepted_line_does_not():
    assert not answer(agreed(quantity=4), known=[DISCOUNT], after_open=[DISCOUNT])


def test_less_that_makes_it_worse_does():
    worse = replace(DISCOUNT, measure=Decimal(16))
    assert answer(agreed(quantity=4), known=[DISCOUNT], after_open=[worse]) == [worse]


def test_a_line_left_alone_that_time_made_dearer_is_nobodys_fault():
    found = answer(
        agreed(extra=NEW_LINE),
        known=[DISCOUNT],
        before_open=[DISCOUNT],
        after_open=[DISCOUNT],
    )
    assert not found


def test_but_a_decided_line_is_reopened_by_any_change():
    found = answer(
        agreed(extra=NEW_LINE), known=[DISCOUNT], before_open=[], after_open=[DISCOUNT]
    )
    assert found == [DISCOUNT]


def test_another_customer_answers_for_everything():
    found = answer(
        agreed(partner=4), known=[LIMIT], before_open=[LIMIT], after_open=[LIMIT]
    )
    assert found == [LIMIT]


def test_more_goods_answer_for_the_customers_debt():
    found = answer(
        agreed(quantity=11), known=[LIMIT], before_open=[LIMIT], after_open=[LIMIT]
    )
    assert found == [LIMIT]
