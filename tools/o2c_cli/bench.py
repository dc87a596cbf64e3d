"""Measures of the suite beside Odoo's own modules, taken in turns in one run."""

import json
import os
import statistics
import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from itertools import count

from . import database, odoo_server, peers, project
from .system import child
from .ui import Problem, say, task

FOLDER = project.ROOT / "tests" / "bench" / "measures"
UNITS = {"milliseconds": "ms", "queries": "queries"}


@dataclass(frozen=True)
class Figure:
    """One line of the result.

    :param float value: with the suite, or of the greater of two sizes
    :param float baseline: what it is compared with, None when with nothing
    :param float ratio: value ÷ baseline
    :param int n: repetitions of each side, after warming up
    """

    name: str
    value: float
    unit: str
    baseline: float | None
    ratio: float | None
    n: int


def names():
    """The measures that there are, one file each."""
    return sorted(p.stem for p in FOLDER.glob("*.py") if p.stem != "__init__")


def run(measures):
    """Measure and compare.

    :param measures: some of `names()`
    :return: list of Figure
    :raise Problem: a side could not do what is measured
    """
    figures = []
    for name in measures:
        with task(f"measuring {name}"):
            case = _script(name, "--describe")
            figures += _compare(name, case) if case else _figures_of(name)
    return figures


def _script(name, *options):
    """What tests/bench/script.py answers about a measure."""
    log = project.LOGS / f"bench-{name}.log"
    command = [project.PYTHON, "-m", "bench.script", *options, name]
    with (
        log.open("w") as errors,
        child(
            command,
            env=odoo_server.environment(),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        output = process.stdout.read()
        code = process.wait()
    if code:
        raise _failure(f"{name} could not be measured", log)
    return json.loads(output.strip().splitlines()[-1])


def _figures_of(name):
    return [Figure(**figure) for figure in _script(name)]


def _failure(what, log):
    words = log.read_text(errors="replace").strip().splitlines()[-8:]
    return Problem(f"{what}:\n    " + "\n    ".join(words), f"The whole log is {log}.")


def _compare(name, case):
    """Both sides of a case in turns.

    :param dict case: what tests/bench/script.py says of it
    """
    with ExitStack() as stack:
        sides = {
            side: stack.enter_context(_side(name, side, template))
            for side, template in case["sides"].items()
        }
        for side in sides.values():
            side.ask("prepare")
        answers = {side: [] for side in sides}
        for turn in range(case["warm_up"] + case["repetitions"]):
            # the machine's mood changes: neither side always goes first
            for side in sorted(sides, reverse=turn % 2):
                answers[side].append(sides[side].ask("measure"))
    counted = {side: answers[side][case["warm_up"] :] for side in answers}
    return [_figure(name, quantity, counted, case["rate"]) for quantity in UNITS]


def _figure(name, quantity, answers, rate):
    """The medians of both sides.

    :param str quantity: a key of UNITS
    :param dict answers: by side, without the repetitions that warmed up
    :param str rate: unit of a figure per second, empty for one in milliseconds
    """
    value, baseline = (
        statistics.median(answer[quantity] for answer in answers[side])
        for side in ("value", "baseline")
    )
    unit = UNITS[quantity]
    if rate and quantity == "milliseconds":
        value, baseline, unit = 1000 / value, 1000 / baseline, rate
    return Figure(
        name=name if quantity == "milliseconds" else f"{name}_{quantity}",
        value=round(value, 3),
        unit=unit,
        baseline=round(baseline, 3),
        ratio=round(value / baseline, 3),
        n=len(answers["value"]),
    )


class _Session:
    """A process of tests/bench/session.py."""

    def __init__(self, name, process, log):
        self.name = name
        self.process = process
        self.log = log

    def ask(self, what):
        self.process.stdin.write(json.dumps({"do": what}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            self.process.wait()
            raise _failure(f"{self.name} could not {what}", self.log)
        return json.loads(answer)


TEMPLATES = {
    "core": database.core_template,
    "suite": database.suite_template,
    "demo": database.demo_template,
}


PEER = "peer:"
_numbers = count()


@contextmanager
def _scratch(template):
    """A scratch copy of a template, and what an Odoo process on it needs.

    :param str template: a key of TEMPLATES, or `peer:` and modules with commas
    """
    scratch = f"bench_{os.getpid()}_{next(_numbers)}"
    if template.startswith(PEER):
        modules = template.removeprefix(PEER).split(",")
        with peers.installed(scratch, modules):
            options = [*odoo_server.options(scratch), *peers.options()]
            yield options, peers.environment()
        return
    try:
        database.clone(TEMPLATES[template](), scratch)
        yield odoo_server.options(scratch), odoo_server.environment()
    finally:
        database.drop(scratch)


@contextmanager
def _side(name, side, template):
    """A session on a scratch database.

    :param str side: value or baseline
    """
    log = project.LOGS / f"bench-{name}-{side}.log"
    session = [project.PYTHON, "-m", "bench.session", name, side]
    with (
        _scratch(template) as (options, environment),
        log.open("w") as errors,
        child(
            [*session, *options],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        yield _Session(name, process, log)


def report(figures):
    """Print figures for a person."""
    for figure in figures:
        line = f"{figure.name:<32} {figure.value:>10.2f} {figure.unit:<10}"
        if figure.baseline is not None:
            line += f" beside {figure.baseline:>10.2f}   × {figure.ratio:.2f}"
        say(f"{line}   (n = {figure.n})")


def as_json(figures):
    return json.dumps([asdict(figure) for figure in figures], indent=2) + "\n"
