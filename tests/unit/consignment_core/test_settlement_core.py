"""What is due, grouped for the bill, and compared with it."""

from decimal import Decimal as D

import pytest
from consignment_core import Due, group_for_bill, match_bill, round_money


def due(quantity, cost, amount=None, product="pen"):
    quantity, cost = D(quantity), D(cost)
    return Due(
        product,
        cost,
        quantity,
        round_money(quantity * cost) if amount is None else D(amount),
    )


def test_one_line_per_product_and_cost():
    lines = group_for_bill([due(3, 50), due(2, 50), due(1, 55), due(1, 9, product="x")])
    assert [(x.product, x.quantity, x.unit_cost, x.amount) for x in lines] == [
        ("pen", 5, 50, 250),
        ("pen", 1, 55, 55),
        ("x", 1, 9, 9),
    ]


def test_returns_lower_the_line_and_may_empty_it():
    assert group_for_bill([due(3, 50), due(-3, 50)]) == []
    [line] = group_for_bill([due(3, 50), due(-1, 50)])
    assert (line.quantity, line.amount) == (2, 100)


def test_rounding_of_single_lines_is_kept_apart():
    # 3 × round(1.005) = 3 × 1.01 = 3.03; the bill says 3 × 1.01 at two decimals
    [line] = group_for_bill([due(1, "1.004")] * 3)
    assert (line.amount, line.rounding) == (D("3.00"), D("0.00"))
    [line] = group_for_bill([due(7, "3.4965")])
    assert (line.unit_cost, line.amount, line.rounding) == (
        D("3.50"),
        D("24.50"),
        D("-0.02"),
    )


def adjustment(amount):
    return Due("pen", None, D(0), D(amount))


def test_sums_of_consumptions_bill_like_single_ones():
    single = [due(3, 50), due(2, 50), due(-5, 50), due(1, 55)]
    assert group_for_bill([due(0, 50), due(1, 55)]) == group_for_bill(single)


@pytest.mark.parametrize(("amount", "quantity"), [("25", 1), ("-25", -1)])
def test_adjustment_is_billed_as_one_unit(amount, quantity):
    [line] = group_for_bill([adjustment(amount)])
    assert (line.quantity, line.unit_cost, line.amount) == (quantity, 25, D(amount))


@pytest.mark.parametrize(
    "dues",
    [
        [due(1, "0.005")] * 7,
        [due("0.333", "9.99"), due("-0.111", "9.99"), due(3, "9.99")],
        [due(5, 50), adjustment("12.34"), adjustment("-2.34"), due(-2, 55)],
    ],
)
def test_bill_is_worth_what_is_due(dues):
    lines = group_for_bill(dues)
    assert sum(x.amount + x.rounding for x in lines) == sum(d.amount for d in dues)


@pytest.mark.parametrize(
    ("stated", "within"),
    [("100.00", True), ("100.05", True), ("99.95", True), ("100.06", False)],
)
def test_tolerance(stated, within):
    match = match_bill(D("100"), D(stated), D("0.05"))
    assert match.within_tolerance is within
    assert match.difference == D(stated) - 100
