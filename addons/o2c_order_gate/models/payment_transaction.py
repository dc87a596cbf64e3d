from odoo import api, models
from odoo.exceptions import UserError

from .messages import log_refused


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS payment: what is not cleared cannot be paid, even by a payment link
        transactions = super().create(vals_list)
        held = transactions.sale_order_ids._o2c_gate_held_quotations()
        if held:
            log_refused("pay", held, "not cleared")
            raise UserError(held._o2c_gate_customer_message())
        return transactions

    def _check_amount_and_confirm_order(self):
        # EXTENDS sale: money that arrived is recorded even when its order has to wait
        held = self.sale_order_ids._o2c_gate_held_quotations()
        waiting = self.filtered(lambda tx: tx.sale_order_ids & held)
        for order in held:
            order._o2c_gate_tell_paid()
        return super(
            PaymentTransaction, self - waiting
        )._check_amount_and_confirm_order()
