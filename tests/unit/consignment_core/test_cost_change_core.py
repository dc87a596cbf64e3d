"""A later cost of goods that were sold already."""

from datetime import date
from decimal import Decimal as D

import pytest
from consignment_core import Consumed, effects, last_day

SOLD = Consumed("a", D(5), D(50), D(100), invoiced=True)


def one(consumed=SOLD, cost="55", policy="absorb", threshold="0"):
    [result] = effects([consumed], D(cost), policy, D(threshold))
    return result


# decision → margin of 5 sold at 100 when the cost rises from 50 to 55
@pytest.mark.parametrize(("policy", "after"), [("absorb", 225), ("pass_on", 250)])
def test_margin_before_and_after(policy, after):
    result = one(policy=policy)
    assert (result.delta, result.margin_before, result.margin_after) == (25, 250, after)


@pytest.mark.parametrize(
    ("policy", "threshold", "invoiced", "decision"),
    [
        ("pass_on", "0", True, "pass_on"),
        ("pass_on", "10", True, "absorb"),  # 50 → 55 is exactly 10 %
        ("pass_on", "9.99", True, "pass_on"),
        ("pass_on", "0", False, "absorb"),
        ("ask", "0", True, ""),
        ("ask", "10", True, "absorb"),
    ],
)
def test_who_bears_it(policy, threshold, invoiced, decision):
    consumed = Consumed("a", D(5), D(50), D(100), invoiced)
    assert one(consumed, policy=policy, threshold=threshold).decision == decision


def test_return_is_credited_the_difference():
    result = one(Consumed("r", D(-2), D(50), D(100), invoiced=True))
    assert (result.delta, result.margin_before) == (-10, -100)


def test_free_goods_that_get_a_cost_change_by_all():
    assert one(Consumed("f", D(1), D(0), D(10), invoiced=True), "1").decision


MAY, JUNE_END, JULY, AUGUST = (
    date(2026, 5, 1),
    date(2026, 6, 30),
    date(2026, 7, 1),
    date(2026, 8, 1),
)


@pytest.mark.parametrize(
    ("later", "end"),
    [
        ([], None),
        ([date(2026, 1, 1), MAY], None),  # what it replaces
        ([AUGUST, JULY], JUNE_END),
    ],
)
def test_a_change_ends_where_the_next_agreed_price_begins(later, end):
    assert last_day(MAY, later) == end
