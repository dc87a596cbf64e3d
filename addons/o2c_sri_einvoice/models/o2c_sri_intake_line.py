import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..sri_core import parser
from ..sri_core.errors import SriUnavailable

BATCH = 100
LONGEST_WAIT = timedelta(hours=2)


class O2cSriIntakeLine(models.Model):
    """One access key that somebody handed over, and what became of it."""

    _name = "o2c.sri.intake.line"
    _description = "Received Document to Fetch"
    _order = "intake_id, id"

    intake_id = fields.Many2one(
        "o2c.sri.intake", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="intake_id.company_id", store=True)
    access_key = fields.Char(size=49, required=True, readonly=True)
    source = fields.Char(readonly=True)
    xml = fields.Binary(string="XML handed over", attachment=True, readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Done"), ("refused", "Refused")],
        default="waiting",
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    received_id = fields.Many2one("o2c.sri.received", readonly=True)
    attempts = fields.Integer(readonly=True)
    next_try = fields.Datetime(default=fields.Datetime.now, readonly=True)

    _unique_key = models.Constraint(
        "UNIQUE(intake_id, access_key)", "The same document twice in one file."
    )
    _due_index = models.Index("(next_try, id) WHERE state = 'waiting'")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if isinstance(vals.get("xml"), bytes):
                vals["xml"] = base64.b64encode(vals["xml"])
        return super().create(vals_list)

    # === CRON METHODS === #

    def _o2c_trigger(self):
        cron = self.env.ref("o2c_sri_einvoice.ir_cron_intake", raise_if_not_found=False)
        if cron and any(line.state == "waiting" for line in self):
            cron.sudo()._trigger()

    @api.model
    def _cron_fetch(self):
        """Fetch what waits, one transaction a document, any number of workers."""
        domain = [
            ("state", "=", "waiting"),
            ("next_try", "<=", fields.Datetime.now()),
        ]
        due = self.sudo().search(domain, order="next_try, id", limit=BATCH)
        for line in due.try_lock_for_update():
            line._o2c_fetch()
            line.intake_id._o2c_answer()
            if self.env["o2c.sri.document"]._o2c_can_commit():
                left = self.sudo().search_count(domain, limit=1000)
                self.env["ir.cron"]._commit_progress(1, remaining=left)

    # === BUSINESS METHODS === #

    def _o2c_fetch(self):
        """Fetch the document; a reason stays on the line when it is refused."""
        self.ensure_one()
        company = self.company_id
        try:
            with self.env.cr.savepoint():
                received = self.env["o2c.sri.received"]._o2c_fetch(
                    self.access_key, company
                )
                self._o2c_check_same(received)
        except UserError as error:
            self._o2c_failed(error)
            return
        self.write({"state": "done", "reason": False, "received_id": received.id})

    def _o2c_failed(self, error):
        values = {"reason": str(error)}
        if isinstance(error.__cause__, SriUnavailable):
            wait = min(timedelta(minutes=2) * 2 ** min(self.attempts, 10), LONGEST_WAIT)
            values["attempts"] = self.attempts + 1
            values["next_try"] = fields.Datetime.now() + wait
        else:
            values["state"] = "refused"
        self.write(values)

    def _o2c_check_same(self, received):
        """Refuse a file that says something else than what the SRI authorised."""
        content = self.with_context(bin_size=False).xml
        if not content:
            return
        given = parser.parse(base64.b64decode(content)).document
        if given != received._o2c_comprobante():
            raise UserError(
                self.env._(
                    "The file %(file)s does not say what the SRI authorised under its "
                    "key: ask the issuer. The copy of the SRI counts.",
                    file=self.source,
                )
            )

    def action_retry(self):
        """Ask again for what was refused, now."""
        self.env["o2c.sri.document"]._o2c_check_may_issue()
        lines = self.sudo().filtered(lambda line: line.state != "done")
        lines.write({"state": "waiting", "next_try": fields.Datetime.now()})
        lines._o2c_trigger()
