from decimal import Decimal as D

import pytest
from portal_core import rollforward
from portal_core.rollforward import COLUMNS, Flow, flows, total

BEFORE = [("A", "L1", D(7)), ("A", "L2", D(0))]
DURING = [
    ("A", "L1", "receipt", D(30)),
    ("A", "L1", "sale", D(-20)),
    ("A", "L1", "return", D(3)),
    ("A", "L1", "back", D(-2)),
    ("A", "L1", "loss", D(-4)),
    ("A", "L1", "found", D(1)),
    ("A", "L1", "transfer", D(-5)),
    ("B", "L1", "transfer", D(5)),
    ("B", "", "count", D(9)),
    ("B", "", "use", D(-1)),
]


def test_each_lot_and_place_adds_up():
    """A/L1: 7 + 30 - 17 - 2 - 3 - 5 moved away = 10; B/L1: 5; B: 9 - 1 = 8."""
    assert flows(BEFORE, DURING) == [
        Flow("A", "L1", D(7), D(30), D(17), D(2), D(3), D(-5)),
        Flow("B", "", initial=D(9), lost=D(1)),
        Flow("B", "L1", moved=D(5)),
    ]
    assert [line.current for line in flows(BEFORE, DURING)] == [D(10), D(8), D(5)]


def test_the_total_adds_up_and_nothing_moved_in_all():
    whole = total(flows(BEFORE, DURING))
    assert whole.moved == 0
    assert whole.current == 23
    signed = sum(q for *__, q in DURING) + sum(q for *__, q in BEFORE)
    assert whole.current == signed


def test_what_was_there_and_did_not_move_stays():
    assert flows([("A", "", D("1.5"))], [])[0].current == D("1.5")


def test_an_unknown_reason_is_not_lost():
    with pytest.raises(KeyError):
        flows([], [("A", "", "stolen", D(1))])


def test_columns_are_those_of_a_line():
    assert {column for column, __ in COLUMNS.values()} <= set(
        rollforward.Flow.__dataclass_fields__
    )
