import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..sri_core import access_key as sri_key
from ..sri_core import parser

DOCUMENT_TYPES = [
    ("01", "Invoice"),
    ("03", "Purchase liquidation"),
    ("04", "Credit note"),
    ("05", "Debit note"),
    ("06", "Delivery guide"),
    ("07", "Withholding"),
]
STATES = [
    ("draft", "Being corrected"),
    ("signed", "Signed, to be sent"),
    ("sent", "Sent, outcome unknown"),
    ("received", "Received by the SRI"),
    ("authorised", "Authorised"),
    ("rejected", "Not authorised"),
    ("returned", "Returned"),
    ("annulled", "Annulled at the SRI"),
    ("replaced", "Number of another document"),
]
# The SRI may hold the document: nothing of it, nor what it says, may change.
HELD_STATES = ("sent", "received", "authorised", "annulled")
# The SRI said that it does not hold it: it may be corrected under its number.
OPEN_STATES = ("draft", "returned", "rejected")
# Nothing of it changes any more; what comes after it has a number of its own.
ENDED_STATES = ("annulled", "replaced")
CLOSED_STATES = ("authorised", *ENDED_STATES)
# What an authorised document may still learn.
AFTER_AUTHORISATION = {
    "state",
    "mail_state",
    "mail_error",
    "annulled_on",
    "annulled_by_id",
    "annulment_state",
    "annulment_requested_on",
    "annulment_checked_on",
    "next_try",
    "note_ids",
}


