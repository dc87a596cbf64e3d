"""Promises: accepted, kept, broken."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from credit_core import (
    Payment,
    Promise,
    allocate,
    check_promise,
    instalments,
    settle,
)

TODAY = date(2026, 11, 20)


def day(offset):
    return TODAY + timedelta(days=offset)


def errors(amount, offset, open_amount=100):
    found = check_promise(
        D(amount), day(offset), open_amount=D(open_amount), today=TODAY, max_days=30
    )
    return [error.code for error in found]


@pytest.mark.parametrize("offset", [0, 1, 30])
def test_good_promise(offset):
    assert errors("100.00", offset) == []


@pytest.mark.parametrize(
    ("amount", "offset", "codes"),
    [
        ("0", 1, ["amount_positive"]),
        ("-1", 1, ["amount_positive"]),
        ("NaN", 1, ["amount_positive"]),
        ("Infinity", 1, ["amount_positive"]),
        ("1.005", 1, ["amount_cents"]),
        ("100.01", 1, ["amount_open"]),
        ("1e30", 1, ["amount_open"]),
        ("10", -1, ["date_past"]),
        ("10", 31, ["date_far"]),
        ("-5", -5, ["amount_positive", "date_past"]),
    ],
)
def test_everything_wrong_is_said_at_once(amount, offset, codes):
    assert errors(amount, offset) == codes


def test_nothing_open_nothing_to_promise():
    assert errors("10", 1, open_amount=0) == ["no_invoice"]


def promise(key=1, amount=100, after=50, due=0, documents=(7,)):
    return Promise(key, after, day(due), D(amount), frozenset(documents))


def pay(amount, offset, document=7, match=51):
    return Payment(match, document, day(offset), D(amount))


def verdict(payments, *, one=None, today=0, still_open=100):
    one = one or promise()
    given = allocate([one], payments)[one.key]
    return settle(one, given, today=day(today), still_open=D(still_open))


def test_open_until_its_date_has_passed():
    assert verdict([], today=0).state == "open"
    assert verdict([], today=1).state == "broken"


def test_kept_by_payments_in_time():
    result = verdict([pay(60, -3), pay(40, 0)], today=1, still_open=0)
    assert (result.state, result.paid, result.missing) == ("kept", 100, 0)


def test_paid_before_the_date_is_kept_at_once():
    assert verdict([pay(100, -3)], today=-2, still_open=0).state == "kept"


def test_partly_kept():
    result = verdict([pay(60, -3)], today=1, still_open=40)
    assert (result.state, result.paid, result.missing) == ("partly", 60, 40)


def test_late_payment_regularises_but_does_not_keep():
    result = verdict([pay(100, 5)], today=6, still_open=0)
    assert (result.state, result.missing) == ("broken", 0)


def test_money_matched_before_the_promise_does_not_count():
    earlier = pay(100, -1, match=50)
    assert verdict([earlier], today=1, still_open=50).state == "broken"


def test_money_on_account_that_is_matched_later_counts():
    assert verdict([pay(100, -30, match=60)], today=1, still_open=0).state == "kept"


def test_payment_of_another_document_does_not_count():
    assert verdict([pay(100, -1, document=8)], today=1).state == "broken"


def test_credit_note_reduces_what_is_missing():
    # 100 promised, nothing paid, a credit note left only 30 open
    assert verdict([], today=1, still_open=30).missing == 30
    # settled before the date without a payment: nothing left to keep
    assert verdict([], today=-1, still_open=0).state == "kept"


def test_one_payment_serves_instalments_in_order_and_once():
    first = promise(1, amount=50, due=0)
    second = promise(2, amount=50, due=20)
    given = allocate([second, first], [pay(70, -1)])
    assert sum(p.amount for p in given[1]) == 50
    assert sum(p.amount for p in given[2]) == 20


@pytest.mark.parametrize(
    ("amount", "count", "parts"),
    [
        ("100", 1, ["100"]),
        ("100", 3, ["33.34", "33.33", "33.33"]),
        ("0.02", 3, ["0.01", "0.01", "0"]),
        ("99.99", 2, ["50.00", "49.99"]),
    ],
)
def test_instalments_add_up_to_the_cent(amount, count, parts):
    split = instalments(D(amount), count, TODAY, 15)
    assert [part for _day, part in split] == [D(p) for p in parts]
    assert sum(part for _day, part in split) == D(amount)


def test_instalments_follow_each_other():
    days = [day for day, _part in instalments(D(90), 3, TODAY, 15)]
    assert [(day - TODAY).days for day in days] == [0, 15, 30]


def test_kept_is_what_came_in_time():
    promise = Promise(1, 0, TODAY, D(100), frozenset({7}))
    early = Payment(1, 7, TODAY - timedelta(days=2), D(60))
    late = Payment(2, 7, TODAY + timedelta(days=2), D(40))
    verdict = settle(
        promise, [early, late], today=TODAY + timedelta(days=5), still_open=D(0)
    )
    assert (verdict.state, verdict.paid, verdict.kept) == ("partly", 100, 60)
