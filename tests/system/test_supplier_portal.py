"""Two colleagues at once, double clicks and replays: nothing is done twice."""

import os
import re
from decimal import Decimal
from pathlib import Path

import pytest
import requests

from o2c_cli import postgres, simulator
from sri_simulator import third_party as made

from .browser import Browser
from .client import TIMEOUT
from .story.parties import PASSWORD as CERTIFICATE_PASSWORD
from .story.parties import register
from .supplier_server import COLLEAGUE, at_once, form, running

DATABASE = f"supplier_{os.getpid()}"
PORT = 8640
PAGES = "/my/consignment"
PHONE, DESK = 390, 1280
# those of the help pages (addons/o2c_supplier_portal/static/img) are made from these
PICTURES = {
    "dashboard": "",
    "sales": "/sales",
    "settlement": "/settlements/{settlement}",
    "settlements": "/settlements",
    "choose": "/settlements/new",
    "stock": "/stock",
    "stock-product": "/stock/{stock}",
    "movements": "/movements",
    "replenishment": "/replenishment/{order}",
    "bills": "/bills",
    "reports": "/reports?listing=sales",
    "alerts": "/alerts",
    "messages": "/messages",
    "files": "/exports",
    "help": "/help",
    "api": "/help/api",
    "team": "/team",
    "member": "/team/{member}",
    "keys": "/keys",
    "log": "/log",
    "webhooks": "/webhooks",
    "replenishments": "/replenishment",
}
API = "/o2c/api/v1"
DONE, REFUSED = 303, 422


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    folder = tmp_path_factory.mktemp("supplier")
    with simulator.running(folder / "sri") as sri, running(DATABASE, PORT) as portal:
        host = f"{sri}/pruebas"
        change = f"UPDATE res_company SET o2c_sri_host = '{host}'"
        postgres.sql(change, database=DATABASE)
        portal.simulator = sri
        yield portal


@pytest.fixture
def settlement(portal):
    """One that nobody answered yet."""
    return portal.settlements.pop()


def answer(person, settlement, **reasons):
    page = f"{PAGES}/settlements/{settlement['id']}"
    return form(person, page, f"{page}/answer", {"rest": "accept", **reasons})


def api(portal, path, body, idempotency, login="proveedor"):
    """Return a call of the API; it returns (status, body)."""

    def post():
        response = requests.post(
            f"{portal.url}{API}{path}",
            json=body,
            headers={
                "Authorization": f"Bearer {portal.keys[login]}",
                "Idempotency-Key": idempotency,
            },
            timeout=TIMEOUT,
        )
        return response.status_code, response.json()

    return post


def states(portal, settlement):
    return postgres.sql(
        "SELECT state, COUNT(*) FROM o2c_consignment_settlement_line "
        f"WHERE settlement_id = {settlement['id']} GROUP BY state ORDER BY state",
        database=portal.database,
    ).split("\n")


def factura(portal, settlement, sequential):
    """The supplier's factura of what a settlement says, authorised by the SRI."""
    name = "CONSIGNANTE"
    p12 = made.make_p12(portal.supplier, name, CERTIFICATE_PASSWORD)
    issuer = made.Taxpayer(portal.supplier, name, p12, CERTIFICATE_PASSWORD)
    sale = made.Sale(
        description="Liquidación",
        quantity=Decimal(1),
        unit_price=Decimal(str(settlement["total"])),
        iva=Decimal(0),
    )
    number = made.Issue(sequential=sequential)
    buyer = made.Receiver(*portal.company)
    document = made.supplier_invoice(issuer, buyer, [sale], number)
    register(portal, document)
    return document.access_key


# === SETTLEMENTS === #


def test_two_colleagues_accept_at_once(portal, settlement):
    calls = [answer(person, settlement) for person in portal.people]
    results = at_once(*calls)
    assert sorted(status for status, __ in results) == [DONE, REFUSED]
    assert states(portal, settlement) == ["accepted|3"]
    assert portal.logged(settlement["name"]) == 1


