from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# What the settlement says of a document, and nobody writes himself.
DERIVED = {"o2c_settlement_id", "o2c_settlement_line_ids", "o2c_intercompany_bill_id"}


class AccountMove(models.Model):
    _inherit = "account.move"

    o2c_settlement_id = fields.Many2one(
        "o2c.consignment.settlement",
        string="Consignment Settlement",
        copy=False,
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
    o2c_intercompany_bill_id = fields.Many2one(
        "account.move",
        string="Bill of the Other Company",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="The bill of a sister company, for her consumption of our goods, that "
        "this invoice is about.",
    )
    o2c_settlement_line_ids = fields.One2many(
        "o2c.consignment.settlement.line",
        "bill_id",
        string="Settlement Lines",
        readonly=True,
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._o2c_follow_reversed_bill()
        if not self.env.su:
            moves._o2c_check_derived()
        return moves

    def write(self, vals):
        if DERIVED & vals.keys() and not self.env.su:
            raise self._o2c_derived_error()
        state = vals.get("state")
        if state == "posted":
            self.filtered(lambda m: m.state != "posted")._o2c_check_consigned()
        elif "state" in vals:
            self.filtered(lambda m: m.state == "posted")._o2c_check_leaves_books()
        if state == "cancel":
            self._o2c_take_back_sister_invoices()
        result = super().write(vals)
        if state == "cancel":
            # the lines of a cancelled bill can be billed again
            self.sudo()._o2c_free_settlement_lines()
        return result

    def unlink(self):
        # The lines go first: the database alone would free them past all sums.
        self.check_access("unlink")
        self._o2c_check_follows_from_nothing()
        self.filtered(lambda m: m.state == "posted")._o2c_check_leaves_books()
        self._o2c_take_back_sister_invoices()
        self.sudo().filtered("o2c_settlement_id")._o2c_free_settlement_lines()
        return super().unlink()

    def _o2c_follow_reversed_bill(self):
        """The credit note of a consignor's bill is about his goods too."""
        for note in self:
            settlement = note.reversed_entry_id.sudo().o2c_settlement_id
            if settlement and not note.o2c_settlement_id:
                note.sudo().o2c_settlement_id = settlement

    def _o2c_check_derived(self):
        """Refuse new documents that say themselves what they bill."""
        for move in self:
            if move.o2c_intercompany_bill_id or (
                move.o2c_settlement_id
                and move.o2c_settlement_id != move._o2c_settlement_of_reversed()
            ):
                raise self._o2c_derived_error()

    def _o2c_derived_error(self):
        return AccessError(
            self.env._(
                "Which settlement a document bills follows from the settlement: open "
                "it in Consignment, Settlements and enter the bill there."
            )
        )

    # === COMPUTE METHODS === #

    def _compute_reconciled_payment_ids(self):
        # EXTENDS account, which joins all payments to learn that a draft has none of
        # them reconciled: each delivery of consigned goods would pay for it twice
        drafts = self.filtered(lambda move: move.state == "draft")
        for move in drafts:
            move.reconciled_payment_ids = move.matched_payment_ids
        if others := self - drafts:
            super(AccountMove, others)._compute_reconciled_payment_ids()

    # === POSTING === #

    def _post(self, soft=True):
        # EXTENDS stock_account
        posted = super()._post(soft)
        posted._o2c_clear_accrual()
        posted._o2c_reversed_bills()._o2c_free_settlement_lines()
        return posted

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS account
        if not self.env.su:
            self._o2c_check_follows_from_nothing()
        return super()._reverse_moves(default_values_list, cancel=cancel)

    def _o2c_settlement(self):
        """The settlement that this bill or its credit note is about.

        :rtype: o2c.consignment.settlement
        """
        self.ensure_one()
        return self.sudo().o2c_settlement_id or self._o2c_settlement_of_reversed()

    def _o2c_settlement_of_reversed(self):
        return self.sudo().reversed_entry_id.o2c_settlement_id

    def _o2c_reversed_bills(self):
        """Consignors' bills that these entries take back."""
        notes = self.sudo().filtered("o2c_settlement_id")
        return notes.reversed_entry_id.filtered("o2c_settlement_id")

    def _o2c_take_back_sister_invoices(self):
        for bill in self.sudo().filtered("o2c_settlement_id"):
            bill.o2c_settlement_id._cancel_intercompany_invoice(bill)

    def _o2c_free_settlement_lines(self):
        if self:
            self.env["o2c.consignment.settlement.line"]._mark(
                Domain("bill_id", "in", self.ids), {"bill_id": None}
            )

    def _o2c_is_paid(self):
        self.ensure_one()
        return self.state == "posted" and self.payment_state in ("paid", "in_payment")

    # === ACCRUAL === #

    def _o2c_clear_accrual(self):
        """Reconcile what was accrued with the consignor's bill."""
        for bill in self.filtered("o2c_settlement_id"):
            entries = bill | self.env["o2c.consignment.settlement"]._accrual_entries(
                Domain("bill_id", "=", bill.id)
            )
            taken_back = bill._o2c_reversed_bills()
            if taken_back:
                # What it cleared is due again; the note clears it, and nothing else.
                taken_back._o2c_accrual_lines().sudo().remove_move_reconcile()
                entries = bill | taken_back
            entries._o2c_reconcile_accrual(bill.company_id)

    def _o2c_accrual_lines(self):
        accounts = self.company_id.o2c_consignment_accrual_account_id
        return self.line_ids.filtered(lambda line: line.account_id in accounts)

    def _o2c_reconcile_accrual(self, company):
        lines = self.filtered(
            lambda move: move.company_id == company and move.state == "posted"
        )._o2c_accrual_lines()
        lines.filtered(lambda line: not line.reconciled).reconcile()
        # An entry may be of goods on several bills, and the first of them clears the
        # oldest: what is cleared too much here is still accrued on another entry.
        too_much = lines.filtered(
            lambda line: not line.reconciled and line.amount_residual_currency > 0
        )
        for (consignor, currency), some in too_much.grouped(
            lambda line: (line.partner_id, line.currency_id)
        ).items():
            (some | some._o2c_open_accruals(consignor, currency)).reconcile()
