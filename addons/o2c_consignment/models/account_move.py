from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


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

    def _post(self, soft=True):
        # EXTENDS stock_account
        self._o2c_check_consigned_purchases()
        self._o2c_check_settlement_amount()
        posted = super()._post(soft)
        posted._o2c_clear_accrual()
        posted._o2c_reversed_bills()._o2c_free_settlement_lines()
        return posted

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS account: the credit note of a consignor's bill is about his goods too
        values = default_values_list or [{} for _move in self]
        for move, vals in zip(self, values, strict=True):
            if move.o2c_settlement_id:
                vals["o2c_settlement_id"] = move.o2c_settlement_id.id
        return super()._reverse_moves(values, cancel=cancel)

    def _o2c_reversed_bills(self):
        """Consignors' bills that these entries take back."""
        notes = self.sudo().filtered("o2c_settlement_id")
        return notes.reversed_entry_id.filtered("o2c_settlement_id")

    def button_cancel(self):
        # EXTENDS account: the lines of a cancelled bill can be billed again
        for bill in self.filtered("o2c_settlement_id"):
            bill.sudo().o2c_settlement_id._cancel_intercompany_invoice(bill)
        result = super().button_cancel()
        self.sudo()._o2c_free_settlement_lines()
        return result

    def _o2c_free_settlement_lines(self):
        if self:
            self.env["o2c.consignment.settlement.line"]._mark(
                Domain("bill_id", "in", self.ids), {"bill_id": None}
            )

    def _o2c_is_paid(self):
        self.ensure_one()
        return self.state == "posted" and self.payment_state in ("paid", "in_payment")

    def _o2c_check_consigned_purchases(self):
        """Refuse a bill for consigned goods that were not settled.

        :raises UserError: a vendor bill claims a consignment order's goods
        """
        lines = self.filtered(
            lambda m: m.is_purchase_document() and not m.o2c_settlement_id
        ).invoice_line_ids
        orders = lines.purchase_line_id.order_id.filtered("o2c_is_consignment")
        if orders:
            raise UserError(
                self.env._(
                    "%(orders)s brought consigned goods: the consignor bills what was "
                    "sold, from a settlement. Remove these lines and bill the "
                    "settlement.",
                    orders=", ".join(orders.mapped("name")),
                )
            )

    def _o2c_check_settlement_amount(self):
        """Refuse a bill of a settlement that says another amount than its lines.

        The draft can be edited, and what is owed is what was accepted.

        :raises UserError: the difference exceeds the company's tolerance, or only a
            part of a bill is taken back
        """
        bills = self.filtered("o2c_settlement_id")
        notes = bills.filtered("reversed_entry_id.o2c_settlement_id")
        for note in notes:
            bill = note.reversed_entry_id
            if note.currency_id.compare_amounts(
                note.amount_untaxed, bill.amount_untaxed
            ):
                raise UserError(
                    self.env._(
                        "%(bill)s bills a settlement: a credit note takes back all of "
                        "it, %(amount)s, and the settlement can be billed again. A "
                        "later cost is a cost change.",
                        bill=bill.display_name,
                        amount=bill.currency_id.format(bill.amount_untaxed),
                    )
                )
        for bill in bills - notes:
            settlement = bill.o2c_settlement_id.sudo()
            lines = Domain(
                [("settlement_id", "=", settlement.id), ("bill_id", "=", bill.id)]
            )
            sign = -1 if bill.move_type == "in_refund" else 1
            settlement._match(settlement._sum(lines), sign * bill.amount_untaxed)
            settlement._check_billed_quantities(bill, lines)

    def _o2c_clear_accrual(self):
        """Reconcile what was accrued with the consignor's bill."""
        for bill in self.filtered("o2c_settlement_id"):
            account = bill.company_id._o2c_consignment_account("accrual")
            entries = bill.sudo().o2c_settlement_id.bill_ids.filtered(
                lambda move: move.state == "posted"
            )
            entries |= bill.sudo()._o2c_accrual_entries()
            entries.line_ids.filtered(
                lambda line, account=account: (
                    line.account_id == account
                    and line.parent_state == "posted"
                    and not line.reconciled
                )
            ).reconcile()

    def _o2c_accrual_entries(self):
        """Every entry that moved the accrual of what this bill bills."""
        billed = [("settlement_line_id.bill_id", "=", self.id)]
        [(accruals,)] = self.env["o2c.consignment.consumption"]._read_group(
            billed, [], ["accrual_move_id:recordset"]
        )
        changes = self.env["o2c.consignment.cost.change"].search(
            Domain("line_ids.consumption_id", "any", billed)
            | Domain("later_ids", "any", billed)
        )
        return accruals | changes.entry_ids
