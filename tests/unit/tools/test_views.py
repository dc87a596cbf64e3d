"""What the web client cannot show, and Odoo's own checks of views let pass."""

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
