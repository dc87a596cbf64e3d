"""Which limits count, and which are broken."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pricing_core import LineFacts, OrderFacts, Rule, evaluate

D = Decimal
DAY = date(2026, 3, 10)
ANA, BOSS = 7, 8
DRILL = LineFacts("1", "Drill", D(10), D(100), D(100), D(120), D(60), frozenset({1, 5}))


def order(*lines, **values):
    return OrderFacts(lines or (DRILL,), DAY, **{"users": frozenset({ANA}), **values})


def rule(kind="discount", limit=10, **values):
    return Rule(values.pop("id", 1), kind, D(limit), **values)


def broken(an_order, *rules):
    return [(b.rule.kind, b.measure, b.limit) for b in evaluate(an_order, rules)]


def test_no_rules_no_breaches():
    assert not broken(order(replace(DRILL, net=D(1))))


@pytest.mark.parametrize(
    "kind, limit, good, bad, measure",
    [
        ("discount", 10, "90", "89", "11.00"),
        # list price 120: 108 is 10 % less, 106.80 is 11 % less
        ("list_discount", 10, "108", "106.8", "11.00"),
        # cost 60: 80 leaves 25 %, 75 leaves 20 %
        ("margin", 25, "80", "75", "20.00"),
        ("order_margin", 25, "80", "75", "20.00"),
        ("total", 900, "90", "91", "910"),
    ],
)
def test_limits_hold_up_to_the_limit(kind, limit, good, bad, measure):
    assert not broken(order(replace(DRILL, net=D(good))), rule(kind, limit))
    found = broken(order(replace(DRILL, net=D(bad))), rule(kind, limit))
    assert found == [(kind, D(measure), D(limit))]


def test_below_cost_compares_with_the_cost():
    assert not broken(order(replace(DRILL, net=D(60))), rule("below_cost"))
    found = broken(order(replace(DRILL, net=D("59.5"))), rule("below_cost"))
    assert found == [("below_cost", D("59.5"), D(60))]


def test_a_global_discount_counts_on_every_line():
    """1 000 less 150 is 15 % on the line."""
    found = broken(order(deduction=D(150)), rule())
    assert found == [("discount", D("15.00"), D(10))]


def test_free_goods_are_judged_by_their_own_limit_where_there_is_one():
    free = replace(DRILL, key="2", quantity=D(2), net=D(0))
    assert broken(order(DRILL, free), rule())[0][1] == D(100)
    limits = (rule(), rule("free_goods", 150))
    assert broken(order(DRILL, free), *limits) == [
        ("free_goods", D(200), D(150)),
    ]
    assert not broken(order(DRILL, free), rule(), rule("free_goods", 200))


def test_a_line_of_nothing_still_has_a_price():
    """Goods delivered beyond the order are invoiced at the line's price."""
    found = broken(order(replace(DRILL, quantity=D(0), net=D(1))), rule())
    assert found[0][1] == D(99)


def test_terms():
    terms = rule("terms", 0)
    assert not broken(order(term_days=30, agreed_days=30), terms)
    assert not broken(order(term_days=15, agreed_days=30), terms)
    assert broken(order(term_days=60, agreed_days=30), terms) == [
        ("terms", D(30), D(0))
    ]


def test_amounts_are_in_the_companys_currency():
    # two units of the order's currency for one of the company's
    foreign = order(currency_rate=D(2))
    assert broken(foreign, rule("total", 400)) == [("total", D(500), D(400))]


CHEAP = replace(DRILL, net=D(85))


@pytest.mark.parametrize(
    "condition",
    [
        {"users": frozenset({ANA})},
        {"segments": frozenset({4})},
        {"categories": frozenset({5})},
        {"company": 1},
        {"teams": frozenset({9})},
    ],
)
def test_the_more_specific_limit_counts(condition):
    judged = order(
        CHEAP,
        segments=frozenset({4}),
        company=1,
        teams={ANA: frozenset({9})},
    )
    general, special = rule(limit=10), rule(limit=20, id=2, **condition)
    assert not broken(judged, general, special)
    assert not broken(judged, special, general)
    stricter = replace(special, limit=D(5))
    assert broken(judged, general, stricter)[0][2] == D(5)


@pytest.mark.parametrize(
    "condition",
    [
        {"users": frozenset({BOSS})},
        {"segments": frozenset({4})},
        {"categories": frozenset({6})},
        {"company": 2},
        {"teams": frozenset({9})},
        {"date_from": date(2026, 3, 11)},
        {"date_to": date(2026, 3, 9)},
    ],
)
def test_conditions_that_do_not_hold(condition):
    assert not broken(order(CHEAP, company=1), rule(**condition))


def test_days_of_validity_are_included():
    assert broken(order(CHEAP), rule(date_from=DAY, date_to=DAY))


def test_of_equally_specific_limits_the_strictest_counts():
    assert broken(order(CHEAP), rule(limit=20), rule(limit=12, id=2))[0][2] == D(12)
    floors = (rule("margin", 10), rule("margin", 40, id=2))
    assert broken(order(CHEAP), *floors)[0][2] == D(40)


def test_authority_is_not_lent():
    """The boss on the order does not give Ana, who made it, his authority."""
    limits = (rule(limit=10), rule(limit=30, id=2, users=frozenset({BOSS})))
    both = order(CHEAP, users=frozenset({ANA, BOSS}))
    assert broken(both, *limits)[0][2] == D(10)
    assert not broken(order(CHEAP, users=frozenset({BOSS})), *limits)


def test_a_team_has_to_be_of_everybody_who_sold():
    limits = (rule(limit=10), rule(limit=30, id=2, teams=frozenset({9})))
    members = {ANA: frozenset({9})}
    assert not broken(order(CHEAP, teams=members), *limits)
    both = order(CHEAP, users=frozenset({ANA, BOSS}), teams=members)
    assert broken(both, *limits)


def test_nobody_has_no_authority():
    assert not broken(order(CHEAP, users=frozenset()), rule(users=frozenset({ANA})))


def test_levels_add_up():
    deep = replace(DRILL, net=D(70))
    found = evaluate(order(deep), [rule(limit=25, level=2, id=2), rule(limit=10)])
    assert [b.rule.level for b in found] == [1, 2]
    assert len(broken(order(CHEAP), rule(limit=25, level=2), rule(limit=10))) == 1


def test_an_order_without_lines_breaks_nothing():
    empty = OrderFacts((), DAY, term_days=90)
    assert not broken(empty, rule(), rule("terms", 0), rule("order_margin", 10))
