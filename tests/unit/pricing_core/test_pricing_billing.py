"""Differences of invoices; what a change of prices does to past sales."""

from decimal import Decimal

import pytest
from pricing_core import Billed, Sold, credit_differences, differences, impacts

D = Decimal
VAT = frozenset({"IVA 15%"})
DRILL = Billed("Drill", D(90), D(0), VAT, D(90), D(0), VAT, D(90))


def found(tolerance=0, **values):
    line = Billed(**{**DRILL.__dict__, **values})
    return [(d.kind, d.billed, d.due) for d in differences(line, D(tolerance))]


def given_back(tolerance=0, **values):
    line = Billed(**{**DRILL.__dict__, **values})
    return [(d.kind, d.billed, d.due) for d in credit_differences(line, D(tolerance))]


def test_as_ordered():
    assert not found()


@pytest.mark.parametrize("price", ["89", "91"])
def test_another_price_than_ordered(price):
    assert found(price=D(price)) == [("price", D(price), D(90))]


def test_rounding_is_no_difference():
    assert not found(price=D("90.004"))
    assert found(price=D("90.01"))


def test_tolerance_is_percent_of_the_ordered_price():
    assert not found(tolerance=1, price=D("90.9"))
    assert found(tolerance=1, price=D("90.91"))


def test_a_changed_discount_is_named_as_such():
    """100 less 15 % where 100 less 10 % was ordered."""
    assert found(price=D(85), discount=D(15), ordered_discount=D(10)) == [
        ("discount", D(15), D(10))
    ]


def test_the_same_net_price_in_another_way_is_none():
    assert not found(discount=D(10))


def test_dearer_than_agreed_although_ordered():
    assert found(price=D(95), ordered=D(95)) == [("agreed", D(95), D(90))]


def test_cheaper_than_agreed_as_ordered():
    assert not found(price=D(80), ordered=D(80))


def test_taxes():
    assert found(taxes=frozenset()) == [("taxes", frozenset(), VAT)]


def test_what_nobody_ordered():
    assert found(ordered=None) == [("extra", D(90), None)]
    assert not found(ordered=None, price=D(0))


def sold(customer, quantity, sales, cost, old, new):
    return Sold(customer, *map(D, (quantity, sales, cost, old, new)))


def test_impact():
    """Ana: 10 at 90 (cost 60) go from 100 to 105: 900 → 950, 33.33 % → 36.84 %.

    Beto bought what does not change; Carla pays 200 less of 1 000.
    """
    ana, carla = sorted(
        impacts(
            [
                sold(1, 10, 900, 600, 100, 105),
                sold(2, 10, 900, 600, 100, 100),
                sold(3, 10, 500, 300, 50, 40),
                sold(3, 10, 500, 300, 50, 40),
            ]
        ),
        key=lambda impact: impact.customer,
    )
    assert (ana.customer, ana.new_sales, ana.change) == (1, D(950), D(50))
    assert (ana.margin_percent, ana.new_margin_percent) == (D("33.33"), D("36.84"))
    assert (carla.sales, carla.change) == (D(1000), D(-200))


def test_the_most_affected_comes_first():
    rows = [sold(1, 1, 10, 5, 10, 11), sold(2, 1, 10, 5, 10, 5)]
    assert [impact.customer for impact in impacts(rows)] == [2, 1]


def test_less_than_was_charged_is_given_back():
    assert not given_back()
    assert not given_back(price=D(5), discount=D(50))
    assert not given_back(price=D(7), ordered=None, taxes=frozenset())


def test_never_more_nor_with_other_taxes():
    assert given_back(price=D("90.004")) == []
    assert given_back(price=D(91)) == [("credited", D(91), D(90))]
    assert not given_back(tolerance=2, price=D(91))
    assert given_back(taxes=frozenset()) == [("taxes", frozenset(), VAT)]
