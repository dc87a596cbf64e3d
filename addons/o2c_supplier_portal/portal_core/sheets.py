"""Files of rows that are written as the rows come: memory does not grow with them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import xlsxwriter

from . import cells

CSV = "csv"
XLSX = "xlsx"
PDF = "pdf"
MIMETYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PDF: "application/pdf",
}
# A person's file, made while he waits; more is made in the background. A PDF is to be
# read, and is laid out as a whole.
MAX_NOW = {CSV: 20_000, XLSX: 20_000, PDF: 2_000}
MAX_LATER = {CSV: 500_000, XLSX: 500_000, PDF: 2_000}
WIDTH = 18


class CsvSheet:
    """Text with commas and a point for decimals, in UTF-8 that Excel recognises."""

    def __init__(self, path: Path, titles: Sequence[str], heading: str = ""):
        # without the mark, Excel takes UTF-8 for its regional encoding
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, quoting=csv.QUOTE_MINIMAL)
        self.write([titles])

    def write(self, rows: Iterable[Sequence]) -> None:
        self._writer.writerows([cells.csv_cell(value) for value in row] for row in rows)

    def close(self) -> None:
        self._file.close()


class XlsxSheet:
    """A workbook whose rows go to the disk at once."""

    def __init__(self, path: Path, titles: Sequence[str], heading: str = ""):
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "default_date_format": "yyyy-mm-dd hh:mm",
                "tmpdir": str(path.parent),
            },
        )
        self._sheet = self._book.add_worksheet()
        bold = self._book.add_format({"bold": True})
        self._sheet.set_column(0, len(titles) - 1, WIDTH)
        self._sheet.freeze_panes(1, 0)
        self._sheet.write_row(0, 0, [cells.cell(title) for title in titles], bold)
        self._next = 1

    def write(self, rows: Iterable[Sequence]) -> None:
        for row in rows:
            for column, value in enumerate(row):
                self._write_cell(column, cells.cell(value))
            self._next += 1

    def _write_cell(self, column: int, value) -> None:
        # write() would look into texts for formulas, links and numbers
        if isinstance(value, str):
            self._sheet.write_string(self._next, column, value)
        else:
            self._sheet.write(self._next, column, value)

    def close(self) -> None:
        self._book.close()


class PdfSheet:
    """A table on paper, landscape A4, with its heading on every page."""

    def __init__(self, path: Path, titles: Sequence[str], heading: str = ""):
        self._path = path
        self._heading = heading
        self._rows = [[str(title) for title in titles]]

    def write(self, rows: Iterable[Sequence]) -> None:
        self._rows += [[cells.csv_cell(value) for value in row] for row in rows]

    def close(self) -> None:
        # slow to import, and most files are no PDF
        from reportlab.lib import colors
        from reportlab.lib.pagesizes import A4, landscape
        from reportlab.lib.styles import getSampleStyleSheet
        from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate

        style = getSampleStyleSheet()["BodyText"]
        style.fontSize, style.leading = 7, 8
        page = landscape(A4)
        margin = 28
        width = (page[0] - 2 * margin) / len(self._rows[0])
        table = LongTable(
            [[Paragraph(escape(text), style) for text in row] for row in self._rows],
            repeatRows=1,
            colWidths=[width] * len(self._rows[0]),
            style=[
                ("GRID", (0, 0), (-1, -1), 0.25, colors.lightgrey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ],
        )
        document = SimpleDocTemplate(
            str(self._path),
            pagesize=page,
            title=self._heading,
            topMargin=margin,
            bottomMargin=margin,
            leftMargin=margin,
            rightMargin=margin,
        )
        heading = Paragraph(escape(self._heading), getSampleStyleSheet()["Heading3"])
        document.build([heading, table])


SHEETS = {CSV: CsvSheet, XLSX: XlsxSheet, PDF: PdfSheet}