def test_one_accepts_while_the_other_disputes(portal, settlement):
    """Whoever is second answers what the first left: the log has both, in order."""
    line = settlement["lines"][0]
    calls = (
        answer(portal.people[0], settlement),
        answer(portal.people[1], settlement, **{f"reason_{line}": "Llegaron 2"}),
    )
    results = at_once(*calls)
    done = [status for status, __ in results].count(DONE)
    assert portal.logged(settlement["name"]) == done
    assert results[1][0] == DONE  # a dispute of an accepted line counts, of none too
    assert states(portal, settlement) == ["accepted|2", "disputed|1"]


def test_a_double_click_and_a_replay(portal, settlement):
    click = answer(portal.people[0], settlement)
    results = at_once(click, click)
    assert sorted(status for status, __ in results) == [DONE, REFUSED]
    assert click()[0] == REFUSED
    assert portal.logged(settlement["name"]) == 1
    line = settlement["lines"][0]
    dispute = answer(portal.people[0], settlement, **{f"reason_{line}": "Precio"})
    at_once(dispute, dispute)
    assert states(portal, settlement) == ["accepted|2", "disputed|1"]


def test_programs_at_once(portal, settlement):
    path = f"/settlements/{settlement['id']}/answer"
    body = {"accept_rest": True}
    same = [api(portal, path, body, "clave-igual-1") for __ in range(2)]
    statuses = sorted(status for status, __ in at_once(*same))
    assert statuses in ([200, 200], [200, 409])
    again, shown = same[0]()
    assert (again, shown["state"]) == (200, "accepted")
    other = api(portal, path, body, "clave-otra-1", COLLEAGUE)
    assert other()[0] == REFUSED
    assert portal.logged(settlement["name"]) == 1


def test_programs_at_once_with_their_own_keys(portal, settlement):
    path = f"/settlements/{settlement['id']}/answer"
    calls = [
        api(portal, path, {"accept_rest": True}, f"clave-{login}", login)
        for login in portal.keys
    ]
    assert sorted(status for status, __ in at_once(*calls)) == [200, REFUSED]
    assert portal.logged(settlement["name"]) == 1


def test_two_colleagues_choose_the_same_sale_at_once(portal):
    """It comes into one settlement, and the second is told; clicked twice, too."""
    company, first, second = postgres.sql(
        "SELECT MIN(c.company_id), MIN(c.id), MAX(c.id) "
        "FROM o2c_consignment_consumption c "
        f"JOIN o2c_consignment_settlement s ON s.id = {portal.settlements[0]['id']} "
        "WHERE c.consignor_id = s.consignor_id AND c.company_id = s.company_id "
        "AND c.state = 'open' AND c.amount > 0",
        database=portal.database,
    ).split("|")
    path = f"{PAGES}/settlements"

    def choose(person, sale):
        values = {"sale": sale, "do": "chosen", "company": company}
        return form(person, f"{path}/new", f"{path}/settle", values)

    results = at_once(*(choose(person, first) for person in portal.people))
    assert sorted(status for status, __ in results) == [DONE, REFUSED], results
    click = choose(portal.people[0], second)
    assert sorted(status for status, __ in at_once(click, click)) == [DONE, REFUSED]
    lines = f"consumption_id IN ({first}, {second})"
    assert portal.count("o2c_consignment_settlement_line", lines) == 2


# === BILLS === #


def test_a_bill_is_registered_once(portal, settlement):
    answer(portal.people[0], settlement)()
    key = factura(portal, settlement, 901)
    page = f"{PAGES}/settlements/{settlement['id']}"
    calls = [
        form(person, page, f"{page}/bill", {"access_key": key})
        for person in portal.people
    ]
    results = at_once(*calls)
    assert sorted(status for status, __ in results) == [DONE, REFUSED], results
    assert calls[0]()[0] == REFUSED
    bills = f"o2c_settlement_id = {settlement['id']}"
    assert portal.count("account_move", bills) == 1
    assert portal.count("o2c_sri_received", f"access_key = '{key}'") == 1


