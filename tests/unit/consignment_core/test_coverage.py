"""Days on which an agreement says no price."""

from datetime import date
from decimal import Decimal as D

import pytest
from consignment_core import Gap, Term, find_gaps, find_tiers_without_base

JANUARY = date(2026, 1, 1)
MARCH_END = date(2026, 3, 31)
APRIL = date(2026, 4, 1)
JUNE_END = date(2026, 6, 30)
JULY = date(2026, 7, 1)
DECEMBER_END = date(2026, 12, 31)


def price(start=None, end=None, tier="0", product="pen"):
    return Term("x", product, D(50), start=start, end=end, min_quantity=D(tier))


@pytest.mark.parametrize(
    ("prices", "end", "gaps"),
    [
        ([price()], None, []),
        ([price(JANUARY)], DECEMBER_END, []),
        ([price(JULY)], None, [(JANUARY, JUNE_END)]),
        ([price(end=MARCH_END), price(APRIL)], None, []),
        ([price(end=MARCH_END), price(JULY)], None, [(APRIL, JUNE_END)]),
        # entered in any order
        ([price(JULY), price(end=MARCH_END)], None, [(APRIL, JUNE_END)]),
        ([price(end=MARCH_END)], None, [(APRIL, None)]),
        ([price(end=MARCH_END)], JUNE_END, [(APRIL, JUNE_END)]),
        ([price(end=JUNE_END)], JUNE_END, []),
        # begins after the agreement ends
        ([price(JULY, DECEMBER_END)], MARCH_END, [(JANUARY, MARCH_END)]),
        # over before it began: no price at all
        ([price(JULY, MARCH_END)], None, [(JANUARY, None)]),
        # a tier is no price of the first pieces
        ([price(), price(tier="10", start=JULY)], None, []),
    ],
)
def test_gaps(prices, end, gaps):
    assert find_gaps(prices, JANUARY, end) == [Gap("pen", *days) for days in gaps]


def test_each_product_has_gaps_of_its_own():
    prices = [price(), price(APRIL, product="ink")]
    assert find_gaps(prices, JANUARY, None) == [Gap("ink", JANUARY, MARCH_END)]


@pytest.mark.parametrize(
    ("prices", "gaps"),
    [
        ([price(JANUARY), price(JANUARY, tier="10")], []),
        ([price(JANUARY, tier="10")], [(JANUARY, None)]),
        ([price(JANUARY, MARCH_END), price(JANUARY, tier="10")], [(APRIL, None)]),
        (
            [price(JANUARY, MARCH_END), price(JANUARY, JUNE_END, tier="10")],
            [(APRIL, JUNE_END)],
        ),
        # said once, whatever the number of tiers
        ([price(JULY, tier="10"), price(JULY, tier="20")], [(JULY, None)]),
        ([price(tier="10", product="ink"), price(JULY)], [(date.min, None)]),
        # over before it began
        ([price(JULY, MARCH_END, tier="10")], []),
    ],
)
def test_tiers_without_a_base(prices, gaps):
    found = find_tiers_without_base(prices)
    assert [(gap.start, gap.end) for gap in found] == gaps
