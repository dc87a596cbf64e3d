"""The reminder ladder and the count-back."""

from datetime import date, timedelta
from decimal import Decimal as D

from credit_core import (
    Document,
    SalesMonth,
    Step,
    count_back_days,
    movement,
    plan_reminder,
    reached_step,
)

TODAY = date(2026, 11, 20)
BEFORE, FIRST, SECOND = STEPS = (Step(1, -3), Step(2, 1), Step(3, 15))


def document(key, days_past_due, sent=(), paused=False):
    due = TODAY - timedelta(days=days_past_due)
    return Document(key, due, frozenset(sent), paused)


def test_step_reached_by_age():
    due = TODAY - timedelta(days=15)
    assert reached_step(STEPS, due, TODAY) == SECOND
    assert reached_step(STEPS, TODAY + timedelta(days=3), TODAY) == BEFORE
    assert reached_step(STEPS, TODAY + timedelta(days=4), TODAY) is None


def test_one_message_for_all_documents_in_the_highest_tone():
    step, settles = plan_reminder(STEPS, [document(10, 2), document(11, 20)], TODAY)
    assert step == SECOND
    assert settles == {10: [BEFORE, FIRST], 11: [BEFORE, FIRST, SECOND]}


def test_a_step_is_never_sent_twice():
    assert plan_reminder(STEPS, [document(10, 2, sent=[1, 2])], TODAY) is None


def test_a_lower_step_never_follows_a_higher_one():
    assert plan_reminder(STEPS, [document(10, 20, sent=[3])], TODAY) is None


def test_promise_or_dispute_pauses_only_its_document():
    documents = [document(10, 20, paused=True), document(11, 2)]
    step, settles = plan_reminder(STEPS, documents, TODAY)
    assert step == FIRST
    assert list(settles) == [11]


def test_nothing_due_nothing_sent():
    assert plan_reminder(STEPS, [document(10, -30)], TODAY) is None
    assert plan_reminder((), [document(10, 30)], TODAY) is None


def test_count_back_whole_and_part_months():
    months = [SalesMonth(D(600), 30), SalesMonth(D(800), 31), SalesMonth(D(500), 30)]
    assert count_back_days(D(300), months) == 15
    assert count_back_days(D(600), months) == 30
    assert count_back_days(D(1000), months) == D("45.5")
    assert count_back_days(D(5000), months) == 91
    assert count_back_days(D(-10), months) == 0


def test_count_back_walks_through_a_month_without_sales():
    assert count_back_days(D(50), [SalesMonth(D(0), 30), SalesMonth(D(100), 30)]) == 45


def test_movement_names_the_strongest_first_and_skips_what_stood_still():
    changes = {"not due": -0.01, "30": 1.2, "60": -4.5, "older": 0.4}
    assert movement(changes) == [("60", -4.5), ("30", 1.2)]
    assert movement(changes, most=5)[-1] == ("older", 0.4)
    assert movement({"not due": 0.0}) == []
