"""Odoo's own linters (its addon test_lint) over the suite's addons, and whether their
translations are what the code says."""

import os
import re

from . import database, odoo_server, project, translations
from .results import ODOO_RESULT, Result
from .ui import say, task

# Its other tests need pylint and eslint with Odoo's settings, or look at Odoo's own
# documentation only.
LINTERS = (
    "L10nLinter",
    "ManifestLinter",
    "PotLinter",
    "RoutesLinter",
    "TestConflictMarkers",
    "TestDunderinit",
    "TestI18n",
    "TestIndex",
    "TestJsTranslations",
    "TestLintOverrideSignatures",
    "TestNaming",
    "TestOnchangeDomains",
    "TestTestHoles",
)
# Odoo reads `excludes` (ir.module.module), its linter's list of keys forgot it.
MISTAKEN = ("'excludes' : Unknown manifest keys",)
LINE = re.compile(r"^\d{4}-\d\d-\d\d \S+ \d+ (\w+) \S+ (\S+): (.*)$")


def run():
    """Install the suite with test_lint in a scratch database and run its linters.

    :return: results.Result, one pass or failure for each of Odoo's lint tests
    """
    name = f"odoo_lint_{os.getpid()}"
    log = project.LOGS / "test-odoo-lint.log"
    template = database.suite_template()
    with task("Odoo's own linters"):
        try:
            database.clone(template, name)
            _run(name, log)
        finally:
            database.drop(name)
    untranslated = translations.findings(project.tested_addons())
    return judge(log.read_text(errors="replace"), untranslated)


def _run(name, log):
    tags = ",".join(f"/test_lint:{linter}" for linter in LINTERS)
    arguments = ["-i", "test_lint", "--test-tags", tags, "--stop-after-init"]
    arguments += ["--no-http", "--without-demo=True", "--max-cron-threads=0"]
    odoo_server.run(arguments, database=name, log=log)


def judge(text, more=()):
    """Read the log of a run of test_lint.

    :param str text: the log
    :param more: findings from elsewhere; each counts as a failed test
    :return: results.Result; what counts as a finding is printed
    """
    found = ODOO_RESULT.findall(text)
    if not found:
        say(text[-3000:])
        return Result("odoo-lint", 0, 1)
    counted, errors, total = map(int, found[-1])
    everything = _findings(text)
    findings = [f for f in everything if not any(m in f for m in MISTAKEN)]
    if counted + errors > len(everything):
        findings.append("Odoo counted more failures than this log tells of")
    findings += more
    for finding in findings:
        say(finding)
    failed = min(len(findings), total)
    return Result("odoo-lint", total - failed, failed)


def _findings(text):
    """Failures and warnings of the lint tests, each with the lines below it."""
    found = []
    open_finding = False
    for line in text.splitlines():
        start = LINE.match(line)
        if start:
            level, logger, message = start.groups()
            open_finding = level in ("WARNING", "ERROR") and "test_lint" in logger
            if open_finding:
                found.append(f"{level} {message}")
        elif open_finding and line.strip():
            found[-1] += f"\n    {line}"
    return found
