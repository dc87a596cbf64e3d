"""Discounts and margins on what the customer really pays."""

import sys
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pricing_core import (
    LineFacts,
    OrderFacts,
    effective_discount,
    margin_percent,
    order_margin_percent,
    scaled,
    spread,
)

D = Decimal


def line(net="100", *, quantity="1", entitled="100", cost="60", key="1", **values):
    return LineFacts(
        key=key,
        name=key,
        quantity=D(quantity),
        net=D(net),
        entitled=D(entitled),
        list_price=D(values.pop("list_price", entitled)),
        cost=D(cost),
        **values,
    )


def test_the_core_knows_no_odoo():
    assert "odoo" not in sys.modules


@pytest.mark.parametrize(
    "net, due, discount",
    [
        ("85", "100", "15.00"),
        ("100", "100", "0.00"),
        ("110", "100", "-10.00"),
        ("0", "100", "100.00"),
        ("66.67", "100", "33.33"),
        # nothing is due: nothing can be given away
        ("0", "0", "0.00"),
        ("50", "0", "0.00"),
    ],
)
def test_effective_discount(net, due, discount):
    assert effective_discount(D(net), D(due)) == D(discount)


@pytest.mark.parametrize(
    "net, cost, margin",
    [
        ("100", "60", "40.00"),
        ("60", "60", "0.00"),
        ("50", "60", "-20.00"),
        ("0", "60", "-100"),
        ("0", "0", "0.00"),
    ],
)
def test_margin(net, cost, margin):
    assert margin_percent(D(net), D(cost)) == D(margin)


def test_a_negative_line_lowers_every_price_in_proportion():
    """Lines of 300 and 100, a negative line of 40: each pays 10 % less."""
    lines = spread([line("300", entitled="300"), line("100", key="2")], D(40))
    assert [one.net for one in lines] == [D(270), D(90)]


def test_nothing_to_spread():
    lines = (line(),)
    assert spread(lines, D(0)) == lines
    assert spread((), D(10)) == ()
    free = (line("0"),)
    assert spread(free, D(10)) == free


def test_margin_of_the_order_counts_negative_lines():
    # 2 × 100 − 50 = 150; cost 120; 30 ÷ 150 = 20 %
    order = OrderFacts((line(quantity="2"),), date(2026, 3, 1), deduction=D(50))
    assert order_margin_percent(order) == D("20.00")


PRICE = st.decimals("0.01", "9999", places=2)


@given(st.lists(st.tuples(PRICE, st.integers(1, 99)), min_size=1, max_size=8), PRICE)
def test_spreading_keeps_the_sum(prices, deduction):
    lines = [line(str(net), quantity=str(quantity)) for net, quantity in prices]
    total = sum(one.net * one.quantity for one in lines)
    after = sum(one.net * one.quantity for one in spread(lines, deduction))
    assert abs(after - (total - deduction)) < D("0.0001")


@given(PRICE, st.decimals("0", "1", places=2))
def test_a_discount_measures_the_same_however_it_was_made(price, share):
    """On the line, in the price, or as a negative line of the same worth."""
    due = line(str(price), entitled=str(price))
    on_the_line = scaled([due], 1 - share)[0]
    (as_a_line,) = spread([due], price * share)
    measures = {
        effective_discount(one.net, one.entitled).quantize(D("0.1"))
        for one in (on_the_line, as_a_line)
    }
    assert max(measures) - min(measures) <= D("0.1")
