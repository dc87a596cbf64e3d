"""200,000 rows to CSV and XLSX in the background: rows a second, and flat memory.

The peak of the process that makes the file, with 200,000 rows ÷ with 20,000: that the
rows are not held in memory shows in a ratio near 1 (the file itself, some MB, is stored
by Odoo as a whole).
"""

import json

from o2c_cli import database, odoo_server

from ..portal_world import LOGIN, world

LARGE = 200_000
SMALL = 20_000
NAME = "o2c_portal_bench_export"
SCRIPT = """
import json, resource, time
from odoo.addons.o2c_supplier_portal.scope import Scope
user = env["res.users"].search([("login", "=", "{login}")])
scope = Scope.of(env(user=user), "sales").first_company()
start = time.perf_counter()
export = env["o2c.supplier.export"]._o2c_ask(scope, "sales", {{}}, "{file_format}")
env.cr.commit()
env["o2c.supplier.export"]._cron_make()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
export = env["o2c.supplier.export"].browse(export.id)
print(json.dumps([export.state, export.row_done, time.perf_counter() - start, peak]))
"""


def run():
    measured = {}
    for rows in (SMALL, LARGE):
        try:
            database.clone(world(rows), NAME)
            for file_format in ("csv", "xlsx"):
                measured[file_format, rows] = _make(file_format, rows)
        finally:
            database.drop(NAME)
    answer = []
    for file_format in ("csv", "xlsx"):
        seconds, peak = measured[file_format, LARGE]
        __, small = measured[file_format, SMALL]
        answer += [
            {
                "name": f"portal_export_{file_format}_memory",
                "value": round(peak, 1),
                "unit": "MB",
                "baseline": round(small, 1),
                "ratio": round(peak / small, 3),
                "n": 1,
            },
            {
                "name": f"portal_export_{file_format}",
                "value": round(LARGE / seconds),
                "unit": "rows/s",
                "baseline": None,
                "ratio": None,
                "n": 1,
            },
        ]
    return answer


def _make(file_format, rows):
    """Return (seconds, peak in MB) of a file made in a process of its own."""
    script = SCRIPT.format(login=LOGIN, file_format=file_format)
    output = odoo_server.shell(NAME, script).strip().splitlines()[-1]
    state, done, seconds, peak = json.loads(output)
    assert (state, done) == ("done", rows), output
    return seconds, peak
