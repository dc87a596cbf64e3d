"""Files of rows: safe in a spreadsheet, and flat in memory."""

import csv
import tracemalloc
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from portal_core import sheets

TITLES = ["Fecha", "Texto", "Cantidad"]
ROW = [
    datetime(2026, 1, 31, 10, tzinfo=UTC).replace(tzinfo=None),
    "=1+1",
    Decimal("2.50"),
]


def write(path, kind, rows):
    sheet = sheets.SHEETS[kind](path, TITLES, "Título <b>")
    for batch in rows:
        sheet.write(batch)
    sheet.close()
    return path


def test_csv(tmp_path):
    path = write(tmp_path / "x", "csv", [[ROW], [ROW]])
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows == [TITLES, *[["2026-01-31 10:00:00", "'=1+1", "2.50"]] * 2]


def test_xlsx(tmp_path):
    path = write(tmp_path / "x", "xlsx", [[ROW]])
    with path.open("rb") as file:
        cells = [c for row in load_workbook(file).active.iter_rows() for c in row]
    assert [c.data_type for c in cells[3:]] == ["d", "s", "n"]
    assert cells[4].value == "'=1+1"


def test_pdf(tmp_path):
    path = write(tmp_path / "x", "pdf", [[ROW] * 100])
    assert path.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_is_flat(tmp_path, kind):
    def peak(batches):
        tracemalloc.start()
        write(tmp_path / f"{batches}", kind, ([ROW] * 500 for __ in range(batches)))
        __, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)  # imports
    assert peak(20) < 1.5 * peak(4)
