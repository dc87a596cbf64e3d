"""The supplier's dashboard with 1,000,000 consumptions ÷ with 1,000: p95 ≤ 1.5.

And ≤ 300 ms here. Both are asked for in turns, over HTTP, from servers of their own, by
a signed-in supplier whose rows they all are; pages are rendered whole.
"""

from ..portal_world import compare, p95, visitors

LARGE = 1_000_000
SMALL = 1_000
ROUNDS = 60


def run():
    with visitors({"large": LARGE, "small": SMALL}) as people:
        times = compare(people, "/my/consignment", ROUNDS)
    large, small = p95(times["large"]), p95(times["small"])
    return [
        {
            "name": "portal_dashboard",
            "value": round(large, 1),
            "unit": "ms",
            "baseline": round(small, 1),
            "ratio": round(large / small, 3),
            "n": ROUNDS,
        }
    ]
