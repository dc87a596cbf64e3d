"""What the addons do only together, or beside addons of Odoo that they don't need.

Tests of an addon with the tag `o2c_suite` skip when it is installed alone; here they
run in a database with the whole suite, and with Odoo's provider of trial payments,
coupons and rewards.
"""

import os
import re

from o2c_cli import database, odoo_server, postgres, project, system
from o2c_cli.testing import ODOO_RESULT

NEIGHBOURS = ("payment_demo", "sale_loyalty")
TAG = "o2c_suite"


def test_every_test_of_the_suite_runs_and_passes():
    name = f"together_{os.getpid()}"
    log = project.LOGS / "test-together.log"
    port = system.choose_port(8680, explicit=False)
    arguments = ["--test-tags", TAG, "--stop-after-init"]
    arguments += [f"--http-port={port}", "--http-interface=127.0.0.1"]
    arguments += ["--without-demo=True", "--max-cron-threads=0"]
    with postgres.running():
        try:
            database.clone(database.suite_template(), name)
            odoo_server.install(name, NEIGHBOURS)
            code = odoo_server.run(arguments, database=name, log=log)
        finally:
            database.drop(name)
    text = log.read_text(errors="replace")
    assert code == 0, text[-3000:]
    failed, errors, played = map(int, ODOO_RESULT.findall(text)[-1])
    assert (failed, errors) == (0, 0), re.findall(r"(?:FAIL|ERROR): .*", text)
    # a test that skips here runs nowhere
    assert played == _written(), text[-3000:]
    assert not re.search(r"skipped \w+\.test_", text)


def _written():
    """Number of test methods in the classes that have the tag."""
    classes = [
        body
        for file in project.ADDONS.glob("*/tests/test_*.py")
        for body in re.split(r"^@tagged\(", file.read_text(), flags=re.M)[1:]
        if TAG in body.partition("\n")[0]
    ]
    return sum(len(re.findall(r"^    def test_", body, re.M)) for body in classes)
