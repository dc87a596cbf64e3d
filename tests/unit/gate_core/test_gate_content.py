"""Content has one fingerprint, whatever way its numbers are written."""

import sys
from decimal import Decimal

import pytest
from gate_core import Content, canonical, is_reduction
from hypothesis import given
from hypothesis import strategies as st


def line(**values):
    return {
        "product": 7,
        "uom": 1,
        "quantity": 10,
        "unit": "85.000000",
        "subtotal": "850.000000",
        **values,
    }


def agreed(lines=None, **values):
    return {"partner": 3, "payment_term": 2, "lines": lines or {"1": line()}, **values}


def test_the_core_knows_no_odoo():
    assert "odoo" not in sys.modules


@pytest.mark.parametrize(
    "one, other",
    [
        (1, 1.0),
        (Decimal("1.00"), 1),
        (0.1 + 0.2 - 0.2, 0.1),
        (0, -0.0),
        (100, Decimal("1E+2")),
        ({"b": 1, "a": 2}, {"a": 2, "b": 1}),
        ((1, 2), [1, 2]),
    ],
)
def test_equal_values_read_the_same(one, other):
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    "one, other", [(1, 2), ("1", "01"), (True, False), (None, ""), ([1, 2], [2, 1])]
)
def test_different_values_do_not(one, other):
    assert canonical(one) != canonical(other)


def test_what_has_no_form_is_refused():
    with pytest.raises(TypeError):
        canonical({"x": object()})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_a_fingerprint_depends_on_content_alone(value):
    content = Content({"lines": {}, "x": value}, {})
    assert content.fingerprint == Content({"x": value, "lines": {}}, {}).fingerprint


def test_costs_bind_quotations_only():
    cheap, dear = Content(agreed(), {"1": "60"}), Content(agreed(), {"1": "70"})
    assert cheap.fingerprint != dear.fingerprint
    assert cheap.agreed_fingerprint == dear.agreed_fingerprint


@pytest.mark.parametrize(
    "after, reduces",
    [
        (agreed(), True),
        (agreed({"1": line(quantity=4, subtotal="340")}), True),
        (agreed({"1": line(quantity=0, subtotal="0")}), True),
        (agreed({"1": line(quantity=11, subtotal="935")}), False),
        (agreed({"1": line(quantity=-4, subtotal="-340")}), False),
        (agreed({"1": line(unit="84.000000", quantity=4)}), False),
        (agreed({"1": line(product=8)}), False),
        (agreed({"1": line(), "2": line()}), False),
        (agreed(payment_term=9), False),
        (agreed(partner=4), False),
    ],
)
def test_reduction(after, reduces):
    assert is_reduction(agreed(), after) is reduces


def test_taking_a_line_away_is_a_reduction():
    before = agreed({"1": line(), "2": line()})
    assert is_reduction(before, agreed({"1": line()}))


def test_a_negative_line_does_not_grow():
    before = agreed({"1": line(quantity=-1, unit="50")})
    after = agreed({"1": line(quantity=-2, unit="50")})
    assert not is_reduction(before, after)
