from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..sri_core import received_files
from ..sri_core.authorisation import encode

# More than these would make a person wait for the SRI; the cron fetches them.
AT_ONCE = 20


class O2cSriIntake(models.Model):
    """What somebody handed over to be fetched: keys, a file, or a mail.

    Entry points: ``_o2c_take`` for files and keys, ``message_new`` for the mail alias
    of the company, ``_cron_fetch`` of the lines. Invariant: nothing of the file itself
    becomes a document; each key is asked for at the SRI, whose copy counts.
    """

    _name = "o2c.sri.intake"
    _description = "Received Documents to Fetch"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda s: s.env.company
    )
    email_from = fields.Char(string="Sender", readonly=True)
    problems = fields.Text(readonly=True)
    line_ids = fields.One2many("o2c.sri.intake.line", "intake_id", readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Done"), ("refused", "With problems")],
        compute="_compute_state",
        store=True,
    )
    answered = fields.Boolean(readonly=True)

    @api.depends("line_ids.state", "problems")
    def _compute_state(self):
        for intake in self:
            states = set(intake.line_ids.mapped("state"))
            if "waiting" in states:
                intake.state = "waiting"
            else:
                refused = "refused" in states or intake.problems
                intake.state = "refused" if refused else "done"

    # === FILES AND KEYS === #

    @api.model
    def _o2c_take(self, name, files, company, **values):
        """Store what files name, to be fetched.

        :param files: list of (name, bytes).
        :return: the intake, with the problems of files that name nothing
        """
        reading = received_files.read(files)
        lang = self.env.user.lang or "en"
        return self.sudo().create(
            {
                "name": name,
                "company_id": company.id,
                "problems": "\n".join(
                    f"{file}: {problem.in_language(lang)}"
                    for file, problem in reading.problems
                ),
                "line_ids": [
                    fields.Command.create(
                        {
                            "access_key": found.access_key,
                            "source": found.source,
                            "xml": found.xml,
                        }
                    )
                    for found in reading.found
                ],
                **values,
            }
        )

    def _o2c_fetch_now(self):
        """Fetch all of it in this transaction, or nothing.

        :raise UserError: every problem of every file and key.
        """
        self.ensure_one()
        if len(self.line_ids) <= AT_ONCE:
            for line in self.line_ids:
                line._o2c_fetch()
        refused = self.line_ids.filtered(lambda line: line.reason)
        problems = [self.problems] if self.problems else []
        problems += [f"{line.access_key}: {line.reason}" for line in refused]
        if problems:
            raise UserError("\n".join(problems))
        self.line_ids._o2c_trigger()

    # === MAIL === #

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        # EXTENDS mail: each attachment may be a document, or a ZIP of them
        values = custom_values or {}
        company = self.env["res.company"].browse(values.get("company_id"))
        files = [
            (part.fname, self._o2c_bytes(part.content))
            for part in msg_dict.get("attachments", ())
            if received_files.is_readable(part.fname or "")
        ]
        intake = self._o2c_take(
            msg_dict.get("subject") or self.env._("Mail without a subject"),
            files,
            company or self.env.company,
            email_from=msg_dict.get("email_from"),
        )
        if not files:
            intake.problems = self.env._(
                "The mail has no XML, ZIP or TXT file: attach the authorised XML."
            )
        intake.line_ids._o2c_trigger()
        intake._o2c_answer()
        return intake

    @api.model
    def _o2c_bytes(self, content):
        # mail hands plain XML over as text
        return encode(content) if isinstance(content, str) else bytes(content)

    def _o2c_answer(self):
        """Tell the sender of a mail, once, what could not be taken."""
        for intake in self:
            if not intake.email_from or intake.answered or intake.state != "refused":
                continue
            reasons = [intake.problems] if intake.problems else []
            reasons += [
                f"{line.access_key}: {line.reason}"
                for line in intake.line_ids
                if line.reason
            ]
            body = self.env._(
                "These documents could not be taken:\n%(reasons)s",
                reasons="\n".join(reasons),
            )
            self.env["mail.mail"].sudo().create(
                {
                    "subject": f"Re: {intake.name}",
                    "email_to": intake.email_from,
                    "email_from": intake.company_id.email_formatted
                    or self.env.user.email_formatted,
                    "body_html": plaintext2html(body),
                    "auto_delete": True,
                    # so that an automatic answer to it does not come back to us
                    "headers": repr({"Auto-Submitted": "auto-replied"}),
                }
            )
            intake.answered = True
