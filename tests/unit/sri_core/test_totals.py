"""Lines and totals worked out by the SRI's rules, against figures made by hand."""

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st
from sri_core import arithmetic, totals
from unit.sri_core import samples, strategies

IVA_15, IVA_0 = samples.IVA_15, samples.IVA_0


def line(quantity="1", price="1", discount="0.00", taxes=(IVA_15,)):
    return totals.line(
        description="x",
        quantity=D(quantity),
        unit_price=D(price),
        discount=D(discount),
        taxes=taxes,
    )


def test_a_line_is_rounded_after_the_discount():
    # 3 × 1.115 = 3.345; − 0.01 = 3.335 → 3.34 half up. Tax 3.34 × 15 % = 0.501.
    found = line("3", "1.115", "0.01")
    assert found.subtotal == D("3.34")
    assert found.taxes[0].amount == D("0.50")


def test_tax_is_of_the_group_not_the_sum_of_the_lines():
    # Each line: 0.10 × 15 % = 0.015 → 0.02. Three lines: 0.30 × 15 % = 0.045 → 0.05,
    # although the lines say 0.06.
    lines = [line(price="0.10") for _ in range(3)]
    found = totals.of_lines(lines)
    assert [x.taxes[0].amount for x in lines] == [D("0.02")] * 3
    assert found.taxes[0].amount == D("0.05")
    assert found.total == D("0.35")


def test_rates_are_totalled_apart():
    found = totals.of_lines([line(price="10"), line(price="4", taxes=(IVA_0,))])
    assert [(t.rate_code, t.base, t.amount) for t in found.taxes] == [
        ("4", D("10.00"), D("1.50")),
        ("0", D("4.00"), D("0.00")),
    ]
    assert found.total == D("15.50")


def test_iva_is_charged_on_ice():
    # 100.00 + ICE 10 % 10.00 = base of IVA 110.00 → 16.50.
    ice = totals.Rate("3", "3053", D(10))
    found = totals.of_lines([line(price="100", taxes=(IVA_15, ice))])
    by_code = {t.code: t for t in found.taxes}
    assert (by_code["3"].base, by_code["3"].amount) == (D(100), D(10))
    assert (by_code["2"].base, by_code["2"].amount) == (D(110), D("16.50"))
    assert found.total == D("126.50")


def test_amounts_per_unit_are_given_and_summed():
    # IRBPNR: 0.02 a bottle, 24 bottles; it is no part of the IVA base.
    bottles = totals.Rate("5", "5001", D("0.02"), amount=D("0.48"))
    found = totals.of_lines([line("24", "0.50", taxes=(IVA_15, bottles))] * 2)
    by_code = {t.code: t for t in found.taxes}
    assert by_code["5"].amount == D("0.96")
    assert by_code["2"].base == D("24.00")


def test_a_tip_is_added_untaxed():
    assert totals.of_lines([line(price="10")], tip=D("1.00")).total == D("12.50")


@given(st.lists(strategies.lines(), min_size=1, max_size=8))
def test_what_totals_work_out_the_checker_accepts(lines):
    sums = totals.of_lines(lines)
    document = samples.invoice(
        lines=tuple(lines),
        subtotal=sums.subtotal,
        discount=sums.discount,
        taxes=sums.taxes,
        total=sums.total,
        payments=(),
    )
    assert arithmetic.check(document) == []
