from odoo import fields, models

from ..credit_core import Step


class O2cCreditLadderStep(models.Model):
    """One rung: from how many days on, and what happens."""

    _name = "o2c.credit.ladder.step"
    _description = "Reminder step"
    _order = "ladder_id, days"

    name = fields.Char("Tone", required=True, translate=True)
    ladder_id = fields.Many2one(
        "o2c.credit.ladder", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="ladder_id.company_id", store=True)
    days = fields.Integer(
        "Days after due",
        required=True,
        help="Counted from the due date of each document; negative: before it.",
    )
    channel = fields.Selection(
        [("mail", "E-mail"), ("activity", "Activity for the collector")],
        required=True,
        default="mail",
    )
    template_id = fields.Many2one(
        "mail.template",
        string="E-mail template",
        domain="[('model', '=', 'o2c.credit.reminder')]",
    )

    _one_per_day = models.Constraint(
        "UNIQUE (ladder_id, days)", "A ladder has one step for each number of days."
    )
    _mail_has_template = models.Constraint(
        "CHECK (channel <> 'mail' OR template_id IS NOT NULL)",
        "Choose the template of the e-mail.",
    )

    def _core(self):
        return [Step(step.id, step.days) for step in self.sorted("days")]
