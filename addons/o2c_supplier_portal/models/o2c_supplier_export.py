import base64
import gzip
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from werkzeug.exceptions import HTTPException

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.o2c_consignment.models.legal_time import legal_today

from ..listings import LISTINGS, ZONE, batches, rows_of
from ..portal_core import filters, sheets
from ..scope import Scope

KEPT = timedelta(days=7)
GZIP = b"\x1f\x8b"  # what such files begin with (RFC 1952)
# A worker that did not show progress for so long is dead: somebody else starts anew.
LEASE = timedelta(minutes=15)
MAX_TRIES = 3
MAX_WAITING = 5
LISTING_NAMES = [
    ("sales", "Sales"),
    ("stock", "Stock"),
    ("movements", "Movements"),
    ("bills", "Bills"),
    ("lines", "Settlement"),
]
FORMATS = [(sheets.CSV, "CSV"), (sheets.XLSX, "Excel"), (sheets.PDF, "PDF")]


class O2cSupplierExport(models.Model):
    """A file that a supplier's user asked for, made in the background.

    Rows are read as that user, with the role that he has while it is made. Portal users
    have no access to this model; controllers hand out their own.
    """

    _name = "o2c.supplier.export"
    _inherit = "o2c.supplier.personal"
    _description = "Supplier Portal File"
    _order = "id desc"

    report_id = fields.Many2one(
        "o2c.supplier.report", readonly=True, ondelete="set null"
    )
    listing = fields.Selection(LISTING_NAMES, required=True, readonly=True)
    params = fields.Json(readonly=True, help="Filters, as the page's address has them.")
    columns = fields.Json(readonly=True)
    groupby = fields.Char(readonly=True)
    file_format = fields.Selection(FORMATS, required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Being made"),
            ("done", "Ready"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    tries = fields.Integer(readonly=True)
    touched_on = fields.Datetime(readonly=True)
    row_total = fields.Integer(readonly=True)
    row_done = fields.Integer(readonly=True)
    percent = fields.Integer(compute="_compute_percent")
    filename = fields.Char(readonly=True)
    content = fields.Binary(
        attachment=True, readonly=True, help="The file; compressed when it is a CSV."
    )
    size = fields.Integer(string="Bytes", readonly=True)
    error = fields.Char(readonly=True)

    @api.depends("row_total", "row_done", "state")
    def _compute_percent(self):
        for export in self:
            done = 100 * export.row_done // (export.row_total or 1)
            export.percent = 100 if export.state == "done" else min(done, 99)

    # === ASKING === #

    @api.model
    def _o2c_ask(self, scope, listing, params, file_format, **vals):
        """Queue a file for the current user; called with the superuser's rights.

        :param scope: in which the user may see the listing
        :param str listing: key of ``LISTINGS``
        :param dict params: filters as the page's address has them
        :raises UserError: too many of his wait already
        """
        user = scope.env.user
        waiting = [("user_id", "=", user.id), ("state", "in", ("waiting", "running"))]
        if self.search_count(waiting) >= MAX_WAITING:
            raise UserError(
                self.env._(
                    "%(count)s files of yours are being made. Wait for one of them.",
                    count=MAX_WAITING,
                )
            )
        export = self.create(
            {
                "user_id": user.id,
                "company_id": scope.company.id,
                "listing": listing,
                "params": params,
                "file_format": file_format,
                **vals,
            }
        )
        self.env.ref("o2c_supplier_portal.o2c_supplier_export_cron")._trigger()
        return export

    # === MAKING === #

    @api.model
    def _cron_make(self):
        """Make files that wait, one commit each; any number of workers at once."""
        cron = self.env["ir.cron"]
        while export := self._o2c_take():
            export._o2c_make()
            left = self.search_count(self._o2c_due(), limit=1000)
            if not cron._commit_progress(1, remaining=left):
                break

    @api.model
    def _o2c_due(self):
        dead = fields.Datetime.now() - LEASE
        return Domain("state", "=", "waiting") | Domain(
            [("state", "=", "running"), ("touched_on", "<", dead)]
        )

    def _o2c_take(self):
        """Return a file to make that no other worker makes, or none."""
        export = self.search(self._o2c_due(), order="id", limit=20)
        export = export.try_lock_for_update(limit=1)
        if export:
            export.write(
                {
                    "state": "running",
                    "touched_on": fields.Datetime.now(),
                    "tries": export.tries + 1,
                    "row_done": 0,
                }
            )
            self.env["ir.cron"]._commit_progress()
        return export

    def _o2c_make(self):
        self.ensure_one()
        if self.tries > MAX_TRIES:
            self._o2c_fail(self.env._("It could not be made. Ask us for it."))
            return
        try:
            self._o2c_write_file()
        except UserError as error:
            self._o2c_fail(error.args[0])
        except HTTPException:
            # the scope: he lost the role, or the company, or serves another supplier
            self._o2c_fail(self.env._("Your role does not include this any more."))

    def _o2c_fail(self, reason):
        self.write({"state": "failed", "error": reason})

    def _o2c_write_file(self):
        lang = self.user_id.lang or "en_US"
        env = self.env(user=self.user_id, context={"lang": lang, "tz": ZONE}, su=False)
        listing = LISTINGS[self.listing]
        scope = Scope.of(env, listing.permission, self.company_id.id)
        if not self._o2c_is_current():
            scope.not_found()
        values, __ = filters.parse(self.params or {}, listing.filters)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows"
            self._o2c_fill(path, scope, listing, values)
            size = path.stat().st_size
            if self.file_format == sheets.CSV:
                # As it is, Odoo would hold a long text several times over, and index
                # every word of it. The other formats are compressed in themselves.
                path = _packed(path)
            content = base64.b64encode(path.read_bytes())
        today = legal_today()
        label = dict(self._fields["listing"]._description_selection(env))[self.listing]
        name = self.report_id.name or label
        self.write(
            {
                "content": content,
                "size": size,
                "filename": f"{name}-{today}.{self.file_format}".replace("/", "-"),
                "state": "done",
            }
        )
        self.report_id._o2c_send(self)

    def _o2c_fill(self, path, scope, listing, values):
        """Write the rows to a file, batch by batch, telling how far it is.

        :raises UserError: more rows than such a file takes
        """
        Model = scope.model(listing.model)
        domain = scope.domain & listing.domain(values)
        total = Model.search_count(domain)
        limit = sheets.MAX_LATER[self.file_format]
        if total > limit and not self.groupby:
            raise UserError(too_many(self.env(context=scope.env.context), limit))
        self.row_total = total
        if self.groupby:
            titles, groups = grouped(Model, domain, listing, self.groupby)
            sheet = sheets.SHEETS[self.file_format](path, titles, listing.name)
            sheet.write(groups)
        else:
            columns = self.columns or listing.columns
            titles = listing.titles(scope.env, columns)
            sheet = sheets.SHEETS[self.file_format](path, titles, listing.name)
            for records in batches(Model, domain):
                sheet.write(rows_of(records, columns))
                self._o2c_progress(len(records))
        sheet.close()

    def _o2c_progress(self, count):
        # seen by the page, and by other workers that it is alive
        self.write(
            {
                "row_done": self.row_done + count,
                "touched_on": fields.Datetime.now(),
            }
        )
        self.env["ir.cron"]._commit_progress()

    def _o2c_attachment(self):
        """Return where the file is kept.

        :rtype: ir.attachment
        """
        self.ensure_one()
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", "content"),
            ]
        )

    def _o2c_file(self):
        """Return the file as a person opens it.

        :rtype: bytes
        """
        return unpacked(self._o2c_attachment().raw)

    @api.autovacuum
    def _gc_exports(self):
        old = fields.Datetime.now() - KEPT
        self.search([("create_date", "<", old)], limit=1000).unlink()


