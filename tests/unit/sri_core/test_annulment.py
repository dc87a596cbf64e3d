"""Days on which the SRI annuls (SPEC 7)."""

import doctest
from datetime import date

import pytest
from sri_core import annulment


def test_examples():
    assert doctest.testmod(annulment).failed == 0


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        (date(2026, 11, 1), date(2026, 12, 7)),
        (date(2026, 11, 30), date(2026, 12, 7)),
        (date(2026, 1, 31), date(2026, 2, 9)),  # the 7th is a Saturday
        (date(2026, 12, 15), date(2027, 1, 7)),
        (date(2027, 1, 10), date(2027, 2, 8)),  # the 7th is a Sunday
    ],
)
def test_until_the_seventh_of_the_next_month(issued, last):
    assert annulment.deadline(issued) == last


def test_five_working_days_for_the_receiver():
    assert annulment.answer_due(date(2026, 11, 22)) == date(2026, 11, 27)  # a Sunday
    assert annulment.answer_due(date(2026, 11, 23)) == date(2026, 11, 30)


def test_what_a_final_consumer_bought_is_not_annulled():
    assert annulment.never("01", True, date(2026, 1, 1))
    assert not annulment.never("01", True, date(2025, 12, 31))
    assert not annulment.never("01", False, date(2026, 1, 1))
    assert not annulment.never("06", True, date(2026, 1, 1))
