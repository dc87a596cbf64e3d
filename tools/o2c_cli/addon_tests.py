"""The addons' tests in Odoo: in parts, as many at once as the machine has cores."""

import itertools
import math
import os
import re
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from . import database, odoo_log, odoo_server, project, shards, system
from .results import ODOO_RESULT, Result, total
from .ui import say

# Starting Odoo costs ten seconds: parts of several addons are not made smaller than
# that is worth.
PART_SECONDS = 240
# In twos: a part that finds its own taken goes to the next one.
_ports = itertools.count(8169 + os.getpid() % 500, 2)


@dataclass(frozen=True)
class Part:
    """Some of an addon's tests, which one process of Odoo plays on its own database."""

    addon: str
    number: int
    tags: str
    seconds: float
    python: tuple

    @property
    def name(self):
        return f"{self.addon}, part {self.number + 1}"

    @property
    def log(self):
        return project.LOGS / f"test-{self.addon}-{self.number}.log"

    @contextmanager
    def started(self):
        """Odoo playing these tests; the database is dropped at the end."""
        database_name = f"test_{self.addon}_{os.getpid()}_{self.number}"
        template = database.addon_template(self.addon)
        port = system.choose_port(next(_ports), explicit=False)
        try:
            database.clone(template, database_name)
            with odoo_server.playing(
                self.tags,
                database=database_name,
                log=self.log,
                port=port,
                python=self.python,
            ) as process:
                yield process
        finally:
            database.drop(database_name)


def run(addons, python, *, slow, beside=()):
    """Play all tests of some addons.

    :param python: interpreter with its options
    :param bool slow: with the tests that are too long to wait for while developing
    :param beside: other things with name, seconds and started, which take their turns
    :return: list of Result, in the order of the addons
    """
    parts = {addon: _parts(addon, python, slow, len(addons)) for addon in addons}
    codes = play([*(p for those in parts.values() for p in those), *beside])
    results = []
    for addon, those in parts.items():
        logs = [part.log.read_text(errors="replace") for part in those]
        shards.remember(addon, logs)
        judged = [_judge(part, codes[part]) for part in those]
        results.append(total(addon, judged))
    return results


def run_selected(addon, selection, python):
    """Play one class or method of an addon's tests, also a slow one.

    :param str selection: TestClass or TestClass.test_method
    """
    chosen = f"/{addon}:{selection}"
    part = Part(addon, 0, f"{chosen},{shards.SLOW}{chosen}", 0, tuple(python))
    return _judge(part, play([part])[part])


def _parts(addon, python, slow, addons):
    """An addon alone is divided among the cores; several have their cores in turns."""
    seconds = shards.seconds(addon, slow=slow)
    count = os.cpu_count() if addons == 1 else math.ceil(seconds / PART_SECONDS)
    tags = shards.split(addon, count, slow=slow)
    return [
        Part(addon, number, these, seconds / len(tags), tuple(python))
        for number, these in enumerate(tags)
    ]


def play(jobs, at_once=None):
    """Run programs, the longest first, as many at once as there are cores.

    :param jobs: with name, seconds, and started: a context that gives the process
    :return: {job: exit code}
    """
    waiting = sorted(jobs, key=lambda job: -job.seconds)
    running, codes = {}, {}
    with ExitStack() as everything:
        while waiting or running:
            while waiting and len(running) < (at_once or os.cpu_count()):
                job, *waiting = waiting
                running[job] = everything.enter_context(_Running(job))
            time.sleep(0.1)
            for job in [job for job, each in running.items() if each.has_ended()]:
                codes[job] = running.pop(job).code
    return codes


class _Running(ExitStack):
    """A program that was started, and what is tidied up when it has ended."""

    def __init__(self, job):
        super().__init__()
        self.job = job
        self.began = time.monotonic()
        self.process = self.enter_context(job.started())

    @property
    def code(self):
        return self.process.returncode

    def has_ended(self):
        if self.process.poll() is None:
            return False
        self.close()
        say(f"· {self.job.name}: {time.monotonic() - self.began:.1f} s")
        return True


def _judge(part, code):
    text = part.log.read_text(errors="replace")
    problems = odoo_log.problems(text)
    found = ODOO_RESULT.findall(text)
    if not found:
        say(text[-3000:])
        return Result(part.addon, 0, 1)
    failures, errors, total = map(int, found[-1])
    failed = failures + errors
    if problems or code:
        _show(text, problems)
        failed = failed or 1
    return Result(part.addon, total - min(failed, total), failed)


def _show(text, problems):
    print("\n".join(problems[:20]), file=sys.stderr)
    for block in re.findall(
        r"((?:FAIL|ERROR): .*?)(?=\n\d{4}-\d\d-\d\d [\d:,]+ \d+ \w+ |\Z)", text, re.S
    )[:10]:
        print(block, file=sys.stderr)
