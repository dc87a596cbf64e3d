"""Parts of the addons' tests take turns on the cores."""

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from o2c_cli import addon_tests


@dataclass(eq=False)
class Job:
    """A program that runs as long as it is told."""

    name: str
    seconds: float
    code: int = 0
    seen: list = field(default_factory=list)

    @contextmanager
    def started(self):
        self.seen.append(f"{self.name} begins")
        script = (
            f"import time; time.sleep({self.seconds}); raise SystemExit({self.code})"
        )
        with subprocess.Popen([sys.executable, "-c", script]) as process:
            try:
                yield process
            finally:
                process.kill()
                self.seen.append(f"{self.name} ends")


def test_the_longest_first_and_never_more_than_there_are_cores():
    seen = []
    jobs = [Job(name, each, 0, seen) for name, each in (("a", 0), ("b", 0.8), ("c", 0))]
    codes = addon_tests.play(jobs, at_once=1)
    assert seen == [f"{job} {what}" for job in "bac" for what in ("begins", "ends")]
    assert list(codes.values()) == [0, 0, 0]


def test_the_next_begins_while_a_long_one_runs():
    seen = []
    jobs = [Job(name, each, 0, seen) for name, each in (("a", 0), ("b", 2), ("c", 0))]
    addon_tests.play(jobs, at_once=2)
    assert seen[0] == "b begins"
    assert seen[-1] == "b ends"


def test_each_has_its_own_code():
    fine, broken = Job("fine", 0), Job("broken", 0, 3)
    assert addon_tests.play([fine, broken]) == {fine: 0, broken: 3}


def test_what_runs_ends_when_another_cannot_start():
    class Unstartable(Job):
        def started(self):
            raise ValueError("no database")

    running = Job("long", 60)
    with pytest.raises(ValueError, match="no database"):
        addon_tests.play([running, Unstartable("short", 1)], at_once=2)
    assert running.seen == ["long begins", "long ends"]


def test_parts_that_begin_together_have_ports_of_their_own(monkeypatch):
    given = []

    @contextmanager
    def starting(arguments, **kwargs):
        given.extend(a for a in arguments if a.startswith("--http-port"))
        yield None

    for name in ("addon_template", "clone", "drop"):
        monkeypatch.setattr(addon_tests.database, name, lambda *arguments: "template")
    monkeypatch.setattr(addon_tests.odoo_server, "starting", starting)
    first, second = (addon_tests.Part("x", n, "/x", 1, ()) for n in range(2))
    with first.started(), second.started():
        assert len(set(given)) == 2
