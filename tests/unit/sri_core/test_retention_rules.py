"""Which rule takes which line of a sale."""

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st
from sri_core.retention_rules import Rule, Sold, propose

GOODS = Rule(1, "1", goods="goods", minimum=D(50))
SERVICES = Rule(2, "1", goods="service", minimum=D(50))
VAT_GOODS = Rule(3, "2", goods="goods", regime="general")
RIMPE = Rule(4, "1", regime="rimpe")
RICE = Rule(5, "1", category=10)
ONE = Rule(6, "1", products=frozenset({77}))
LIQUIDATION = Rule(7, "1", document_type="03")
TABLE = (RIMPE, GOODS, SERVICES, VAT_GOODS)


def sold(net, vat=0, goods="goods", product=1, categories=(1,)):
    return Sold(goods, product, frozenset(categories), D(net), D(vat))


def test_one_document_with_goods_and_services():
    lines = [sold(1000, 150), sold(20, 3), sold(200, 30, "service")]
    assert propose(TABLE, lines, "general", "01") == {1: 1020, 2: 200, 3: 153}


def test_the_minimum_counts_for_the_whole_document():
    assert propose(TABLE, [sold(30), sold("19.99")], "general", "01") == {}
    assert propose(TABLE, [sold(30), sold(20)], "general", "01") == {1: 50}


def test_the_first_rule_that_fits_takes_the_line():
    assert propose(TABLE, [sold(1000, 150)], "rimpe", "01") == {4: 1000}
    order = (ONE, RICE, LIQUIDATION, *TABLE)
    lines = [sold(100, categories=(1, 10)), sold(60, product=77), sold(70)]
    assert propose(order, lines, "general", "01") == {5: 100, 6: 60, 1: 70}
    assert propose(order, [sold(70)], "general", "03") == {7: 70}


def test_a_special_taxpayer_is_not_withheld_iva():
    assert propose(TABLE, [sold(100, 15)], "special", "01") == {1: 100}


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(["goods", "service"])))
)
def test_no_amount_counts_twice(parts):
    lines = [sold(net, goods=kind) for net, kind in parts]
    bases = propose((GOODS, SERVICES, GOODS), lines, "general", "01")
    assert sum(bases.values()) <= sum(net for net, _kind in parts)
