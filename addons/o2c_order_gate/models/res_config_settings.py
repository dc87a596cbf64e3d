from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    o2c_gate_reminder_hours = fields.Integer(
        related="company_id.o2c_gate_reminder_hours", readonly=False
    )
    o2c_gate_escalation_hours = fields.Integer(
        related="company_id.o2c_gate_escalation_hours", readonly=False
    )
