"""Measures of the suite beside Odoo's own modules, taken in turns in one run."""

import json
import os
import statistics
import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass

from . import database, odoo_server, project
from .system import child
from .ui import Problem, say, task

# name -> repetitions; the cases themselves are in tests/bench/cases.py
MEASURES = {"confirm_overhead": 15, "posting_overhead": 5}
WARM_UP = 2
UNITS = {"milliseconds": "ms", "queries": "queries"}


@dataclass(frozen=True)
class Figure:
    """One line of the result.

    :param float value: with the suite
    :param float baseline: with Odoo's own modules alone
    :param float ratio: value ÷ baseline
    :param int n: repetitions of each side, after warming up
    """

    name: str
    value: float
    unit: str
    baseline: float
    ratio: float
    n: int


def run(names):
    """Measure and compare.

    :param names: keys of MEASURES
    :return: list of Figure
    :raise Problem: a side could not do what is measured
    """
    figures = []
    with ExitStack() as stack:
        sides = {
            side: stack.enter_context(_side(side, template()))
            for side, template in (
                ("core", database.core_template),
                ("suite", database.suite_template),
            )
        }
        for name in names:
            with task(f"measuring {name}"):
                figures += _compare(name, sides)
    return figures


def _compare(name, sides):
    for side in sides.values():
        side.ask("prepare", name)
    answers = {side: [] for side in sides}
    for turn in range(WARM_UP + MEASURES[name]):
        # the machine's mood changes: neither side always goes first
        for side in sorted(sides, reverse=turn % 2):
            answers[side].append(sides[side].ask("measure", name))
    return [_figure(name, quantity, answers) for quantity in UNITS]


def _figure(name, quantity, answers):
    """The medians of both sides, without the repetitions that warmed up."""
    value, baseline = (
        statistics.median(answer[quantity] for answer in answers[side][WARM_UP:])
        for side in ("suite", "core")
    )
    return Figure(
        name=name if quantity == "milliseconds" else f"{name}_{quantity}",
        value=round(value, 3),
        unit=UNITS[quantity],
        baseline=round(baseline, 3),
        ratio=round(value / baseline, 3),
        n=len(answers["suite"]) - WARM_UP,
    )


class _Session:
    """A process of tests/bench/session.py."""

    def __init__(self, process, log):
        self.process = process
        self.log = log

    def ask(self, what, name):
        self.process.stdin.write(json.dumps({"do": what, "case": name}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            self.process.wait()
            words = self.log.read_text(errors="replace").strip().splitlines()[-8:]
            raise Problem(
                f"{name} could not {what}:\n    " + "\n    ".join(words),
                f"The whole log is {self.log}.",
            )
        return json.loads(answer)


@contextmanager
def _side(side, template):
    """A session on a scratch copy of a template."""
    name = f"bench_{side}_{os.getpid()}"
    log = project.LOGS / f"bench-{side}.log"
    try:
        database.clone(template, name)
        command = [project.PYTHON, "-m", "bench.session", *odoo_server.options(name)]
        with (
            log.open("w") as errors,
            child(
                command,
                env=odoo_server.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as process,
        ):
            yield _Session(process, log)
    finally:
        database.drop(name)


def report(figures):
    """Print figures for a person."""
    for figure in figures:
        say(
            f"{figure.name:<28} {figure.value:>9.2f} {figure.unit:<8}"
            f"core alone {figure.baseline:>9.2f}   × {figure.ratio:.2f}"
            f"   (median of {figure.n})"
        )


def as_json(figures):
    return json.dumps([asdict(figure) for figure in figures], indent=2) + "\n"
