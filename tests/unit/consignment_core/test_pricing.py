"""The agreed cost of a product on a day."""

from datetime import date
from decimal import Decimal as D

import pytest
from consignment_core import MissingPrice, Term, agreed_cost, find_overlaps

JANUARY = date(2026, 1, 1)
JUNE_END = date(2026, 6, 30)
JULY = date(2026, 7, 1)

FIRST_HALF = Term("first", "pen", D("50"), start=JANUARY, end=JUNE_END)
SECOND_HALF = Term("second", "pen", D("55"), start=JULY)


@pytest.mark.parametrize(
    ("day", "cost"), [(JANUARY, "50"), (JUNE_END, "50"), (JULY, "55")]
)
def test_validity_includes_both_days(day, cost):
    terms = [FIRST_HALF, SECOND_HALF]
    assert agreed_cost(terms, "pen", day).unit_cost == D(cost)


@pytest.mark.parametrize(
    ("product", "day"), [("pen", date(2025, 12, 31)), ("ink", JANUARY)]
)
def test_missing_price_is_refused(product, day):
    with pytest.raises(MissingPrice):
        agreed_cost([FIRST_HALF, SECOND_HALF], product, day)


def test_share_of_the_sale_price():
    share = Term("share", "pen", D("70"), kind="percent")
    assert agreed_cost([share], "pen", JULY, sale_price=D("9.99")).unit_cost == D(
        "6.993"
    )


@pytest.mark.parametrize(
    ("price", "cost"),
    [
        # 60 % of what 10 % commission and 5.00 of freight leave
        ("100", "51"),  # 100 − 10 − 5 = 85
        ("45", "21.3"),  # 45 − 4.50 − 5 = 35.50
        ("30", "20"),  # 60 % of 22 is 13.20: less than what is guaranteed
        ("0", "20"),
    ],
)
def test_share_of_the_revenue_after_commission_and_deductions(price, cost):
    share = Term(
        "share",
        "pen",
        D("60"),
        kind="share",
        commission=D("10"),
        deduction=D("5"),
        guaranteed=D("20"),
    )
    assert agreed_cost([share], "pen", JULY, sale_price=D(price)).unit_cost == D(cost)


def test_deductions_beyond_the_revenue_do_not_make_the_consignor_pay():
    share = Term("share", "pen", D("60"), kind="share", deduction=D("5"))
    assert agreed_cost([share], "pen", JULY, sale_price=D("3")).unit_cost == 0


@pytest.mark.parametrize(
    ("consumed", "cost"), [("0", "50"), ("99", "50"), ("100", "45"), ("500", "45")]
)
def test_tier_holds_from_its_quantity(consumed, cost):
    terms = [
        Term("base", "pen", D("50")),
        Term("hundred", "pen", D("45"), min_quantity=D("100")),
    ]
    found = agreed_cost(terms, "pen", JULY, consumed=D(consumed))
    assert found.unit_cost == D(cost)


@pytest.mark.parametrize(
    ("one", "other", "overlaps"),
    [
        (FIRST_HALF, SECOND_HALF, False),
        (FIRST_HALF, Term("x", "pen", D(1), start=JUNE_END), True),
        (FIRST_HALF, Term("x", "pen", D(1)), True),
        (FIRST_HALF, Term("x", "ink", D(1)), False),
        (FIRST_HALF, Term("x", "pen", D(1), min_quantity=D(10)), False),
        (SECOND_HALF, Term("x", "pen", D(1), end=JUNE_END), False),
    ],
)
def test_overlaps(one, other, overlaps):
    assert bool(find_overlaps([one, other])) is overlaps
    assert bool(find_overlaps([other, one])) is overlaps
