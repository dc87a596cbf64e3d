"""Settle 100,000 consumptions: time ÷ time for 10,000 ≤ 12, ≥ 2,000 lines/s, ≤ 1 GB.

A settlement is drawn up, handed over, accepted and billed (draft bill), the four steps
that touch every line; each is committed, as four requests of four people are: rows that
a transaction made itself have all their foreign keys checked again whenever it changes
them. Both sizes are of the same database and process, with twenty products over ninety
days; each turn settles consumptions of its own, the median of three counts. Memory is
the most that the process ever held, data of both sizes included.
"""

from ..played import play

FEW, MANY = 10_000, 100_000
REPETITIONS = 3

SCRIPT = """
import json, resource, statistics, time
from bench import consigned

env = env(user=2)
products = env["product.product"].create(
    [{"name": f"Bench {n}", "is_storable": True} for n in range(20)]
)


def done(step):
    result = step()
    env.flush_all()
    env.cr.commit()
    env.invalidate_all(flush=False)
    return result


def settle(agreement, count):
    started = time.perf_counter()
    settlement = done(
        lambda: env["o2c.consignment.settlement"]._o2c_create_for(
            agreement.consignor_id, agreement.company_id
        )
    )
    done(settlement.action_send)
    done(settlement.action_accept)
    bill = done(lambda: settlement.action_create_bill("001-001-000000777"))
    seconds = time.perf_counter() - started
    assert settlement.line_count == count, settlement.line_count
    assert settlement.state == "billed", settlement.state
    assert bill.amount_untaxed == settlement.amount_total == 100 * count
    return seconds


found = {}
for count in (%(few)s, %(many)s):
    seconds = []
    for turn in range(%(repetitions)s):
        agreement = consigned.agreement(env, products, f"Bench {count} {turn}")
        consigned.consumptions(env, agreement, count)
        env.cr.commit()
        env.cr.execute("ANALYZE o2c_consignment_consumption")
        env.cr.commit()
        seconds.append(settle(agreement, count))
    found[count] = statistics.median(seconds)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
print(json.dumps({"few": found[%(few)s], "many": found[%(many)s], "peak": peak}))
"""


def run():
    """Settle both sizes.

    :return: list of figures
    """
    found = play(
        "consignment_settle", SCRIPT, few=FEW, many=MANY, repetitions=REPETITIONS
    )
    common = {"n": REPETITIONS}
    return [
        {
            "name": "consignment_settle",
            "value": found["many"],
            "unit": "s",
            "baseline": found["few"],
            "ratio": found["many"] / found["few"],
            **common,
        },
        {
            "name": "consignment_settle_rate",
            "value": MANY / found["many"],
            "unit": "lines/s",
            "baseline": 2000,
            "ratio": MANY / found["many"] / 2000,
            **common,
        },
        {
            "name": "consignment_settle_memory",
            "value": found["peak"],
            "unit": "MB",
            "baseline": 1000,
            "ratio": found["peak"] / 1000,
            **common,
        },
    ]
