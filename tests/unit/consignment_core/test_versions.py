"""Which version of an agreement speaks on a day."""

from datetime import date

import pytest
from consignment_core import Version, version_on

FIRST = Version("first", date(2026, 1, 1), date(2026, 6, 30))
SECOND = Version("second", date(2026, 8, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(2025, 12, 31), "first"),  # nothing began yet
        (date(2026, 1, 1), "first"),
        (date(2026, 6, 30), "first"),
        (date(2026, 7, 15), "first"),  # between them: the goods are his all the same
        (date(2026, 8, 1), "second"),
        (date(2027, 1, 1), "second"),
    ],
)
def test_version_of_a_day(day, key):
    for versions in ([FIRST, SECOND], [SECOND, FIRST]):
        assert version_on(versions, day).key == key


def test_of_two_that_cover_a_day_the_later_counts():
    open_ended = Version("old", date(2026, 1, 1))
    assert version_on([SECOND, open_ended], date(2026, 9, 1)).key == "second"


def test_nobody_agreed_anything():
    assert version_on([], date(2026, 1, 1)) is None
