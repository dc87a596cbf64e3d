"""When a customer is stopped."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from credit_core import (
    BrokenPromise,
    Exposure,
    GroupStanding,
    Policy,
    Standing,
    judge,
)

TODAY = date(2026, 11, 20)


def standing(**facts):
    return Standing(today=TODAY, **facts)


def late(days, amount=100):
    return Exposure(overdue_30=D(amount), oldest_due=TODAY - timedelta(days=days))


def codes(breaches):
    return [breach.code for breach in breaches]


def test_a_customer_in_order_breaks_nothing():
    facts = standing(exposure=Exposure(not_due=D(900)), limit=D(1000))
    assert judge(facts, Policy(), added=D(100)) == []


def test_over_the_limit_by_what_is_added():
    facts = standing(exposure=Exposure(not_due=D(900)), limit=D(1000))
    (breach,) = judge(facts, Policy(), added=D("100.01"))
    assert (breach.code, breach.measure, breach.limit, breach.unit) == (
        "credit.limit",
        D("1000.01"),
        D(1000),
        "amount",
    )


def test_tolerance_widens_the_limit():
    facts = standing(exposure=Exposure(not_due=D(1050)), limit=D(1000))
    assert judge(facts, Policy(tolerance_percent=D(5))) == []
    assert codes(judge(facts, Policy(tolerance_percent=D(4)))) == ["credit.limit"]


def test_no_limit_means_free_unless_the_policy_asks_for_one():
    facts = standing(exposure=Exposure(undelivered=D(10)))
    assert judge(facts, Policy()) == []
    assert codes(judge(facts, Policy(limit_required=True))) == ["credit.limit"]


def test_limit_of_the_policy_is_for_who_has_none():
    policy = Policy(limit=D(300), tolerance_percent=D(10))
    facts = standing(exposure=Exposure(undelivered=D(331)))
    assert [(b.code, b.limit) for b in judge(facts, policy)] == [
        ("credit.limit", D(330))
    ]
    assert judge(replace(facts, limit=D(400)), policy) == []


def test_advance_payment_needs_no_limit():
    facts = standing(exposure=Exposure(advance=D(500)))
    assert judge(facts, Policy(limit_required=True), added=D(500)) == []


@pytest.mark.parametrize(("days", "stopped"), [(15, False), (16, True)])
def test_grace_and_oldest_overdue_add_up(days, stopped):
    policy = Policy(grace_days=5, max_overdue_days=10)
    found = judge(standing(exposure=late(days)), policy)
    assert codes(found) == (["credit.overdue"] if stopped else [])
    if stopped:
        assert (found[0].measure, found[0].limit) == (16, 15)


def test_cents_overdue_do_not_stop_anybody():
    policy = Policy(overdue_minimum=D(5))
    assert judge(standing(exposure=late(60, 5)), policy) == []
    assert codes(judge(standing(exposure=late(60, "5.01")), policy)) == [
        "credit.overdue"
    ]


def test_broken_promise_stops_until_paid():
    promise = BrokenPromise(TODAY - timedelta(days=3), D(80))
    facts = standing(broken_promises=(promise,))
    assert codes(judge(facts, Policy())) == ["credit.promise"]
    assert judge(facts, Policy(block_broken_promise=False)) == []
    paid = standing(broken_promises=(BrokenPromise(TODAY, D(0)),))
    assert judge(paid, Policy()) == []


def test_everything_at_once_gravest_first():
    facts = standing(
        exposure=late(100, 2000),
        limit=D(1000),
        holds=("cheque returned",),
        broken_promises=(BrokenPromise(TODAY, D(10)),),
    )
    assert codes(judge(facts, Policy())) == [
        "credit.hold",
        "credit.promise",
        "credit.overdue",
        "credit.limit",
    ]


def test_guarantee_raises_the_limit_and_tolerance_does_not_multiply_it():
    # 10 % of 1 000 and a guarantee of 500: up to 1 600, not 1 650
    facts = standing(limit=D(1000), raised=D(500))
    policy = Policy(tolerance_percent=D(10))
    assert judge(facts, policy, added=D(1600)) == []
    (breach,) = judge(facts, policy, added=D(1601))
    assert breach.limit == 1600


def test_guarantee_does_not_bound_who_has_no_limit():
    facts = standing(raised=D(500))
    assert judge(facts, Policy(), added=D(9999)) == []
    assert Policy().in_force(facts) == 0


@pytest.mark.parametrize(
    ("limit", "raised", "in_force"), [(1000, 0, 1000), (1000, 500, 1500), (0, 500, 0)]
)
def test_limit_in_force(limit, raised, in_force):
    facts = standing(limit=D(limit), raised=D(raised))
    assert Policy().in_force(facts) == in_force
    # his own limit counts before that of the policy
    assert Policy(limit=D(7)).in_force(facts) == (in_force if limit else 7 + raised)


@pytest.mark.parametrize(("secured", "at_risk"), [(0, 800), (300, 500), (900, 0)])
def test_what_is_at_risk(secured, at_risk):
    facts = standing(exposure=Exposure(not_due=D(800)), secured=D(secured))
    assert facts.at_risk == at_risk


@pytest.mark.parametrize(
    ("lapses", "days", "expected"),
    [(True, 1, ["credit.review"]), (True, 0, []), (True, -5, []), (False, 90, [])],
)
def test_review(lapses, days, expected):
    facts = standing(review_date=TODAY - timedelta(days=days))
    assert codes(judge(facts, Policy(review_lapses=lapses))) == expected


@pytest.mark.parametrize(
    ("allowed", "days", "expected"),
    [(30, 30, []), (30, 31, ["credit.terms"]), (0, 360, [])],
)
def test_terms(allowed, days, expected):
    policy = Policy(max_term_days=allowed)
    assert codes(judge(standing(), policy, term_days=days)) == expected


@pytest.mark.parametrize(
    ("limit", "added", "expected"),
    [(1000, 200, []), (1000, 201, ["credit.group"]), (0, 9999, [])],
)
def test_group(limit, added, expected):
    group = GroupStanding("Holding", D(limit), D(800))
    facts = standing(group=group)
    assert codes(judge(facts, Policy(), added=D(added))) == expected
