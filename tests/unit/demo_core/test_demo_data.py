"""The demo wholesaler's data: invented, but shaped as real data is."""

from datetime import date
from decimal import Decimal

from demo_core import catalogue, history, identification, parties
from stdnum.ec import ci, ruc

TODAY = date(2026, 11, 22)


def _plan():
    customers = [c.key for c in parties.CUSTOMERS if c.terms]
    codes = [p.code for p in catalogue.PRODUCTS]
    return history.plan(TODAY, customers, codes, late_payer="c901002")


def test_numbers_pass_an_independent_check():
    assert ci.is_valid(identification.cedula(17, 905001))
    assert ruc.is_valid(identification.person_ruc(9, 904101))
    assert ruc.is_valid(identification.company_ruc(17, 901001))


def test_one_company_fails_the_check_digit_as_real_ones_do():
    failing = [c for c in parties.CUSTOMERS if c.name == parties.FAILS_CHECK_DIGIT]
    assert [ruc.is_valid(c.number) for c in failing] == [False]


def test_nobody_shares_a_number():
    everyone = (*parties.CUSTOMERS, *parties.SUPPLIERS)
    numbers = [p.number for p in everyone] + [c.ruc for c in parties.COMPANIES]
    assert len(numbers) == len(set(numbers))


def test_every_kind_of_identity_and_owner_is_there():
    assert {c.id_type for c in parties.CUSTOMERS} == {"ec_ruc", "ec_dni", "ec_passport"}
    assert {p.owner for p in catalogue.PRODUCTS} == {"own", "valle", "amazonia"}
    assert len(parties.CUSTOMERS) == 30
    assert len(catalogue.PRODUCTS) >= 50


def test_every_price_leaves_a_margin():
    assert all(p.price > p.cost for p in catalogue.PRODUCTS)


def test_the_past_is_the_same_on_every_machine_and_covers_a_year():
    assert _plan() == _plan()
    days = [order.day for order in _plan()]
    assert (TODAY - min(days)).days > 350
    assert max(days) < TODAY


def test_the_late_payer_owes_his_last_invoices():
    owed = [o for o in _plan() if o.customer == "c901002" and o.paid_after is None]
    assert owed and all((TODAY - o.day).days < 100 for o in owed)


def test_some_goods_are_ours_and_two_consignors_at_once():
    own = {p.code for p in catalogue.PRODUCTS if p.owner == "own"}
    assert set(catalogue.SHARED) <= own
    assert any(len(owners) == 2 for owners in catalogue.SHARED.values())
    consigned = dict(catalogue.consigned_by("amazonia"))
    costs = {product.code: cost for product, cost in consigned.items()}
    assert costs["LIM-004"] == Decimal("18.50")
    assert costs["PER-001"] == Decimal("30.60")
