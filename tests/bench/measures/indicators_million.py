"""The indicators of consignment over 1,000,000 move lines: each answers in ≤ 1 s.

Two years of a wholesaler: half a million sale lines of two hundred products, delivered
in two moves each, every second one a consignor's with its consumption. Asked is what
the screens ask when they open: cover and turnover by family and owner, ageing,
sell-through and shrinkage by consignor, fill rate of the last twelve months by month.
The value is the slowest of them, each the median of five. The rows are copies of a sale
that Odoo made, see ..movements; no other module has such figures to compare with, the
limit is the second.
"""

from ..played import play

LINES = 1_000_000
PRODUCTS = 200
REPETITIONS = 5

SCRIPT = """
import json, statistics, time
from bench import movements

env = env(user=2)
movements.sold(env, lines=%(lines)s, products=%(products)s)
env.cr.commit()
movements.analyse(env)
found = {}
for name, ask in movements.INDICATORS.items():
    seconds = []
    for _turn in range(%(repetitions)s):
        env.invalidate_all()
        started = time.perf_counter()
        rows = ask(env)
        seconds.append(time.perf_counter() - started)
        assert rows, name
    found[name] = statistics.median(seconds)
print(json.dumps(found))
"""


def run():
    """Ask every indicator.

    :return: list of figures
    """
    found = play(
        "indicators_million",
        SCRIPT,
        lines=LINES,
        products=PRODUCTS,
        repetitions=REPETITIONS,
    )
    names = {"indicators_million": max(found.values())} | {
        f"indicators_million_{name}": seconds for name, seconds in found.items()
    }
    return [
        {
            "name": name,
            "value": round(seconds, 3),
            "unit": "s",
            "baseline": 1,
            "ratio": round(seconds, 3),
            "n": REPETITIONS,
        }
        for name, seconds in names.items()
    ]
