"""Ageing and totals."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from credit_core import OpenItem, age, bucket
from credit_core.exposure import Exposure

TODAY = date(2026, 11, 20)


def item(amount, days_past_due):
    return OpenItem(TODAY - timedelta(days=days_past_due), D(amount))


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (-10, "not_due"),
        (0, "not_due"),
        (1, "overdue_30"),
        (30, "overdue_30"),
        (31, "overdue_60"),
        (60, "overdue_60"),
        (61, "overdue_90"),
        (90, "overdue_90"),
        (91, "overdue_older"),
    ],
)
def test_bucket_edges(days, name):
    assert bucket(days) == name


def test_each_debt_falls_in_its_bucket():
    exposure = age([item(100, -5), item(50, 1), item(30, 45), item(7, 400)], TODAY)
    assert exposure.not_due == 100
    assert exposure.overdue_30 == 50
    assert exposure.overdue_60 == 30
    assert exposure.overdue_older == 7
    assert exposure.overdue == 87
    assert exposure.receivable == 187
    assert exposure.days_overdue(TODAY) == 400


def test_unmatched_payment_covers_the_oldest_debt_first():
    # 70 paid on account: all of the 50 that are 45 days late, 20 of the 40 at 10 days
    exposure = age([item(50, 45), item(40, 10), item(-70, 0)], TODAY)
    assert exposure.overdue_60 == 0
    assert exposure.overdue_30 == 20
    assert exposure.days_overdue(TODAY) == 10


def test_more_paid_than_owed_is_an_advance():
    exposure = age([item(50, 45), item(-80, 0)], TODAY)
    assert exposure.overdue == 0
    assert exposure.advance == 30
    assert exposure.receivable == -30
    assert exposure.days_overdue(TODAY) == 0


def test_total_adds_what_is_not_invoiced_yet():
    exposure = Exposure(
        not_due=D(10), draft_invoiced=D(20), delivered=D(30), undelivered=D(40)
    )
    assert exposure.total == 100


def test_nothing_open():
    assert age([], TODAY).total == 0
    assert age([], TODAY).days_overdue(TODAY) == 0
