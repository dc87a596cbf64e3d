import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import ecuador
from ..tools.problem import Problem, SriProblems
from .o2c_sri_document import STATES

ELECTRONIC_TYPES = {
    "out_invoice": ("01", "05"),
    "out_refund": ("04",),
    "in_invoice": ("03",),
}
# What the number is made of: fixed from the first signature on.
NUMBER_FIELDS = {"name", "journal_id", "company_id", "l10n_latam_document_type_id"}
# What the document says: fixed while the SRI may hold it.
CONTENT_FIELDS = {"partner_id", "invoice_date", "currency_id", "move_type"}
# numDocModificado, as people type it: hyphens and leading zeros are put in
ORIGIN_SHAPE = re.compile(r"(\d{3})-?(\d{3})-?(\d{1,9})")


class AccountMove(models.Model):
    """Posting a sale signs its document; sending happens after the commit."""

    _inherit = "account.move"

    o2c_sri_document_ids = fields.One2many(
        "o2c.sri.document", "move_id", string="Electronic Documents"
    )
    o2c_sri_document_id = fields.Many2one(
        "o2c.sri.document",
        string="Electronic Document",
        compute="_compute_o2c_sri_document",
    )
    o2c_sri_state = fields.Selection(
        STATES,
        string="SRI State",
        compute="_compute_o2c_sri_document",
        search="_search_o2c_sri_state",
    )
    o2c_sri_access_key = fields.Char(
        string="Access Key", compute="_compute_o2c_sri_document"
    )
    o2c_sri_message = fields.Char(
        string="Answer of the SRI", compute="_compute_o2c_sri_document"
    )
    o2c_withholding_entry_ids = fields.One2many(
        "o2c.sri.withholding", "move_id", string="Withholding of this Entry"
    )
    o2c_origin_number = fields.Char(
        string="Modified Document",
        copy=False,
        help="Number (001-001-000000001) of the document that this note changes, when "
        "it was not issued here.",
    )
    o2c_origin_date = fields.Date(string="Date of the Modified Document", copy=False)

    @api.depends("o2c_sri_document_ids.state")
    def _compute_o2c_sri_document(self):
        for move in self:
            document = move.sudo().o2c_sri_document_ids._o2c_current()
            move.o2c_sri_document_id = document
            move.o2c_sri_state = document.state
            move.o2c_sri_access_key = document.access_key
            move.o2c_sri_message = document.last_message

    def _search_o2c_sri_state(self, operator, value):
        return [("o2c_sri_document_ids.state", operator, value)]

    # === CRUD METHODS === #

    def write(self, vals):
        # EXTENDS account: no path may change what the SRI may hold (DESIGN rule 6)
        if vals.keys() & (NUMBER_FIELDS | CONTENT_FIELDS | {"state"}):
            self._o2c_check_frozen(vals)
            if vals.get("state", "posted") != "posted":
                self._o2c_check_withholding_entries()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_o2c_sri_document(self):
        issued = self.sudo().filtered("o2c_sri_document_ids")
        if issued:
            raise UserError(
                self.env._(
                    "%(name)s has a number that was given to an electronic document: "
                    "it cannot be deleted.",
                    name=issued[0].display_name,
                )
            )

    def _o2c_check_frozen(self, vals):
        issued = self.sudo().filtered("o2c_sri_document_ids")
        for move in issued:
            document = move.o2c_sri_document_ids._o2c_current()
            if document.state == "replaced":
                continue  # its number is another document's
            changed = {
                name for name in vals if self._field_will_change(move, vals, name)
            }
            held = document._o2c_may_be_held()
            if changed & NUMBER_FIELDS or (held and changed & CONTENT_FIELDS):
                names = ", ".join(
                    self._fields[name]._description_string(self.env)
                    for name in sorted(changed & (NUMBER_FIELDS | CONTENT_FIELDS))
                )
                raise UserError(
                    self.env._(
                        "%(name)s was issued to the SRI: %(fields)s cannot change.",
                        name=move.display_name,
                        fields=names,
                    )
                )
            if "state" in changed:
                move._o2c_check_state_change(document, vals["state"])

    def _o2c_check_withholding_entries(self):
        for withholding in self.sudo().o2c_withholding_entry_ids:
            document = withholding.o2c_sri_document_ids._o2c_current()
            if document and document.state != "annulled":
                document._o2c_withdraw()

    def _o2c_check_state_change(self, document, state):
        if document.state == "annulled" or state == "posted":
            return
        if state == "cancel":
            raise UserError(
                self.env._(
                    "%(name)s has a number that was given to an electronic document: "
                    "correct and post it, then annul it with a credit note or at the "
                    "SRI.",
                    name=self.display_name,
                )
            )
        document._o2c_withdraw()

    # === BUSINESS METHODS === #

    def _o2c_is_electronic(self):
        """Whether posting this entry issues a document to the SRI."""
        self.ensure_one()
        codes = ELECTRONIC_TYPES.get(self.move_type, ())
        return (
            self.company_id.o2c_sri_enabled
            and self.l10n_latam_document_type_id.code in codes
            and self.journal_id.sudo().o2c_emission_point_id.electronic
        )

    def _post(self, soft=True):
        # EXTENDS account
        electronic = self.filtered(lambda m: m._o2c_is_electronic())
        if not electronic:
            return super()._post(soft)
        electronic._o2c_set_issue_date()
        plans = electronic._o2c_plan(soft)
        electronic._o2c_number_liquidations()
        posted = super()._post(soft)
        (posted & electronic)._o2c_issue(plans)
        return posted

    def _o2c_set_issue_date(self):
        # Core takes the user's day; legally it is the one in Ecuador (error 65).
        undated = self.filtered(lambda m: not m.invoice_date)
        if undated:
            undated.invoice_date = ecuador.today()

    def _o2c_number_liquidations(self):
        """Number purchase liquidations, which core leaves to be typed."""
        for move in self:
            if move.move_type == "in_invoice" and not move.sudo().o2c_sri_document_ids:
                move._o2c_number_liquidation()

    def _o2c_number_liquidation(self):
        point = self.journal_id.o2c_emission_point_id
        self.l10n_latam_document_number = "-".join(
            (point.establishment, point.emission_point, point.sudo()._o2c_next("03"))
        )

    def _o2c_take_next_number(self):
        """Leave a number that the SRI has for another document.

        The entry stays posted, so that its payments stay reconciled.
        """
        self.ensure_one()
        former = self.name
        automatic = self.payment_reference == self._get_invoice_computed_reference()
        if self.move_type == "in_invoice":
            self._o2c_number_liquidation()
        else:
            form, parts = self._get_next_sequence_format()
            # core looks at the other entries only: after the last one comes this
            parts["seq"] = max(parts["seq"], self.sequence_number)
            self.name = self._locked_increment(form, parts)
        if automatic:
            self.payment_reference = self._get_invoice_computed_reference()
        self._message_log(
            body=self.env._(
                "The SRI has %(former)s for another document: issued as %(name)s.",
                former=former,
                name=self.name,
            )
        )

    def _o2c_plan(self, soft=False):
        """Work out what the documents will say, before anything is posted.

        :return: {move: prepared lines and totals}
        :raise UserError: all problems of all entries at once.
        """
        problems, plans = [], {}
        # what is legal does not depend on what the user may read
        moves = self.sudo()
        for company in moves.company_id:
            problems += company._o2c_sri_problems()
        tables = moves._o2c_tax_tables()
        for move in moves:
            found, plan = move._o2c_plan_one(tables, soft)
            plans[move] = plan
            # a contact's own sentence names it: no need to say it twice
            label = f"{move._o2c_label()}: " if len(moves) > 1 else ""
            problems += [f"{label}{problem}" for problem in found]
        if problems:
            raise SriProblems(
                self.env._(
                    "This cannot be issued to the SRI yet:\n%(problems)s",
                    problems="\n".join(f"• {problem}" for problem in problems),
                ),
                self,
                self.env._("Show where to mend"),
            )
        return plans

    def _o2c_check_problems(self):
        """Return every problem of one entry, each with the record that it is about."""
        self.ensure_one()
        company = self.company_id
        found, _plan = self._o2c_plan_one(self._o2c_tax_tables(), False)
        return Problem.about(company, company._o2c_sri_problems()) + Problem.about(
            self, found
        )

    def _o2c_origin(self):
        """Return (number, date, type) of the document that a note changes."""
        origin = self.reversed_entry_id or self.debit_origin_id
        number = origin.l10n_latam_document_number if origin else self.o2c_origin_number
        date = origin.invoice_date if origin else self.o2c_origin_date
        shape = ORIGIN_SHAPE.fullmatch((number or "").strip())
        if not shape or not date:
            return None
        kind = origin.l10n_latam_document_type_id.code if origin else "01"
        establishment, emission_point, sequential = shape.groups()
        number = f"{establishment}-{emission_point}-{sequential.zfill(9)}"
        return number, fields.Date.to_date(date), kind

    def _o2c_label(self):
        return (
            self.display_name
            if self.name and self.name != "/"
            else (self.partner_id.display_name or self.env._("New"))
        )

    def _o2c_issue(self, plans):
        """Store key, number and signed bytes in the transaction of the posting."""
        if not self:
            return
        documents = self.env["o2c.sri.document"]
        prepared = []
        for move in self:
            issued = move.sudo().o2c_sri_document_ids
            existing = issued._o2c_to_sign_again()
            if issued and not existing:
                move._o2c_take_next_number()
            comprobante = move._o2c_prepare_comprobante(existing, plans[move])
            values = {
                "company_id": move.company_id,
                "partner_id": move.commercial_partner_id,
                "total": move.amount_total,
                "move_id": move,
            }
            prepared.append((existing, comprobante, values))
        documents._o2c_issue(prepared)

    def _o2c_reissue(self):
        """Sign posted entries again after a refusal, under their numbers."""
        self._o2c_issue(self._o2c_plan())

    # === ACTION METHODS === #

    def action_o2c_open_document(self):
        self.ensure_one()
        return self.o2c_sri_document_id._get_records_action()

    def action_o2c_check(self):
        """Tell everything that would keep these entries from being issued."""
        self.filtered(lambda m: m._o2c_is_electronic())._o2c_plan()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Ready to be issued to the SRI."),
            },
        }
