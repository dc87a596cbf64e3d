"""Memory of a worker at the end of draining ÷ after its first documents: flat, ≤ 1.1.

One call of the scheduled job sends them all; what it keeps of each would add up. The
first thousand fill caches and pools and are not counted.
"""

import os
import tempfile
from pathlib import Path

from system import outbox

from o2c_cli import simulator

from .sri_outbox_rate import assert_authorised, figure

DOCUMENTS = 10_000
WARM_UP = 1_000
MEGABYTE = 1_000_000


def run():
    name = f"bench_memory_{os.getpid()}"
    with (
        tempfile.TemporaryDirectory() as folder,
        simulator.running(Path(folder)) as url,
        outbox.fleet(name, f"{url}/pruebas", workers=2) as (drainer, maker),
    ):
        maker.ask("issue", count=1)
        maker.ask("copy", count=WARM_UP - 1)
        drainer.ask("drain")
        start = drainer.ask("memory")["rss"] / MEGABYTE
        maker.ask("copy", count=DOCUMENTS - WARM_UP)
        drainer.ask("drain")
        end = drainer.ask("memory")["rss"] / MEGABYTE
        assert_authorised(url, DOCUMENTS)
    memory = figure("sri_outbox_memory", end, "MB", DOCUMENTS)
    return [{**memory, "baseline": round(start, 2), "ratio": round(end / start, 3)}]
