import csv
import io
from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from portal_core import cells

# Odoo's moments carry no zone
NAIVE = datetime(2026, 1, 31, 8, 5, tzinfo=timezone.utc).replace(tzinfo=None)
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.ec","y")',
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "\ufeff=1",
    "\u200b=1",
    "＝1",
    "－1",
    "\x00=1",
    "\x0b=1",
    "\tnothing",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text(text):
    assert cells.neutralise(text).startswith("'")
    assert cells.csv_cell(text).startswith("'")


@pytest.mark.parametrize(
    "text", ["", "ACME", "500 g", "a=b", "a-b", "ñandú", "L-2026/01", "'=1"]
)
def test_ordinary_text_stays(text):
    assert cells.neutralise(text) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (False, ""),
        (Decimal("-1.50"), "-1.50"),
        (Decimal("1E+3"), "1000"),
        (-3, "-3"),
        (-2.5, "-2.5"),
        (date(2026, 1, 31), "2026-01-31"),
        (NAIVE, "2026-01-31 08:05:00"),
    ],
)
def test_numbers_and_dates_in_csv(value, expected):
    assert cells.csv_cell(value) == expected


def test_numbers_stay_numbers_in_a_sheet():
    assert cells.cell(Decimal("-1.50")) == Decimal("-1.50")


def test_a_cell_is_cut_at_the_limit_of_a_sheet():
    assert len(cells.neutralise("x" * 40_000)) == 32_767
    assert len(cells.neutralise("=" * 40_000)) == 32_767


def test_control_characters_do_not_reach_the_sheet():
    assert cells.neutralise("a\x00b\x07c") == "abc"


def test_separators_and_quotes_survive_a_csv_reader():
    text = 'a";=1\n=2'
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerow([cells.csv_cell(text)])
    assert next(csv.reader([buffer.getvalue()], delimiter=";"))[0].startswith('a";=1')
