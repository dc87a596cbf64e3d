"""How each kind of test is run and counted."""

import os
import re
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from . import branch_coverage, database, odoo_server, project, shards, system
from .ui import say, task

ODOO_RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
LOG_LEVEL = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) \S+ (\S+): (.*)$")

# Warnings that Odoo itself logs and that say nothing about our addons.
HARMLESS = (
    "Running as user 'root' is a security risk",
    "Fontawesome",
)


@dataclass
class Result:
    """What one kind of test gave."""

    name: str
    passed: int
    failed: int


def run_all(wanted, **options):
    """Run kinds of tests one after the other, see `run`.

    Odoo's linters run beside the system tests: each keeps one core busy.

    :return: list of Result
    """
    if not {"odoo-lint", "system"} <= set(wanted):
        return [run(what, **options) for what in wanted]
    results = [
        run(what, **options) for what in wanted if what not in ("odoo-lint", "system")
    ]
    with _beside("odoo-lint") as finished:
        played = run("system", **options)
        return [*results, finished(), played]


@contextmanager
def _beside(what):
    """Run one kind of test in a process of its own, while the block does.

    Gives a function that waits for it, shows what it said, and returns its Result.
    """
    log = project.LOGS / f"{what}.log"

    def finished():
        code = process.wait()
        text = log.read_text()
        say(text.rstrip())
        found = re.search(rf"^{what}: (\d+) passed, (\d+) failed$", text, re.M)
        passed, failed = map(int, found.groups()) if found else (0, 1)
        return Result(what, passed, failed or (1 if code else 0))

    with _command("test", what, log=log) as process:
        yield finished


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


def run(what, *, measured=False, slow=False):
    """Run one kind of test.

    :param str what: unit, lint, odoo-lint, system, peers, fuzz, an addon, or
        addon:Class.method
    :param bool slow: with the tests that are too long to wait for while developing
    :param bool measured: note which branches of the addons it goes through
    """
    python = branch_coverage.interpreter() if measured else [str(project.PYTHON)]
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
    return _addon(name, selection, python, slow=slow)


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
    report = project.RUN / f"{name}.junit.xml"
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


def _addon(addon, selection, python, *, slow):
    with task(f"tests of {addon}"):
        template = database.addon_template(addon)
        if selection:
            chosen = f"/{addon}:{selection}"
            parts = [f"{chosen},{shards.SLOW}{chosen}"]
        else:
            parts = shards.split(addon, os.cpu_count(), slow=slow)
        logs = [project.LOGS / f"test-{addon}-{n}.log" for n in range(len(parts))]
        with ExitStack() as stack:
            processes = [
                stack.enter_context(_odoo_tests(addon, n, template, tags, log, python))
                for n, (tags, log) in enumerate(zip(parts, logs, strict=True))
            ]
            codes = [process.wait() for process in processes]
        if not selection:
            shards.remember(addon, [log.read_text(errors="replace") for log in logs])
        results = [_judge(addon, *each) for each in zip(codes, logs, strict=True)]
        return Result(
            addon, sum(r.passed for r in results), sum(r.failed for r in results)
        )


@contextmanager
def _odoo_tests(addon, number, template, tags, log, python):
    """Odoo running a part of an addon's tests on a copy of its template."""
    name = f"test_{addon}_{os.getpid()}_{number}"
    port = system.choose_port(8169 + os.getpid() % 500 + number, explicit=False)
    arguments = ["--test-tags", tags, "--stop-after-init", "--without-demo=True"]
    arguments += [f"--http-port={port}", "--http-interface=127.0.0.1"]
    arguments += ["--max-cron-threads=0"]
    try:
        database.clone(template, name)
        with odoo_server.starting(
            arguments, database=name, log=log, python=python
        ) as process:
            yield process
    finally:
        database.drop(name)


def _judge(addon, code, log):
    text = log.read_text(errors="replace")
    problems = [
        line
        for line in text.splitlines()
        if LOG_LEVEL.match(line) and not any(h in line for h in HARMLESS)
    ]
    found = ODOO_RESULT.findall(text)
    if not found:
        say(text[-3000:])
        return Result(addon, 0, 1)
    failures, errors, total = map(int, found[-1])
    failed = failures + errors
    if problems or code:
        _show(text, problems)
        failed = failed or 1
    return Result(addon, total - min(failed, total), failed)


def _show(text, problems):
    print("\n".join(problems[:20]), file=sys.stderr)
    for block in re.findall(
        r"((?:FAIL|ERROR): .*?)(?=\n\d{4}-\d\d-\d\d [\d:,]+ \d+ \w+ |\Z)", text, re.S
    )[:10]:
        print(block, file=sys.stderr)