def test_one_factura_for_two_settlements(portal, settlement):
    """The same key, at once, for settlements of the same amount: it counts once."""
    other = portal.settlements.pop()
    for one in (settlement, other):
        answer(portal.people[0], one)()
    key = factura(portal, settlement, 902)
    calls = []
    for person, one in zip(portal.people, (settlement, other), strict=True):
        page = f"{PAGES}/settlements/{one['id']}"
        calls.append(form(person, page, f"{page}/bill", {"access_key": key}))
    results = at_once(*calls)
    assert all(status in (DONE, REFUSED) for status, __ in results), results
    both = f"o2c_settlement_id IN ({settlement['id']}, {other['id']})"
    assert portal.count("account_move", both) == 1
    assert portal.count("o2c_sri_received", f"access_key = '{key}'") == 1


# === REPLENISHMENT === #


def test_goods_are_confirmed_once(portal):
    order = portal.orders.pop()
    page = f"{PAGES}/replenishment/{order['id']}"
    values = {f"quantity_{order['line']}": "5", "expected_on": soon()}
    calls = [form(person, page, f"{page}/confirm", values) for person in portal.people]
    results = at_once(*calls)
    assert sorted(status for status, __ in results) == [DONE, REFUSED]
    orders = f"origin = '{order['name']}'"
    assert portal.count("purchase_order", orders) == 1


def soon():
    return postgres.sql("SELECT (now() + interval '5 days')::date")


# === SESSIONS AND KEYS === #


def test_an_ended_session_opens_nothing_on_any_worker(portal):
    lost = portal.sign_in("proveedor")
    lost.page(PAGES)
    session = lost.http.cookies["session_id"][:42]
    device = postgres.sql(
        f"SELECT id FROM res_device WHERE session_identifier = '{session}'",
        database=portal.database,
    )
    person = portal.people[1]  # the manager who is his colleague
    end = form(person, f"{PAGES}/team", f"{PAGES}/sessions/{device}/revoke", {})
    assert end()[0] == DONE
    for __ in range(6):
        answered = lost.http.get(portal.url + PAGES, allow_redirects=False)
        assert answered.status_code == 303
        assert "/web/login" in answered.headers["Location"]


def test_a_revoked_key_opens_nothing_on_any_worker(portal):
    headers = {"Authorization": f"Bearer {portal.keys['proveedor']}"}

    def read():
        address = f"{portal.url}{API}/stock"
        return requests.get(address, headers=headers, timeout=TIMEOUT).status_code

    assert {read() for __ in range(6)} == {200}
    number = postgres.sql(
        "SELECT k.id FROM res_users_apikeys k JOIN res_users u ON u.id = k.user_id "
        "WHERE u.login = 'proveedor'",
        database=portal.database,
    )
    person = portal.people[1]
    revoke = form(person, f"{PAGES}/team", f"{PAGES}/keys/{number}/revoke", {})
    assert revoke()[0] == DONE
    assert {read() for __ in range(6)} == {401}


# === PICTURES === #


def test_no_page_is_wider_than_a_phone(portal, tmp_path):
    """Pictures of the pages; O2C_PICTURES names a folder to keep them in."""
    folder = Path(os.environ.get("O2C_PICTURES") or tmp_path)
    person = portal.people[1]
    numbers = {
        "settlement": portal.settlements[0]["id"],
        "order": portal.orders[0]["id"],
        "stock": _first_number(person, "/stock", r"/stock/(\d+)\?"),
        "member": _first_number(person, "/team", r"/team/(\d+)\?"),
    }
    with Browser() as browser:
        browser.be(person)
        for name, path in PICTURES.items():
            address = portal.url + PAGES + path.format(**numbers)
            files = {w: folder / f"{name}-{w}.png" for w in (PHONE, DESK)}
            for width in browser.widths(address, files):
                taken = browser.evaluate("document.documentElement.scrollWidth")
                assert taken <= width, (name, width)


def _first_number(person, path, pattern):
    return re.search(pattern, person.page(PAGES + path))[1]
