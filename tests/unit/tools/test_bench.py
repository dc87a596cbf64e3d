"""How measures are taken and told; what they measure needs Odoo."""

import ast
import json
from contextlib import contextmanager

import pytest

from o2c_cli import bench
from o2c_cli.ui import Problem

WARM_UP = 2


class Side:
    """Stands for an Odoo process: slow while it warms up, then as told."""

    def __init__(self, name, order, milliseconds, queries):
        self.name = name
        self.order = order
        self.answers = [(1000, 900)] * WARM_UP + [
            (value, queries) for value in milliseconds
        ]

    def ask(self, what):
        self.order.append((self.name, what))
        if what == "prepare":
            return {}
        milliseconds, queries = self.answers.pop(0)
        return {"milliseconds": milliseconds, "queries": queries}


@pytest.fixture
def order(monkeypatch):
    """The order in which the sides were asked."""
    asked = []
    sides = {
        "baseline": Side("core", asked, [10, 30, 20], 40),
        "value": Side("suite", asked, [33, 25, 31], 50),
    }

    @contextmanager
    def side(name, side, template):
        yield sides[side]

    case = {
        "sides": {"value": "suite", "baseline": "core"},
        "repetitions": 3,
        "warm_up": WARM_UP,
        "rate": "",
    }
    monkeypatch.setattr(bench, "_side", side)
    monkeypatch.setattr(bench, "_script", lambda name, *options: case)
    return asked


def test_medians_without_the_warm_up(order):
    figures = json.loads(bench.as_json(bench.run(["confirm_overhead"])))
    # core: median of 10, 20, 30; suite: of 25, 31, 33
    assert figures == [
        {
            "name": "confirm_overhead",
            "value": 31,
            "unit": "ms",
            "baseline": 20,
            "ratio": 1.55,
            "n": 3,
        },
        {
            "name": "confirm_overhead_queries",
            "value": 50,
            "unit": "queries",
            "baseline": 40,
            "ratio": 1.25,
            "n": 3,
        },
    ]


def test_the_sides_take_turns_and_neither_always_goes_first(order):
    bench.run(["confirm_overhead"])
    measured = [side for side, what in order if what == "measure"]
    turns = list(zip(measured[::2], measured[1::2], strict=True))
    assert set(turns) == {("core", "suite"), ("suite", "core")}


def test_a_measure_without_case_brings_its_own_figures(monkeypatch):
    alone = {"name": "memory", "value": 90, "unit": "MB", "n": 1}
    answers = {True: {}, False: [{**alone, "baseline": None, "ratio": None}]}
    monkeypatch.setattr(bench, "_script", lambda name, *options: answers[bool(options)])
    (figure,) = bench.run(["memory"])
    assert (figure.value, figure.baseline) == (90, None)


@pytest.mark.parametrize("name", bench.names())
def test_every_measure_says_what_it_compares_and_has_something_to_run(name):
    tree = ast.parse((bench.FOLDER / f"{name}.py").read_text())
    assigned = [n.targets[0] for n in tree.body if isinstance(n, ast.Assign)]
    defined = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
    defined |= {target.id for target in assigned if isinstance(target, ast.Name)}
    assert ast.get_docstring(tree)
    assert len({"CASE", "run"} & defined) == 1


def test_a_side_that_ends_says_why(tmp_path):
    log = tmp_path / "log"
    log.write_text("UserError: the order is blocked\n")
    with (
        bench.child(["sh", "-c", "read line"], **PIPES) as process,
        pytest.raises(Problem, match="could not measure.*\n.*the order is blocked"),
    ):
        bench._Session("confirm_overhead", process, log).ask("measure")


PIPES = {
    "stdin": bench.subprocess.PIPE,
    "stdout": bench.subprocess.PIPE,
    "text": True,
}


def test_an_unknown_measure_is_refused(provisioned, typed):
    process = typed("bench", "speed")
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "no measure called speed. Choose from: " in err
    assert "confirm_overhead" in err