def is_packed(content):
    """Return whether a stored file is a compressed one."""
    return content.startswith(GZIP)


def unpacked(content):
    """Return a stored file as a person opens it."""
    return gzip.decompress(content) if is_packed(content) else content


def _packed(path):
    """Return a compressed copy beside a file."""
    packed = path.with_suffix(".gz")
    with path.open("rb") as source, gzip.open(packed, "wb") as target:
        shutil.copyfileobj(source, target)
    return packed


def too_many(env, limit):
    """Return the sentence about a file that would be too long."""
    return env._(
        "There are more than %s rows. Choose a shorter period or fewer products, or "
        "read them page by page with the API.",
        limit,
    )


def grouped(Model, domain, listing, groupby):
    """Return titles and rows of a listing's sums by one of its groups."""
    env = Model.env
    field = listing.groups[groupby]
    name = field.partition(":")[0]
    has_currency = "currency_id" in Model._fields
    by = [field, "currency_id"] if has_currency else [field]
    rows = Model._read_group(
        domain, by, [f"{sum_}:sum" for sum_ in listing.sums] + ["__count"], order=field
    )
    described = Model._fields
    titles = [
        described[name]._description_string(env),
        *(described[part]._description_string(env) for part in by[1:]),
        *(described[sum_]._description_string(env) for sum_ in listing.sums),
        env._("Rows"),
    ]
    labels = (
        dict(described[name]._description_selection(env))
        if described[name].type == "selection"
        else {}
    )

    def text(value):
        if isinstance(value, models.BaseModel):
            return value.sudo().display_name or ""
        return labels.get(value, value)

    return titles, [[*map(text, row)] for row in rows]
