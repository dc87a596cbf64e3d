"""How each kind of test is run and counted."""

import os
import re
import sys
from dataclasses import dataclass

from . import database, odoo_server, project, system
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


def run(what):
    """Run one kind of test.

    :param str what: unit, lint, odoo-lint, system, an addon, or addon:Class.method
    """
    name, _, selection = what.partition(":")
    if name in ("unit", "system"):
        return _pytest(name, selection)
    if name == "lint":
        from .commands.lint import lint

        return lint()
    if name == "odoo-lint":
        from . import odoo_lint

        return odoo_lint.run()
    return _addon(name, selection)


def _pytest(name, selection):
    folder = project.ROOT / "tests" / name
    report = project.RUN / f"{name}.junit.xml"
    command = [project.PYTHON, "-m", "pytest", "-q", folder]
    command += [f"--junitxml={report}", "-p", "no:cacheprovider"]
    if selection:
        command += ["-k", selection]
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


def _addon(addon, selection):
    with task(f"tests of {addon}"):
        template = database.core_template()
        name = f"test_{addon}_{os.getpid()}"
        log = project.LOGS / f"test-{addon}.log"
        try:
            database.clone(template, name)
            code = _run_odoo_tests(addon, selection, name, log)
        finally:
            database.drop(name)
        return _judge(addon, code, log)


def _run_odoo_tests(addon, selection, name, log):
    tags = f"/{addon}" + (f":{selection}" if selection else "")
    port = system.choose_port(8169 + os.getpid() % 500, explicit=False)
    arguments = ["-i", addon, "--test-tags", tags, "--stop-after-init"]
    arguments += [f"--http-port={port}", "--http-interface=127.0.0.1"]
    arguments += ["--without-demo=True", "--max-cron-threads=0"]
    return odoo_server.run(arguments, database=name, log=log)


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
