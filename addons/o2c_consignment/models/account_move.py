from odoo import fields, models
from odoo.exceptions import UserError


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
        return posted

    def button_cancel(self):
        # EXTENDS account: the lines of a cancelled bill can be billed again
        result = super().button_cancel()
        self.sudo().o2c_settlement_line_ids.bill_id = False
        return result

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

        :raises UserError: the difference exceeds the company's tolerance
        """
        for bill in self.filtered("o2c_settlement_id"):
            due = sum(bill.sudo().o2c_settlement_line_ids.mapped("amount"))
            sign = -1 if bill.move_type == "in_refund" else 1
            bill.o2c_settlement_id.sudo()._match(due, sign * bill.amount_untaxed)

    def _o2c_clear_accrual(self):
        """Reconcile what was accrued with the consignor's bill."""
        for bill in self.filtered("o2c_settlement_id"):
            account = bill.company_id._o2c_consignment_account("accrual")
            consumptions = bill.sudo().o2c_settlement_line_ids.consumption_id
            entries = bill.sudo() | consumptions._accrual_moves()
            entries.line_ids.filtered(
                lambda line, account=account: (
                    line.account_id == account
                    and line.parent_state == "posted"
                    and not line.reconciled
                )
            ).reconcile()
