"""A daily run of reminders over 50,000 overdue items: flat memory, figures printed.

5,000 customers with ten overdue invoices each; the run is the cron's own method in a
process of its own, with its commits. `growth` is the resident memory at the end less
that after the first tenth of the customers, ÷ the latter: flat is about 1.
"""

from ..played import play

CUSTOMERS, ITEMS = 5_000, 10

SCRIPT = """
import json, os, time
from bench import receivables
from bench.world import build

CUSTOMERS, ITEMS = %(customers)s, %(items)s
build(env)
partners = receivables.customers(env, CUSTOMERS)
receivables.open_items(env, partners, CUSTOMERS * ITEMS, overdue=16, spread=10)
receivables.vacuum(env)

page = os.sysconf("SC_PAGE_SIZE")


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * page / 1e6


seen = []
cron = env.registry["ir.cron"]
commit = cron._commit_progress


def watched(self, *args, **options):
    seen.append(resident())
    return commit(self, *args, **options)


cron._commit_progress = watched
started = time.perf_counter()
env["o2c.credit.reminder"]._cron_remind()
seconds = time.perf_counter() - started
mails = env["mail.mail"].search_count([("model", "=", "o2c.credit.reminder")])
env.cr.execute("SELECT COUNT(DISTINCT item_id) FROM o2c_credit_reminder_line")
items = env.cr.fetchone()[0]
early = seen[len(seen) // 10]
print(json.dumps({"seconds": seconds, "mails": mails, "items": items,
                  "early": early, "late": seen[-1], "peak": max(seen)}))
"""


def run():
    """Run the reminders once.

    :return: list of figures
    """
    found = play("reminder_run", SCRIPT, customers=CUSTOMERS, items=ITEMS)
    assert found["mails"] == CUSTOMERS, found
    assert found["items"] == CUSTOMERS * ITEMS, found
    return [
        _figure("reminder_run", found["seconds"], "s"),
        _figure("reminder_run_mails", found["mails"], "mails"),
        _figure("reminder_run_items", found["items"], "items"),
        _figure("reminder_run_memory", found["late"], "MB", found["early"]),
    ]


def _figure(name, value, unit, baseline=None):
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "baseline": baseline and round(baseline, 1),
        "ratio": baseline and round(value / baseline, 3),
        "n": 1,
    }
