"""Which special price counts, and when the next invoice is due."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pricing_core import Term, choose, next_billing, overlaps

D = Decimal
DAY = date(2026, 3, 10)


def chosen(*terms, quantity=10, categories=(1, 5)):
    term = choose(
        terms, product=7, categories=categories, quantity=D(quantity), today=DAY
    )
    return term and term.id


@pytest.mark.parametrize(
    "terms, winner",
    [
        ([], None),
        ([Term(1, product=8)], None),
        ([Term(1, category=6)], None),
        ([Term(1)], 1),
        ([Term(1), Term(2, category=1)], 2),
        ([Term(1, category=5), Term(2, category=1)], 1),
        ([Term(1, product=7), Term(2, category=5)], 1),
        ([Term(1, product=7), Term(2, product=7, min_quantity=D(10))], 2),
        ([Term(1, product=7), Term(2, product=7, min_quantity=D(11))], 1),
        ([Term(1, product=7), Term(2, product=7)], 2),
    ],
)
def test_the_most_precise_term_counts(terms, winner):
    assert chosen(*terms) == winner
    assert chosen(*reversed(terms)) == winner


@pytest.mark.parametrize(
    "term, holds",
    [
        (Term(1, date_from=DAY, date_to=DAY), True),
        (Term(1, date_from=DAY + timedelta(days=1)), False),
        (Term(1, date_to=DAY - timedelta(days=1)), False),
        (Term(1, left=D(10)), True),
        (Term(1, left=D(9)), False),
    ],
)
def test_validity_and_volume(term, holds):
    assert bool(chosen(term)) is holds


@pytest.mark.parametrize(
    "day, period, following",
    [
        (date(2026, 3, 2), "week", date(2026, 3, 9)),
        (date(2026, 3, 2), "fortnight", date(2026, 3, 16)),
        (date(2026, 3, 2), "month", date(2026, 4, 2)),
        (date(2026, 1, 30), "month", date(2026, 2, 28)),
        (date(2026, 2, 28), "month", date(2026, 3, 31)),
        (date(2026, 12, 31), "month", date(2027, 1, 31)),
        (date(2026, 11, 15), "month", date(2026, 12, 15)),
        (date(2026, 12, 15), "month", date(2027, 1, 15)),
    ],
)
def test_next_billing(day, period, following):
    assert next_billing(day, period) == following


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(DAYS, st.sampled_from(("week", "fortnight", "month")))
def test_billing_always_advances_by_a_period(day, period):
    assert 7 <= (next_billing(day, period) - day).days <= 31


@given(DAYS, st.none() | DAYS, DAYS, st.none() | DAYS)
def test_overlap_means_a_common_day(start, end, other_start, other_end):
    last = date.max
    if (end and end < start) or (other_end and other_end < other_start):
        return
    shared = max(start, other_start) <= min(end or last, other_end or last)
    assert overlaps(start, end, other_start, other_end) is shared
