from decimal import Decimal

from consignment_core import Outstanding, allocate, undo

FIFTY = Decimal(50)


def outstanding(key, quantity, amount=None, unit_cost=FIFTY, entries=1):
    quantity = Decimal(quantity)
    amount = quantity * unit_cost if amount is None else Decimal(amount)
    return Outstanding(key, quantity, amount, unit_cost, entries)


def parts(undone):
    return [(part.key, float(part.quantity), float(part.amount)) for part in undone]


def test_receipts_bear_what_they_can_in_their_order():
    assert allocate(15.0, {"first": 10.0, "second": 30.0}) == {
        "first": 10.0,
        "second": 5.0,
    }


def test_what_comes_back_undoes_as_many_as_it_takes():
    undone, rest = undo(Decimal(6), [outstanding("a", 5), outstanding("b", 3)])
    assert parts(undone) == [("a", 5, 250), ("b", 1, 50)]
    assert rest == 0


def test_what_came_back_before_is_passed_over():
    undone, rest = undo(Decimal(2), [outstanding("a", 0), outstanding("b", 3)])
    assert parts(undone) == [("b", 2, 100)]
    assert rest == 0


def test_more_than_is_outstanding_is_told():
    undone, rest = undo(Decimal(9), [outstanding("a", 5), outstanding("b", 3)])
    assert sum(part.quantity for part in undone) == 8
    assert rest == 1


def test_the_last_part_takes_the_cents_along():
    # 3 × 33.334 = 100.00; two came back at 33.33: 33.34 are left of the last
    source = outstanding("a", 1, "33.34", Decimal("33.334"), entries=3)
    assert parts(undo(Decimal(1), [source])[0]) == [("a", 1, 33.34)]


def test_what_is_more_than_rounding_is_not_credited():
    # somebody waived the amount: the cost of the piece counts
    source = outstanding("a", 1, "40", FIFTY)
    assert parts(undo(Decimal(1), [source])[0]) == [("a", 1, 50)]
