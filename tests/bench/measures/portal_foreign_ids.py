"""Time for somebody else's id ÷ for an id that never was: within noise, 1 ± 0.1.

Who could tell them apart by the clock would learn which numbers are in use. Pages and
API are asked in turns for a foreign and an unknown replenishment; the figure is the
ratio of the medians that lies furthest from 1.
"""

import statistics
import time

from o2c_cli import odoo_server

from ..portal_world import LOGIN, visitors

ROWS = 1_000
ROUNDS = 150
UNKNOWN = 999_999_999
FOREIGN = f"""
from datetime import timedelta
other = env["res.partner"].create({{"name": "Otro", "is_company": True}})
order = env["o2c.supplier.replenishment"].create({{
    "company_id": env.company.id,
    "consignor_id": other.id,
    "line_ids": [(0, 0, {{
        "product_id": env["product.product"].search([], limit=1).id, "proposed": 1,
    }})],
}})
user = env["res.users"].search([("login", "=", "{LOGIN}")])
keys = env(user=user)["res.users.apikeys"].sudo()
key = keys._generate("o2c_supplier", "api", env.cr.now() + timedelta(days=1))
print(order.id, key)
env.cr.commit()
"""


def run():
    with visitors({"large": ROWS}) as people:
        person = people["large"]
        output = odoo_server.shell("o2c_portal_bench_large", FOREIGN)
        foreign, key = output.split()[-2:]
        headers = {"Authorization": f"Bearer {key}"}
        ratios = [
            _ratio(person, path, foreign, headers)
            for path in ("/my/consignment/replenishment", "/o2c/api/v1/replenishments")
        ]
    value, baseline = max(ratios, key=lambda pair: abs(pair[0] / pair[1] - 1))
    return [
        {
            "name": "portal_foreign_ids",
            "value": round(value, 2),
            "unit": "ms",
            "baseline": round(baseline, 2),
            "ratio": round(value / baseline, 3),
            "n": ROUNDS,
        }
    ]


def _ratio(person, path, foreign, headers):
    """Return the median milliseconds of a foreign and of an unknown id."""
    times = {foreign: [], UNKNOWN: []}
    for __ in range(ROUNDS):
        for number in times:
            start = time.perf_counter()
            answer = person.http.get(
                f"{person.url}{path}/{number}", headers=headers, timeout=60
            )
            times[number].append(1000 * (time.perf_counter() - start))
            assert answer.status_code == 404, answer.status_code
    return tuple(statistics.median(times[number]) for number in (foreign, UNKNOWN))
