"""What may go back to the consignor, and what expired."""

from datetime import date

import pytest
from consignment_core import ReturnTerms, has_expired

CAME = date(2026, 1, 1)
EXPIRES = date(2026, 6, 30)
WITHIN = ReturnTerms("within", days_after_receipt=90, days_before_expiry=30)


@pytest.mark.parametrize(
    ("day", "problems"),
    [
        (date(2026, 4, 1), []),  # the ninetieth day
        (date(2026, 4, 2), ["here_too_long"]),
        (date(2026, 6, 1), ["here_too_long", "expires_too_soon"]),
    ],
)
def test_both_limits_hold(day, problems):
    assert WITHIN.problems(day, CAME, EXPIRES) == problems


@pytest.mark.parametrize(
    ("day", "problems"),
    [(date(2026, 5, 31), []), (date(2026, 6, 1), ["expires_too_soon"])],
)
def test_goods_must_last_as_long_as_agreed(day, problems):
    terms = ReturnTerms("within", days_before_expiry=30)
    assert terms.problems(day, CAME, EXPIRES) == problems


def test_without_limits_everything_goes_back():
    assert not ReturnTerms("any", 1, 1).problems(date(2030, 1, 1), CAME, EXPIRES)
    assert ReturnTerms("any", 1, 1).last_day(CAME, EXPIRES) is None


def test_nothing_goes_back_where_nothing_may():
    assert ReturnTerms("never").problems(CAME, CAME) == ["not_returnable"]


def test_goods_without_a_date_have_no_limit_by_it():
    assert WITHIN.problems(date(2030, 1, 1), None, None) == []


def test_the_nearer_limit_is_the_last_day():
    assert WITHIN.last_day(CAME, EXPIRES) == date(2026, 4, 1)
    assert WITHIN.last_day(CAME, date(2026, 3, 2)) == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("day", "expired"), [(EXPIRES, False), (date(2026, 7, 1), True)]
)
def test_goods_are_good_on_their_date(day, expired):
    assert has_expired(day, EXPIRES) is expired
    assert not has_expired(day, None)