class O2cSriDocument(models.Model):
    """The legal record of one comprobante: number, key, bytes and what the SRI said.

    Entry points: ``_o2c_issue`` signs and stores (``o2c_sri_document_issue.py``),
    ``_cron_outbox`` sends (``o2c_sri_outbox.py``), ``action_send_now`` and
    ``action_record_annulment`` (``o2c_sri_annulment.py``) are the buttons. Invariants:
    key and number are unique and never reused; what the SRI may hold is neither changed
    nor deleted; state changes come from private methods only, and every user may only
    read.
    """

    _name = "o2c.sri.document"
    _description = "Electronic Document of the SRI"
    _order = "issue_date desc, id desc"
    _rec_names_search = ["number", "access_key"]
    _check_company_auto = True

    document_type = fields.Selection(DOCUMENT_TYPES, required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    environment = fields.Selection(
        [("1", "Test"), ("2", "Production")], required=True, readonly=True
    )
    establishment = fields.Char(size=3, required=True, readonly=True)
    emission_point = fields.Char(size=3, required=True, readonly=True)
    sequential = fields.Char(size=9, required=True, readonly=True)
    number = fields.Char(compute="_compute_number", store=True, index="trigram")
    access_key = fields.Char(size=49, required=True, readonly=True, copy=False)
    issue_date = fields.Date(required=True, readonly=True)
    version = fields.Char(readonly=True)
    partner_id = fields.Many2one("res.partner", string="Receiver", readonly=True)
    total = fields.Float(digits=(14, 2), readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Transfer",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    withholding_id = fields.Many2one(
        "o2c.sri.withholding",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(
        STATES, required=True, default="signed", readonly=True, index=True
    )
    # In the row, not in the file store: key, number and bytes are one transaction.
    signed_xml = fields.Binary("Signed XML", attachment=False, readonly=True)
    authorised_xml = fields.Binary(
        string="Authorised XML", attachment=True, readonly=True
    )
    authorised_on = fields.Datetime(readonly=True, index="btree_not_null")
    annulled_on = fields.Datetime(readonly=True)
    annulled_by_id = fields.Many2one(
        "res.users", string="Annulment Recorded By", readonly=True
    )
    note_ids = fields.One2many("o2c.sri.note", "document_id", readonly=True)
    attempts = fields.Integer(readonly=True)
    unanswered = fields.Integer(
        readonly=True, help="Tries in a row without a usable answer."
    )
    next_try = fields.Datetime(readonly=True)
    corrected_on = fields.Datetime(readonly=True)
    number_taken = fields.Boolean(
        readonly=True,
        help="The SRI has this number for another document (refusal 45): signing again "
        "takes the next number.",
    )
    first_sent_on = fields.Datetime(readonly=True)
    received_on = fields.Datetime(readonly=True)
    mail_state = fields.Selection(
        [
            ("none", "Nothing to mail"),
            ("pending", "To be mailed"),
            ("sent", "Mailed"),
            ("failed", "Could not be mailed"),
        ],
        default="none",
        required=True,
        readonly=True,
        index=True,
    )
    mail_error = fields.Char(readonly=True)
    last_message = fields.Char(compute="_compute_last_message")
    waiting_hours = fields.Float(
        string="Waiting (hours)", compute="_compute_waiting_hours"
    )

    _unique_access_key = models.Constraint(
        "UNIQUE(access_key)", "This access key was issued already."
    )
    _unique_number = models.Constraint(
        "UNIQUE(company_id, environment, document_type, establishment,"
        " emission_point, sequential)",
        "This document number was issued already.",
    )
    _due_index = models.Index("(next_try, id) WHERE next_try IS NOT NULL")
    _waiting_index = models.Index("(id) WHERE next_try IS NOT NULL")
    # the order of every list: a page is read without sorting years of documents
    _order_index = models.Index("(issue_date DESC, id DESC)")

    # === COMPUTE METHODS === #

    @api.depends("establishment", "emission_point", "sequential")
    def _compute_number(self):
        for document in self:
            document.number = "-".join(
                (
                    document.establishment,
                    document.emission_point,
                    document.sequential,
                )
            )

    @api.depends("document_type", "number")
    def _compute_display_name(self):
        names = dict(self._fields["document_type"]._description_selection(self.env))
        for document in self:
            kind = names.get(document.document_type, "")
            document.display_name = f"{kind} {document.number}"

    @api.depends("note_ids")
    def _compute_last_message(self):
        for document in self:
            document.last_message = document.note_ids[:1].text or False

    @api.depends("state", "create_date")
    def _compute_waiting_hours(self):
        now = fields.Datetime.now()
        for document in self:
            waits = document.state in ("draft", "signed", "sent", "received")
            since = document.create_date or now
            document.waiting_hours = (
                (now - since).total_seconds() / 3600 if waits else 0
            )

    # === CRUD METHODS === #

    def write(self, vals):
        # Enforced here and not in views: no caller, however privileged, may change
        # what the SRI authorised (DESIGN rule 6).
        if set(vals) - AFTER_AUTHORISATION:
            closed = self.filtered(lambda d: d.state in CLOSED_STATES)
            if closed:
                raise UserError(
                    self.env._(
                        "%(document)s is authorised or closed: it cannot change.",
                        document=closed[0].display_name,
                    )
                )
        if vals.get("state") not in (None, "authorised", "annulled"):
            self._o2c_check_stays_closed()
        return super().write(vals)

    def _o2c_check_stays_closed(self):
        for document in self:
            if document.state in CLOSED_STATES:
                raise UserError(
                    self.env._(
                        "%(document)s is authorised or closed: it cannot be reopened.",
                        document=document.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "A number that was given to a document is never given again, so the "
                "document cannot be deleted. Correct it and send it, or record its "
                "annulment."
            )
        )

    # === BUSINESS METHODS === #

    @api.model
    def _o2c_check_may_issue(self, group="account.group_account_invoice"):
        """Refuse who may not act towards the SRI.

        Not by the rights on entries: purchase and stock users have some of those.

        :raise AccessError: the user is not of the group.
        """
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._("Only accounting may do this with documents of the SRI.")
            )

    def _o2c_withdraw(self):
        """Reopen documents that the SRI does not hold, so that they can be corrected.

        :raise UserError: the SRI may hold one of them.
        """
        documents = self.sudo()
        # Against a worker that is about to send: the state read below is the last one.
        documents.lock_for_update()
        documents.invalidate_recordset(["state", "attempts"])
        for document in documents:
            if document._o2c_may_be_held():
                raise UserError(
                    self.env._(
                        "%(document)s was handed to the SRI: it can be neither changed "
                        "nor cancelled here. Issue a credit note, or annul it at the "
                        "SRI and record that on the electronic document.",
                        document=document.display_name,
                    )
                )
        documents.write({"state": "draft", "next_try": False})

    def _o2c_current(self):
        """Return the newest of a business record's documents, none when it has none.

        Several are there after an annulment, or when a number was another's.
        """
        return self.sorted(lambda d: (d.issue_date, d.id), reverse=True)[:1]

    def _o2c_to_sign_again(self):
        """Return which document of a business record keeps its number and key.

        None for the first one, after an annulment, and when the SRI has the number for
        another document: that row stays as it is, and the next number is taken (SPEC
        6.2, 45: a number that the SRI holds is never used again).
        """
        document = self.sudo()._o2c_current()
        if document.number_taken and document.state in OPEN_STATES:
            document._o2c_note(
                "45",
                self.env._("The number is another document's: the next one is taken."),
            )
            document.write({"state": "replaced", "next_try": False})
        return document.filtered(lambda d: d.state not in ENDED_STATES)

    def _o2c_may_be_held(self):
        """Whether the SRI holds the document or may hold it."""
        self.ensure_one()
        unsure = self.state == "signed" and self.attempts
        return self.state in HELD_STATES or bool(unsure)

    def _o2c_note(self, identifier, text, additional="", kind="INFORMATIVO"):
        """Add a line to the log of the document."""
        self.env["o2c.sri.note"].sudo().create(
            [
                {
                    "document_id": document.id,
                    "identifier": identifier,
                    "text": text,
                    "additional": additional,
                    "kind": kind,
                }
                for document in self
            ]
        )

    # === CONTENT === #

    def _o2c_signed_bytes(self):
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).signed_xml)

    def _o2c_authorised_bytes(self):
        """Return the authorised XML verbatim, as the SRI gave it.

        :raise UserError: the document is not authorised.
        """
        self.ensure_one()
        wrapper = self.sudo().with_context(bin_size=False).authorised_xml
        if not wrapper:
            raise UserError(
                self.env._(
                    "%(document)s is not authorised yet.", document=self.display_name
                )
            )
        return base64.b64decode(wrapper)

    def _o2c_comprobante(self):
        """Return the document as issued, read from its own bytes."""
        self.ensure_one()
        return parser.parse(self.sudo()._o2c_signed_bytes()).document

    @api.constrains("access_key")
    def _check_access_key(self):
        for document in self:
            if not sri_key.is_valid(document.access_key or ""):
                raise ValidationError(
                    self.env._("The access key %s is not valid.", document.access_key)
                )
