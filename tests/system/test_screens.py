"""Every screen of every menu opens in the whole suite, for somebody who has that menu.

Each addon's own tests know only what it depends on: two that do not know each other
meet here, on the forms of core models that both extend.
"""

import os
from contextlib import ExitStack
from xml.etree import ElementTree

import pytest

from o2c_cli import database, odoo_log, odoo_server, postgres, project, system

from .client import Person, Refused
from .story.world import PASSWORD

DATABASE = f"screens_{os.getpid()}"
LOG = project.LOGS / "server-screens.log"
PORT = 8680
PEOPLE = ("contadora", "vendedor", "aprobadora", "jefecredito", "bodega", "compras")
KINDS = ("list", "kanban", "form")
# Odoo shows who invoices the menu of payment methods, whose providers only an
# administrator may read: not ours to mend.
ODOOS_OWN = {"payment.method"}


@pytest.fixture(scope="module")
def people():
    with ExitStack() as stack:
        stack.enter_context(postgres.running())
        stack.callback(database.drop, DATABASE)
        database.clone(database.demo_template(), DATABASE)
        port = system.choose_port(PORT, explicit=False)
        stack.enter_context(odoo_server.serving(DATABASE, port, log=LOG))
        url = f"http://127.0.0.1:{port}"
        yield [Person(url, DATABASE, login, PASSWORD) for login in PEOPLE]


def test_every_menu_opens(people):
    """Views are asked for and read with their own fields, as the web client does."""
    opened, problems = {}, []
    for person in people:
        for name, action_id in _windows(person):
            if action_id in opened:
                continue
            opened[action_id] = name
            problems += [
                f"{person.login}, {name}: {problem}"
                for problem in _problems(person, action_id)
            ]
    assert not problems, "\n\n".join(problems)
    assert len(opened) > 100, opened


def test_buyer_opens_transfers(people):
    """A transfer has fields of modules that know nothing of who buys."""
    [buyer] = [person for person in people if person.login == "compras"]
    views = buyer.call("stock.picking", "get_views", views=[[False, "form"]])["views"]
    wanted = _specification(ElementTree.fromstring(views["form"]["arch"]))
    transfers = buyer.call("stock.picking", "search", [], limit=20)
    assert buyer.call("stock.picking", "web_read", transfers, specification=wanted)


def test_the_server_logged_no_error(people):
    """Comes last: also what its crons did while the screens were opened."""
    assert not odoo_log.errors(LOG.read_text(errors="replace"))


def _windows(person):
    """Yield (name, action) of the menus that open a list or form of records."""
    for menu in person.menus():
        if menu.get("actionModel") == "ir.actions.act_window":
            yield menu["name"], menu["actionID"]


def _problems(person, action_id):
    action = person.load_action(action_id)
    model = action["res_model"]
    if model in ODOOS_OWN:
        return []
    views = [[number, kind] for number, kind in action["views"] if kind in KINDS]
    try:
        arches = person.call(model, "get_views", views=views)["views"]
    except Refused as refusal:
        return [f"{model}: {refusal}"]
    return [
        f"{model} {kind}: {problem}"
        for kind, view in arches.items()
        for problem in _read(person, model, kind, ElementTree.fromstring(view["arch"]))
    ]


def _read(person, model, kind, arch):
    wanted = _specification(arch)
    try:
        if kind == "form":
            newest = person.call(model, "search", [], limit=3, order="id desc")
            person.call(model, "web_read", newest, specification=wanted)
        else:
            person.call(model, "web_search_read", [], specification=wanted, limit=40)
    except Refused as refusal:
        return [str(refusal)]
    return []


def _specification(node):
    """Fields of a view, with those of the lists in it."""
    found = {}
    for child in node:
        if child.tag == "field":
            inside = [_specification(view) for view in child if view.tag in KINDS]
            below = {name: value for part in inside for name, value in part.items()}
            found[child.get("name")] = {"fields": below} if below else {}
        else:
            found.update(_specification(child))
    return found
