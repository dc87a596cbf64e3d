"""Rows a second of the supplier API's lists ÷ of core's JSON-2 `search_read`: ≥ 3.

The same rows with the same fields, a thousand a call, by the same user with API keys
of his own; core's model is the read model that the API reads too, so that only the way
to it differs. The API goes by its cursor, JSON-2 by offset, as their clients do.
"""

import statistics
import time

import requests

from o2c_cli import odoo_server

from ..portal_world import LOGIN, visitors

DATABASE = "o2c_portal_bench_large"
ROWS = 20_000
PAGE = 1_000
PAGES = 15
ROUNDS = 9
# what an answer of the API holds
FIELDS = [
    "company_id",
    "date",
    "kind",
    "product_id",
    "product_code",
    "product_name",
    "lot_name",
    "place_name",
    "document",
    "customer_label",
    "quantity",
    "uom_name",
    "sale_unit_price",
    "sale_amount",
    "unit_cost",
    "amount",
    "currency_id",
    "state",
]
KEYS = f"""
from datetime import timedelta
user = env["res.users"].search([("login", "=", "{LOGIN}")])
keys = env(user=user)["res.users.apikeys"].sudo()
until = env.cr.now() + timedelta(days=1)
print(keys._generate("o2c_supplier", "api", until), keys._generate(None, "rpc", until))
env.cr.commit()
"""


def run():
    with visitors({"large": ROWS}) as people:
        person = people["large"]
        output = odoo_server.shell(DATABASE, KEYS)
        own, general = output.split()[-2:]
        times = {"api": [], "core": []}
        for __ in range(ROUNDS):
            times["api"].append(_api(person.url, own))
            times["core"].append(_core(person.url, general))
    api, core = (statistics.median(times[side]) for side in ("api", "core"))
    return [
        {
            "name": "api_list",
            "value": round(api),
            "unit": "rows/s",
            "baseline": round(core),
            "ratio": round(api / core, 2),
            "n": ROUNDS,
        }
    ]


def _client(key):
    """A program's session, which names its database as core's documentation tells."""
    http = requests.Session()
    http.headers["Authorization"] = f"Bearer {key}"
    http.headers["X-Odoo-Database"] = DATABASE
    return http


def _api(url, key):
    http = _client(key)
    cursor, rows, start = None, 0, time.perf_counter()
    for __ in range(PAGES):
        params = {"limit": PAGE, **({"cursor": cursor} if cursor else {})}
        answer = http.get(f"{url}/o2c/api/v1/sales", params=params, timeout=60)
        answer.raise_for_status()
        body = answer.json()
        rows += len(body["items"])
        cursor = body["next_cursor"]
    assert rows == PAGE * PAGES, rows
    return rows / (time.perf_counter() - start)


def _core(url, key):
    http = _client(key)
    rows, start = 0, time.perf_counter()
    for number in range(PAGES):
        answer = http.post(
            f"{url}/json/2/o2c.supplier.sale/search_read",
            json={"fields": FIELDS, "limit": PAGE, "offset": number * PAGE},
            timeout=60,
        )
        answer.raise_for_status()
        rows += len(answer.json())
    assert rows == PAGE * PAGES, rows
    return rows / (time.perf_counter() - start)
