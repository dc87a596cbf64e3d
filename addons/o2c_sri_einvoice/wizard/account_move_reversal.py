from odoo import api, models

from ..tools import ecuador


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    @api.model
    def default_get(self, fields):
        # EXTENDS account: a credit note is dated today in Ecuador, not in UTC
        values = super().default_get(fields)
        if "date" in fields and self.env.company.o2c_sri_enabled:
            values["date"] = ecuador.today()
        return values
