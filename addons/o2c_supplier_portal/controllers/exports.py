"""Downloads of what a page shows, safe to open in a spreadsheet program."""

import csv
import io
from datetime import timezone
from zoneinfo import ZoneInfo

import xlsxwriter
from werkzeug.exceptions import UnprocessableEntity

from odoo import fields
from odoo.http import content_disposition, request

from ..portal_core import cells
from .api_schema import decimals
from .pages import ZONE

# A person's spreadsheet; programs read the API page by page instead.
MAX_ROWS = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 18


def send_export(scope, model, domain, columns, file_format, *, name, problems):
    """Return a download of all rows of a page, and write it into the log.

    :param domain: what the page's filters ask for, without the scope
    :param list columns: (title, field)
    :param str file_format: csv or xlsx
    :param str name: what is in it, part of the file's name
    :param list problems: sentences about wrong filters
    :raise UnprocessableEntity: wrong filters, or more rows than a file takes
    """
    if problems:
        raise UnprocessableEntity("\n".join(problems))
    records = scope.model(model).search(scope.domain & domain, limit=MAX_ROWS + 1)
    if len(records) > MAX_ROWS:
        raise UnprocessableEntity(
            request.env._(
                "There are more than %s rows. Choose a shorter period or fewer "
                "products, or read them page by page with the API.",
                MAX_ROWS,
            )
        )
    titles = [title for title, __ in columns]
    rows = export_rows(records, [field for __, field in columns])
    content, mimetype = (
        (_csv(titles, rows), "text/csv; charset=utf-8")
        if file_format == "csv"
        else (_xlsx(titles, rows), XLSX)
    )
    today = fields.Date.context_today(request.env.user)
    filename = f"{name}-{today}.{file_format}"
    request.env["o2c.supplier.access.log"]._o2c_log(
        "download",
        request.env._("%(file)s, %(count)s rows", file=filename, count=len(records)),
        company=scope.company,
    )
    headers = [
        ("Content-Type", mimetype),
        ("Content-Disposition", content_disposition(filename)),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
    ]
    return request.make_response(content, headers)


def export_rows(records, names):
    """Yield each record's cells, with labels instead of codes and local time."""
    types = {name: records._fields[name] for name in names}
    labels = {
        name: dict(field._description_selection(records.env))
        for name, field in types.items()
        if field.type == "selection"
    }
    for record in records:
        yield [_value(record, name, types[name].type, labels) for name in names]


def _value(record, name, kind, labels):
    value = record[name]
    if kind == "selection":
        return labels[name].get(value, "")
    if kind == "many2one":
        return value.display_name or ""
    if kind == "datetime" and value:
        local = value.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(ZONE))
        return local.replace(tzinfo=None)
    if kind in ("float", "monetary"):
        return round(value, decimals(record, name))
    return value


def _csv(titles, rows):
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_MINIMAL)
    writer.writerow(titles)
    writer.writerows([cells.csv_cell(value) for value in row] for row in rows)
    # without the mark, Excel takes UTF-8 for its regional encoding
    return buffer.getvalue().encode("utf-8-sig")


def _xlsx(titles, rows):
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    with xlsxwriter.Workbook(buffer, options) as workbook:
        sheet = workbook.add_worksheet()
        bold = workbook.add_format({"bold": True})
        sheet.set_column(0, len(titles) - 1, WIDTH)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, titles, bold)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [cells.cell(value) for value in row])
    return buffer.getvalue()
