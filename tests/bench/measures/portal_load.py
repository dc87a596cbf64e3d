"""200 suppliers at once against two workers: no error, and the p95 of what they open.

Each has 500 consumptions of his own and opens pages and API lists in random order, with
a pause of 5 to 25 seconds between two, as a reader makes: about 13 requests a second.
Their sessions are there before the clock starts: signing in is made slow on purpose, by
the hashing of passwords. The errors have a row of their own; the limit is 0.
"""

import json
import random
import statistics
import threading
import time

import requests

from o2c_cli import database, odoo_server

from ..portal_world import PEOPLE, fill, settle

NAME = "o2c_portal_bench_load"
PORT = 8740
WORKERS = 2
SUPPLIERS = 200
ROWS_EACH = 500
SECONDS = 300
PAUSE = (5, 25)
PAGES = (
    "/my/consignment",
    "/my/consignment/sales",
    "/my/consignment/sales/page/3",
    "/my/consignment/sales?groupby=product",
    "/my/consignment/stock",
    "/my/consignment/movements",
    "/my/consignment/settlements",
    "/my/consignment/bills",
    "/o2c/api/v1/sales?limit=100",
    "/o2c/api/v1/stock",
)
# As the first supplier, with the same products; a session and a key for each.
OTHERS = f"""
import json
from datetime import date, timedelta
from odoo.http import get_default_session, root
from odoo.service import security
until = env.cr.now() + timedelta(days=1)
first = env["o2c.consignment.agreement"].search([], limit=1)
user = env["res.users"].search([("login", "=", "bench_supplier")])
users = user
for number in range({SUPPLIERS} - 1):
    supplier = env["res.partner"].create({{
        "name": f"Proveedor {{number:03}}", "is_company": True,
    }})
    agreement = first.copy({{"consignor_id": supplier.id}})
    if agreement.state == "draft":
        agreement.action_activate()
    other = env["res.users"].with_context(no_reset_password=True).create({{
        "name": f"P {{number:03}}", "login": f"bench_{{number:03}}",
        "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
        "company_id": env.company.id, "company_ids": [(6, 0, env.company.ids)],
    }})
    other.partner_id.parent_id = supplier
    env["o2c.supplier.member"].create({{
        "user_id": other.id, "company_id": env.company.id, "role": "manager",
    }})
    users |= other
found = []
for user in users:
    session = root.session_store.new()
    session.update(get_default_session(), db=env.cr.dbname)
    session.uid, session.login = user.id, user.login
    session.session_token = security.compute_session_token(session, env(user=user))
    session.context = dict(env(user=user)["res.users"].context_get())
    root.session_store.save(session)
    keys = env(user=user)["res.users.apikeys"].sudo()
    found.append([session.sid, keys._generate("o2c_supplier", "api", until)])
print(json.dumps(found))
env.cr.commit()
"""


def run():
    try:
        database.clone(database.addon_template("o2c_supplier_portal"), NAME)
        odoo_server.shell(NAME, PEOPLE)
        visitors = json.loads(odoo_server.shell(NAME, OTHERS).splitlines()[-1])
        fill(NAME, ROWS_EACH)
        settle(NAME)
        with odoo_server.serving(NAME, PORT, workers=WORKERS):
            times, errors = _visit(visitors)
    finally:
        database.drop(NAME)
    for error in sorted(set(errors))[:5]:
        print(f"  {error}")
    common = {"baseline": None, "ratio": None, "n": len(times)}
    p95 = statistics.quantiles(times, n=20)[-1]
    return [
        {"name": "portal_load", "value": round(p95, 1), "unit": "ms p95", **common},
        {
            "name": "portal_load: median",
            "value": round(statistics.median(times), 1),
            "unit": "ms",
            **common,
        },
        {
            "name": "portal_load: rate",
            "value": round(len(times) / SECONDS, 1),
            "unit": "requests/s",
            **common,
        },
        {
            "name": "portal_load: errors",
            "value": len(errors),
            "unit": "of all requests",
            **common,
        },
    ]


def _visit(visitors):
    """Return the milliseconds of each answer, and what went wrong."""
    times, errors = [], []
    _open(visitors[0], PAGES, times, errors)  # what is compiled once
    times.clear()
    until = time.monotonic() + SECONDS
    threads = [
        threading.Thread(target=_read, args=(number, visitor, until, times, errors))
        for number, visitor in enumerate(visitors)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, errors


def _read(number, visitor, until, times, errors):
    """One supplier reads until the time is over, then closes his browser."""
    picker = random.Random(number)
    time.sleep(picker.uniform(0, PAUSE[1]))
    while time.monotonic() < until:
        _open(visitor, [picker.choice(PAGES)], times, errors)
        time.sleep(picker.uniform(*PAUSE))


def _open(visitor, pages, times, errors):
    session, key = visitor
    for page in pages:
        headers = {"Cookie": f"session_id={session}"}
        if page.startswith("/o2c/api/"):
            headers = {"Authorization": f"Bearer {key}"}
        start = time.perf_counter()
        try:
            answer = requests.get(
                f"http://127.0.0.1:{PORT}{page}",
                headers=headers,
                timeout=60,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            errors.append(f"{page}: {type(error).__name__}")
            continue
        times.append(1000 * (time.perf_counter() - start))
        if answer.status_code != 200:
            errors.append(f"{page}: {answer.status_code}")
