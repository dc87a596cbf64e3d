"""What is wrong on some screens or at some hours only, and so in few tests."""

import ast
import re

from o2c_cli import project

# INTERVAL_OPTIONS of web/static/src/search/utils/dates.js in Odoo 19: the search bar
# fails on others, also on those that graphs and the server know
KNOWN = {"year", "quarter", "month", "week", "day"}
GROUPED = re.compile(r"(?:default_group_by=|'group_by':)\s*[\"'](\w+):(\w+)")


def test_the_search_bar_knows_every_grouping():
    found = [
        (file.name, field, interval)
        for file in project.ADDONS.glob("o2c_*/views/*.xml")
        for field, interval in GROUPED.findall(file.read_text())
    ]
    assert found
    assert [each for each in found if each[2] not in KNOWN] == []


# What a page shows by itself, in the time of who looks, is no rule.
SHOWN = {"exports.py", "pages.py"}


def test_days_are_those_of_ecuador():
    """After 19:00 there the server's day is tomorrow, and so is that of users without
    a time zone and of crons."""
    found = [
        f"{file.relative_to(project.ADDONS)}: {line.strip()}"
        for folder in ("models", "wizard", "report", "controllers")
        for file in project.ADDONS.glob(f"o2c_*/{folder}/*.py")
        for line in file.read_text().splitlines()
        if re.search(r"Date\.(today|context_today)\b|\bdate\.today\(", line)
        and "tz=ECUADOR" not in line
        and file.name not in SHOWN
    ]
    assert found == []


def test_what_would_fight_us_is_not_installed_beside():
    """Odoo's own electronic documents send in our place, and stock_owner_restriction
    hides owned goods from reservations."""
    excluded = {
        file.parent.name: set(ast.literal_eval(file.read_text()).get("excludes", ()))
        for file in project.ADDONS.glob("o2c_*/__manifest__.py")
    }
    assert excluded["o2c_sri_einvoice"] == {"l10n_ec_account_edi", "l10n_ec_edi"}
    assert excluded["o2c_consignment"] == {"stock_owner_restriction"}
