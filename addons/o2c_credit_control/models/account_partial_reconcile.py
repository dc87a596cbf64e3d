from odoo import api, models


class AccountPartialReconcile(models.Model):
    """Matching money decides promises and may let waiting orders go."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS account
        ids = {v["debit_move_id"] for v in vals_list}
        ids |= {v["credit_move_id"] for v in vals_list}
        lines = self.env["account.move.line"].sudo().browse(ids)
        with lines._o2c_credit_watch():
            return super().create(vals_list)

    def unlink(self):
        # EXTENDS account
        lines = (self.debit_move_id | self.credit_move_id).sudo()
        with lines._o2c_credit_watch():
            return super().unlink()
