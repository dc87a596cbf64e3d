"""The SRI's screens over 1,000,000 documents ÷ over 10,000: ≤ 1.5 each.

The volume of the last week is the same in both worlds (10,000 documents, 400 of them
waiting or refused), only the history differs: a screen that gets slower reads what is
long authorised. Asked is what the web client asks when each opens, as an accountant:
the board, the list with its count, what waits, what is to correct, latency and volume
by hour and by type, a number typed into the search box, and the invoice that a
customer's withholding names. The rows are written by SQL, without XML; every figure is
the median of nine.
"""

from ..played import play

FEW, MANY = 10_000, 1_000_000
WEEK = 10_000
LIMIT = 1.5
REPETITIONS = 9

SCRIPT = """
import json, statistics, time
from bench import sri_history

env = env(user=2)
sri_history.fill(env, rows=%(rows)s, week=%(week)s)
found = {}
for name, ask in sri_history.QUESTIONS.items():
    seconds = []
    for _turn in range(%(repetitions)s + 1):
        env.invalidate_all()
        started = time.perf_counter()
        answer = ask(env)
        seconds.append(time.perf_counter() - started)
        assert answer, name
    found[name] = statistics.median(seconds[1:])
print(json.dumps(found))
"""


def run():
    """Ask every screen in both worlds.

    :return: list of figures; the first is the worst of the others
    """
    few, many = (
        play(
            f"sri_monitor_{rows}",
            SCRIPT,
            rows=rows,
            week=WEEK,
            repetitions=REPETITIONS,
        )
        for rows in (FEW, MANY)
    )
    figures = [
        {
            "name": f"sri_monitor_{name}",
            "value": round(1000 * many[name], 2),
            "unit": "ms",
            "baseline": round(1000 * few[name], 2),
            "ratio": round(many[name] / few[name], 2),
            "n": REPETITIONS,
        }
        for name in few
    ]
    worst = max(figures, key=lambda figure: figure["ratio"])
    return [{**worst, "name": "sri_monitor"}, *figures]
