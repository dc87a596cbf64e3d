"""How each kind of test is run and counted."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager

from . import addon_tests, branch_coverage, odoo_server, project, shards, system
from .results import Result, total
from .ui import say


class _Beside:
    """A kind of test in a process of its own, which takes its turn among addons' parts.

    :param str what: kind of test, or system: and one of its files
    :param float seconds: about how long it takes
    """

    def __init__(self, what, seconds):
        self.name = what
        self.seconds = seconds
        self.log = project.LOGS / f"{what.replace(':', '-')}.log"

    def started(self):
        return _command("test", self.name, log=self.log)

    def result(self):
        text = self.log.read_text()
        say(text.rstrip())
        kind = self.name.partition(":")[0]
        found = re.search(rf"^{kind}: (\d+) passed, (\d+) failed$", text, re.M)
        # a crash or an empty run must not look like success
        return Result(kind, *map(int, found.groups() if found else (0, 1)))


def _system_files():
    """The system tests, a job for each file: its tests share what they set up."""
    files = sorted((project.ROOT / "tests" / "system").glob("test_*.py"))
    times = shards.measured("system")
    return [_Beside(f"system:{f.stem}", times.get(f.stem, 60)) for f in files]


def run_all(wanted, *, measured=False, slow=False):
    """Run kinds of tests, the quick ones first, see `run`.

    The addons' tests share the cores, and with them Odoo's linters and the system
    tests; these come last by themselves where branches are noted, which looks at one
    process.

    :return: list of Result
    """
    addons = [what for what in wanted if what in project.tested_addons()]
    others = [what for what in wanted if what not in addons]
    if not addons:
        return [run(what, measured=measured, slow=slow) for what in others]
    beside = {}
    if "odoo-lint" in others:
        beside["odoo-lint"] = [_Beside("odoo-lint", 100)]
    if "system" in others and not measured:
        beside["system"] = _system_files()
    first = [what for what in others if what in ("lint", "unit")]
    last = [what for what in others if what not in (*first, *beside)]
    results = [run(what, measured=measured, slow=slow) for what in first]
    jobs = [job for those in beside.values() for job in those]
    results += addon_tests.run(addons, _python(measured), slow=slow, beside=jobs)
    for what, those in beside.items():
        results.append(total(what, [job.result() for job in those]))
    return results + [run(what, measured=measured, slow=slow) for what in last]


@contextmanager
def _command(*arguments, log):
    """One of our own commands in a process that ends with the block.

    :param Path log: file for what it says
    """
    command = [sys.executable, project.ROOT / "o2c", *arguments]
    with (
        log.open("w") as output,
        system.child(command, stdout=output, stderr=subprocess.STDOUT) as process,
    ):
        yield process


def _python(measured):
    return branch_coverage.interpreter() if measured else [str(project.PYTHON)]


def run(what, *, measured=False, slow=False):
    """Run one kind of test.

    :param str what: unit, lint, odoo-lint, system, peers, fuzz, an addon, or
        addon:Class.method
    :param bool slow: with the tests that are too long to wait for while developing
    :param bool measured: note which branches of the addons it goes through
    """
    python = _python(measured)
    name, _, selection = what.partition(":")
    if name in ("unit", "system", "peers"):
        return _pytest(name, selection, python)
    if name == "lint":
        from .commands.lint import lint

        return lint()
    if name == "odoo-lint":
        from . import odoo_lint

        return odoo_lint.run()
    if name == "fuzz":
        from . import fuzz

        return Result(name, *fuzz.run())
    if selection:
        return addon_tests.run_selected(name, selection, python)
    return addon_tests.run([name], python, slow=slow)[0]


@contextmanager
def preparing():
    """Make the databases of a whole run beside its tests: installing uses one core.

    Tests that come to a database first wait for it, and make it themselves when that
    failed, which tells them why.
    """
    with _command("db", "prepare", log=project.LOGS / "prepare.log"):
        yield


def _pytest(name, selection, python):
    folder = project.ROOT / "tests" / name
    report = project.RUN / f"{'-'.join(filter(None, (name, selection)))}.junit.xml"
    command = [*python, "-m", "pytest", "-q", folder]
    command += [f"--junitxml={report}", "-p", "no:cacheprovider"]
    if selection:
        command += ["-k", selection]
    elif python == [str(project.PYTHON)]:
        # a file's tests share what they set up; coverage looks at one process
        command += ["-n", str(os.cpu_count()), "--dist", "loadfile"]
    say(f"· {name} tests")
    code = system.call(command, env=odoo_server.environment())
    text = report.read_text() if report.exists() else ""
    counts = {
        key: int(value)
        for key, value in re.findall(r'\b(tests|failures|errors|skipped)="(\d+)"', text)
    }
    failed = counts.get("failures", 0) + counts.get("errors", 0)
    passed = counts.get("tests", 0) - failed - counts.get("skipped", 0)
    # a crash or an empty run must not look like success
    return Result(name, passed, failed or (1 if code else 0))
