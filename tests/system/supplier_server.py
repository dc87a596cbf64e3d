"""A server of two workers on the demo's database, with colleagues and settlements."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from o2c_cli import database, odoo_server, postgres, system

from .client import TIMEOUT, Person
from .story.world import PASSWORD

SETTLEMENTS = 10
LINES_EACH = 3
ORDERS = 3
COLLEAGUE = "proveedor_colega"
# Two managers of one supplier, settlements that wait for an answer, goods to confirm.
SETUP = f"""
import json
from datetime import timedelta
company = env.ref("o2c_demo.company_sierra")
env = env(context={{"allowed_company_ids": company.ids}})
first = env["res.users"].search([("login", "=", "proveedor")])
supplier = first.commercial_partner_id
colleague = env["res.users"].with_context(no_reset_password=True).create({{
    "name": "Colega", "login": "{COLLEAGUE}", "password": "{PASSWORD}",
    "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
    "company_id": company.id, "company_ids": [(6, 0, company.ids)],
}})
colleague.partner_id.parent_id = supplier
env["o2c.supplier.member"].create({{
    "user_id": colleague.id, "company_id": company.id, "role": "manager",
}})
env["ir.config_parameter"].set_param("o2c_supplier_portal.api_rate", "1000000")
Settlement = env["o2c.consignment.settlement"]
Consumption = env["o2c.consignment.consumption"]
rows = Consumption.search(
    Consumption._open_domain(supplier, company, None),
    order="id", limit={SETTLEMENTS * LINES_EACH},
)
settlements = []
for start in range(0, len(rows), {LINES_EACH}):
    some = rows[start:start + {LINES_EACH}]
    settlement = Settlement._o2c_create_for(supplier, company, some)
    settlement.action_send()
    settlements.append({{
        "id": settlement.id, "name": settlement.name,
        "lines": settlement.line_ids.ids, "total": settlement.amount_total,
    }})
orders = env["o2c.supplier.replenishment"].create([
    {{
        "company_id": company.id, "consignor_id": supplier.id,
        "line_ids": [(0, 0, {{"product_id": rows[0].product_id.id, "proposed": 5}})],
    }}
    for __ in range({ORDERS})
])
until = env.cr.now() + timedelta(days=1)
keys = {{
    user.login: env(user=user)["res.users.apikeys"].sudo()._generate(
        "o2c_supplier", "prueba", until
    )
    for user in (first, colleague)
}}
print(json.dumps({{
    "settlements": settlements, "keys": keys,
    "orders": [{{"id": o.id, "name": o.name, "line": o.line_ids.id}} for o in orders],
    "supplier": supplier.vat, "company": [company.vat, company.name],
}}))
env.cr.commit()
"""


@dataclass
class Portal:
    """The server, who uses it, and what waits for them."""

    url: str
    database: str
    settlements: list
    orders: list
    keys: dict
    supplier: str
    company: list
    people: list = field(default_factory=list)
    simulator: str = ""

    def sign_in(self, login):
        return Person(self.url, self.database, login, PASSWORD)

    def count(self, table, where):
        """How many rows of a table there are, as the database says."""
        query = f"SELECT COUNT(*) FROM {table} WHERE {where}"
        return int(postgres.sql(query, database=self.database))

    def logged(self, name):
        """How often something was done to a document of that name."""
        where = f"kind = 'action' AND detail LIKE '{name}:%'"
        return self.count("o2c_supplier_access_log", where)


@contextmanager
def running(name, port):
    """Yield the portal of a server that runs in this block.

    :param str name: of its database, dropped at the end
    """
    with ExitStack() as stack:
        stack.enter_context(postgres.running())
        stack.callback(database.drop, name)
        database.clone(database.demo_template(), name)
        made = json.loads(odoo_server.shell(name, SETUP).splitlines()[-1])
        port = system.choose_port(port, explicit=False)
        stack.enter_context(odoo_server.serving(name, port, workers=2))
        portal = Portal(f"http://127.0.0.1:{port}", name, **made)
        portal.people = [portal.sign_in(login) for login in ("proveedor", COLLEAGUE)]
        yield portal


def at_once(*calls):
    """Make calls at the same moment and return their results in order."""
    barrier = threading.Barrier(len(calls))

    def call(one):
        barrier.wait(30)
        return one()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call, c) for c in calls]]


def form(person, page, path, values, files=None):
    """Return a call that posts a form; its token is read now.

    :return: function that returns (status, text)
    """
    data = {**values, "csrf_token": person.token(page)}

    def post():
        answer = person.http.post(
            person.url + path,
            data=data,
            files=files,
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        return answer.status_code, answer.text

    return post
