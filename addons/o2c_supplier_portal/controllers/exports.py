"""Downloads of what a page shows: at once when small, in the background when not."""

import tempfile
from pathlib import Path
from urllib.parse import urlencode

from werkzeug.exceptions import UnprocessableEntity
from werkzeug.http import parse_accept_header

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import content_disposition, request, route

from ..listings import LISTINGS, batches, rows_of
from ..models.o2c_supplier_export import is_packed, too_many, unpacked
from ..portal_core import roles, sheets
from ..portal_core.filters import Spec
from .pages import SupplierPages

EXPORTS = "/my/consignment/exports"
ASK = (
    Spec("listing", "choice", choices=tuple(LISTINGS)),
    Spec("file_format", "choice", choices=tuple(sheets.SHEETS)),
)


class SupplierExports(SupplierPages):
    """What the pages with a download inherit."""

    def _o2c_export(self, listing, file_format, params, name=None):
        """Return a download of all rows of a page, and write it into the log.

        :param listing: of ``listings``
        :param str file_format: csv, xlsx or pdf
        :param dict params: the page's filters
        :param str name: what is in it, part of the file's name
        :raise UnprocessableEntity: wrong filters, or more rows than a PDF takes
        """
        scope, values, problems = self._o2c_open(
            listing.permission, listing.filters, params
        )
        if problems:
            raise UnprocessableEntity("\n".join(problems))
        Model = scope.model(listing.model)
        domain = scope.domain & listing.domain(values)
        limit = sheets.MAX_NOW[file_format]
        count = Model.search_count(domain, limit=limit + 1)
        if count > limit:
            return self._o2c_later(listing, file_format, params, limit)
        return self._o2c_sheet(
            scope,
            name or _listing_label(listing.name),
            file_format,
            listing.titles(request.env),
            (rows_of(records, listing.columns) for records in batches(Model, domain)),
            count,
        )

    def _o2c_sheet(self, scope, label, file_format, titles, batches_of_rows, count):
        """Return a file of rows, and write the download into the log.

        :param str label: what is in it, part of the file's name
        :param titles: of the columns, in the user's language
        :param batches_of_rows: iterables of rows, one after the other
        :param int count: how many rows these are
        """
        today = fields.Date.context_today(request.env.user)
        filename = f"{label}-{today}.{file_format}"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows"
            sheet = sheets.SHEETS[file_format](path, titles, filename)
            for rows in batches_of_rows:
                sheet.write(rows)
            sheet.close()
            content = path.read_bytes()
        text = request.env._("%(file)s, %(count)s rows", file=filename, count=count)
        request.env["o2c.supplier.access.log"]._o2c_log_apart(
            "download", text, company=scope.company
        )
        return send_file(content, filename, sheets.MIMETYPES[file_format])

    def _o2c_later(self, listing, file_format, params, limit):
        """Offer to make in the background what is too long to wait for."""
        if sheets.MAX_LATER[file_format] <= limit:
            raise UnprocessableEntity(too_many(request.env, limit))
        query = {**params, "listing": listing.name, "file_format": file_format}
        return request.redirect(f"{EXPORTS}?{urlencode(query)}")


class SupplierFiles(SupplierExports):
    @route(
        EXPORTS, type="http", auth="user", website=True, readonly=True, methods=["GET"]
    )
    def o2c_exports(self, **params):
        scope, values, problems = self._o2c_open(roles.DASHBOARD, ASK, params)
        return self._o2c_exports_page(scope, values, problems)

    @route(f"{EXPORTS}/new", type="http", auth="user", website=True, methods=["POST"])
    def o2c_exports_new(self, listing="", file_format="", **params):
        scope, values, problems = self._o2c_open(
            roles.DASHBOARD, ASK, {"listing": listing, "file_format": file_format}
        )
        kind = LISTINGS.get(values["listing"])
        if problems or not kind or not values["file_format"]:
            return self._o2c_exports_page(
                scope,
                values,
                problems or [request.env._("Choose what to export, and how.")],
            )
        scope, __, problems = self._o2c_open(kind.permission, kind.filters, params)
        if problems:
            return self._o2c_exports_page(scope, values, problems)
        names = {spec.name for spec in kind.filters}
        given = {name: params[name] for name in params if name in names}
        try:
            with request.env.cr.savepoint():
                request.env["o2c.supplier.export"].sudo()._o2c_ask(
                    scope, kind.name, given, values["file_format"]
                )
        except UserError as error:
            return self._o2c_exports_page(scope, values, [error.args[0]])
        return request.redirect(f"{EXPORTS}?company={scope.company.id}")

    @route(
        f"{EXPORTS}/<int:export_id>/download",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def o2c_exports_download(self, export_id, **params):
        scope, __, __ = self._o2c_open(roles.DASHBOARD, (), params)
        export = own_exports().filtered(lambda e: e.id == export_id)
        if not export or export.state != "done":
            scope.not_found()
        # what he may see now counts, not what he might when it was made
        allowed = request.env.user._o2c_supplier_companies(
            LISTINGS[export.listing].permission
        )
        if export.company_id.id not in allowed:
            scope.not_found()
        request.env["o2c.supplier.access.log"]._o2c_log_apart(
            "download",
            request.env._(
                "%(file)s, %(count)s rows",
                file=export.filename,
                count=export.row_total,
            ),
            company=export.company_id,
        )
        return _send_export(export)

    def _o2c_exports_page(self, scope, values, problems=None):
        names = {"listing", "file_format", "company", "csrf_token"}
        asked = values.get("listing") and values.get("file_format") and not problems
        return self._o2c_render(
            "exports",
            scope,
            "reports",
            status=422 if problems else 200,
            problems=problems,
            exports=own_exports(),
            asked=values if asked else None,
            listing_label=_listing_label(values["listing"]) if asked else "",
            given={k: v for k, v in request.params.items() if k not in names},
            max_now=sheets.MAX_NOW,
            max_later=sheets.MAX_LATER,
        )


def own_exports():
    """Return the user's own files, with the superuser's rights."""
    Export = request.env["o2c.supplier.export"].sudo()
    return Export.search(Export._o2c_domain_of(request.env.user), limit=50)


def _send_export(export):
    """Return a download; a compressed file goes as it is to whom can open it."""
    mimetype = sheets.MIMETYPES[export.file_format]
    content = export._o2c_attachment().raw
    accepted = request.httprequest.headers.get("Accept-Encoding", "")
    if is_packed(content) and parse_accept_header(accepted).quality("gzip"):
        response = send_file(content, export.filename, mimetype)
        response.headers["Content-Encoding"] = "gzip"
        return response
    return send_file(unpacked(content), export.filename, mimetype)


def send_file(content, filename, mimetype):
    """Return a download that no browser interprets or keeps."""
    return request.make_response(
        content,
        [
            ("Content-Type", mimetype),
            ("Content-Disposition", content_disposition(filename)),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ],
    )


def _listing_label(name):
    field = request.env["o2c.supplier.export"]._fields["listing"]
    return dict(field._description_selection(request.env))[name]
