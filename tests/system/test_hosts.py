"""Two Odoo hosts over one database, reading from a streaming replica."""

import json
import os
import subprocess
from contextlib import ExitStack, contextmanager

import pytest

from o2c_cli import (
    database,
    mailbox,
    odoo_log,
    odoo_server,
    postgres,
    project,
    simulator,
    system,
)

from . import replica
from .client import Person
from .story.world import PASSWORD

DATABASE = f"hosts_{os.getpid()}"
# Every address of the portal that is read, of its own routing map, with ids of what
# this supplier has; a route with an argument that is not known here fails.
ADDRESSES = """
import itertools, json, re
from datetime import date, timedelta
user = env["res.users"].search([("login", "=", "proveedor")])
supplier = user.commercial_partner_id
company = env.ref("o2c_demo.company_sierra")
own = {"company_id": company.id}
order = env["o2c.supplier.replenishment"].create({
    **own, "consignor_id": supplier.id, "line_ids": [(0, 0, {
        "product_id": env["o2c.supplier.stock"].search(
            [("consignor_id", "=", supplier.id)], limit=1
        ).product_id.id,
        "proposed": 1,
    })],
})
order._o2c_confirm({}, date.today() + timedelta(days=5))
env["o2c.supplier.export"].create({
    **own, "user_id": user.id, "listing": "stock", "file_format": "csv",
    "state": "done", "filename": "x.csv", "content": "eA==",
})
def first(model, name="consignor_id", value=supplier.id):
    return env[model].search([(name, "=", value), ("company_id", "=", company.id)])[:1]
bill = first("o2c.supplier.bill").search([
    ("consignor_id", "=", supplier.id), ("withholding_number", "!=", False),
])[:1]
values = {
    "page": [1], "rest": ["x"],
    "bill_id": bill.ids,
    "export_id": first("o2c.supplier.export", "user_id", user.id).ids,
    "member_id": first("o2c.supplier.member", "user_id", user.id).ids,
    "movement_id": first("o2c.supplier.movement").ids,
    "order_id": first("o2c.supplier.order").ids,
    "sale_id": first("o2c.supplier.sale").ids,
    "settlement_id": first("o2c.supplier.settlement").ids,
    "stock_id": first("o2c.supplier.stock").ids,
}
found = []
for rule in env["ir.http"].routing_map().iter_rules():
    module = rule.endpoint.func.__wrapped__.__module__
    if not module.startswith("odoo.addons.o2c_supplier_portal."):
        continue
    if "GET" not in (rule.methods or ["GET"]):
        continue
    parts = re.split(r"<(\\w+)(?:\\((.*?)\\))?:(\\w+)>", rule.rule)
    choices = [
        kind_options.split(",") if kind == "any" else values[name]
        for kind, kind_options, name in zip(parts[1::4], parts[2::4], parts[3::4])
    ]
    assert all(choices), (rule.rule, choices)
    for chosen in itertools.product(*choices):
        texts = [*map(str, chosen), ""]
        found.append("".join(a + b for a, b in zip(parts[::4], texts)))
until = env.cr.now() + timedelta(days=1)
keys = env(user=user)["res.users.apikeys"].sudo()
print(json.dumps([found, keys._generate("o2c_supplier", "x", until)]))
env.cr.commit()
"""
API = "/o2c/api/v1"
NOTHING_THERE = (API, f"{API}/x")


@pytest.fixture(scope="module")
def hosts(tmp_path_factory):
    """Addresses of two Odoo processes, and the story's simulator and mailbox."""
    folder = tmp_path_factory.mktemp("hosts")
    with ExitStack() as stack:
        stack.enter_context(postgres.running())
        stack.callback(database.drop, DATABASE)
        database.clone(database.demo_template(), DATABASE)
        stack.enter_context(replica.streaming(DATABASE))
        sri = stack.enter_context(simulator.running(folder / "sri"))
        smtp = stack.enter_context(mailbox.running(folder / "mail"))
        options = [
            f"--db_replica_host={postgres.socket_folder()}",
            f"--db_replica_port={replica.PORT}",
            "--smtp=127.0.0.1",
            f"--smtp-port={smtp}",
        ]
        addresses = [stack.enter_context(_host(number, options)) for number in range(2)]
        yield {"addresses": addresses, "sri": sri, "mail": folder / "mail"}


@contextmanager
def _host(number, options):
    port = system.choose_port(8600 + 10 * number, explicit=False)
    with odoo_server.serving(DATABASE, port, log=_log(number), extra=options):
        yield f"http://127.0.0.1:{port}"


def _log(number):
    return project.LOGS / f"host-{number}.log"


def test_the_story_runs_over_two_hosts_and_a_replica(hosts):
    before = replica.transactions(DATABASE)
    command = [project.PYTHON, "-m", "system.story", "--database", DATABASE]
    command += ["--simulator", hosts["sri"], "--mail", hosts["mail"]]
    command += ["--url", *hosts["addresses"]]
    done = subprocess.run(
        command, env=odoo_server.environment(), capture_output=True, text=True
    )
    print(done.stdout, done.stderr)
    assert done.stdout.strip().endswith("12 steps passed, 0 failed")
    assert replica.transactions(DATABASE) > before


def test_the_supplier_reads_from_the_replica_alone(hosts):
    output = odoo_server.shell(DATABASE, ADDRESSES)
    addresses, key = json.loads(output.splitlines()[-1])
    assert len(addresses) > 60
    supplier = Person(hosts["addresses"], DATABASE, "proveedor", PASSWORD)
    for __ in range(2):
        supplier.page("/my")  # what a first page writes is written
    supplier.http.headers["Authorization"] = f"Bearer {key}"
    logs = [_log(number) for number in range(2)]
    known = [len(log.read_text()) for log in logs]
    before = replica.transactions(DATABASE)
    for address in addresses:
        answer = supplier.http.get(supplier.url + address, timeout=60)
        expected = 404 if address in NOTHING_THERE else 200
        assert answer.status_code == expected, (address, answer.text[-500:])
    served = replica.transactions(DATABASE) - before
    assert served >= len(addresses)
    for log, length in zip(logs, known, strict=True):
        assert "retrying with a read/write cursor" not in log.read_text()[length:]


def test_neither_host_logged_an_error(hosts):
    """Comes last: also what their crons did meanwhile."""
    logs = [_log(n).read_text(errors="replace") for n in range(2)]
    assert not [error for log in logs for error in odoo_log.errors(log)]
