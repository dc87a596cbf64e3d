from odoo import models

from ..portal_core import alerts


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_paid_hook(self):
        # EXTENDS account: a supplier whose bill was paid hears of it
        result = super()._invoice_paid_hook()
        self.env["o2c.supplier.event"]._o2c_emit(
            [
                {
                    "company_id": bill.company_id.id,
                    "consignor_id": bill.commercial_partner_id.id,
                    "kind": alerts.PAYMENT,
                    "res_id": bill.id,
                    "label": bill.ref or bill.name,
                    "amount": bill.amount_total,
                }
                for bill in self
                if bill.o2c_settlement_id and bill.move_type == "in_invoice"
            ]
        )
        return result
