from odoo import fields, models


class O2cCreditHoldRelease(models.TransientModel):
    """Asks for the reason of a release."""

    _name = "o2c.credit.hold.release"
    _description = "Release a credit hold"

    hold_id = fields.Many2one("o2c.credit.hold", required=True, readonly=True)
    partner_id = fields.Many2one(related="hold_id.partner_id")
    reason = fields.Text(required=True)

    def action_release(self):
        self.ensure_one()
        self.hold_id.action_release(self.reason)
        return {"type": "ir.actions.act_window_close"}
