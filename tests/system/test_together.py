"""What the addons do only together, or beside addons of Odoo that they don't need.

Tests of an addon with the tag `o2c_suite` skip when it is installed alone; here they
run in a database with the whole suite, and with Odoo's provider of trial payments,
coupons and rewards.
"""

import re

from o2c_cli import database, project

from .neighbours import play

NEIGHBOURS = ("payment_demo", "sale_loyalty")
TAG = "o2c_suite"


def test_every_test_of_the_suite_runs_and_passes():
    played, log = play(database.suite_template, NEIGHBOURS, TAG)
    # a test that skips here runs nowhere
    assert played == _written(), log[-3000:]
    assert not re.search(r"skipped \w+\.test_", log)


def _written():
    """Number of test methods in the classes that have the tag."""
    classes = [
        body
        for file in project.ADDONS.glob("*/tests/test_*.py")
        for body in re.split(r"^@tagged\(", file.read_text(), flags=re.M)[1:]
        if TAG in body.partition("\n")[0]
    ]
    return sum(len(re.findall(r"^    def test_", body, re.M)) for body in classes)
