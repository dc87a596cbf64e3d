"""Documents authorised per second by one worker over an SRI that takes 300 ms: ≥ 20.

Then four workers drain together: the second figure is how many documents were accepted
by the SRI more than once, which must be 0, or were left over. The simulator runs in a
process of its own on the same machine, and checks signature and arithmetic of each.
"""

import json
import os
import tempfile
import urllib.request
from pathlib import Path

from system import outbox

from o2c_cli import simulator

LATENCY_MS = 300
DOCUMENTS = 500
TOGETHER = 400
WORKERS = 4


def run():
    name = f"bench_outbox_{os.getpid()}"
    with (
        tempfile.TemporaryDirectory() as folder,
        simulator.running(Path(folder)) as url,
        outbox.fleet(name, f"{url}/pruebas", workers=WORKERS) as crew,
    ):
        control(url, "settings", {"latency_ms": LATENCY_MS})
        crew[0].ask("issue", count=1)
        crew[0].ask("drain")  # what is opened and compiled once
        crew[0].ask("copy", count=DOCUMENTS)
        seconds = crew[0].ask("drain")["seconds"]
        assert_authorised(url, 1 + DOCUMENTS)
        crew[0].ask("copy", count=TOGETHER)
        for worker in crew:
            worker.begin("drain")
        together = max(worker.answer()["seconds"] for worker in crew)
        doubled = len(assert_authorised(url, 1 + DOCUMENTS + TOGETHER))
    return [
        figure("sri_outbox_rate", DOCUMENTS / seconds, "documents/s", DOCUMENTS),
        figure("sri_outbox_rate_4", TOGETHER / together, "documents/s", TOGETHER),
        figure("sri_outbox_doubled", doubled, "documents", TOGETHER),
    ]


def control(url, what, values=None):
    data = None if values is None else json.dumps(values).encode()
    with urllib.request.urlopen(f"{url}/control/{what}", data, timeout=60) as answer:
        return json.load(answer)


def assert_authorised(url, count):
    """Make sure that the SRI authorised all.

    :return: the keys that it accepted more than once
    """
    state = control(url, "state")
    found = state["documents"]["authorised_keys"]
    assert found == count, f"{found} authorised of {count}"
    return state["accepted_twice"]


def figure(name, value, unit, n):
    return {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "baseline": None,
        "ratio": None,
        "n": n,
    }
