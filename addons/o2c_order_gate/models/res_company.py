from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    o2c_gate_reminder_hours = fields.Integer(
        string="Remind approvers after (hours)",
        default=4,
        help="0: never.",
    )
    o2c_gate_escalation_hours = fields.Integer(
        string="Tell the gate's managers after (hours)",
        default=24,
        help="0: never.",
    )
