from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..credit_core import Step

CHANNELS = [
    ("mail", "E-mail"),
    ("whatsapp", "WhatsApp"),
    ("letter", "Letter"),
    ("activity", "Activity for the collector"),
]
# what a message may speak of, with a sample that proves a text
PLACEHOLDERS = {
    "customer": "Customer",
    "company": "Company",
    "count": 2,
    "amount": "$ 100.00",
    "date": "01/01/2026",
}


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
        CHANNELS,
        required=True,
        default="mail",
        help="WhatsApp and letters wait for the collector, who sends or prints them.",
    )
    template_id = fields.Many2one(
        "mail.template",
        string="E-mail template",
        domain="[('model', '=', 'o2c.credit.reminder')]",
    )
    message = fields.Text(
        translate=True,
        default=lambda self: self.env._(
            "Dear %(customer)s: you have %(count)s open documents with %(company)s for"
            " %(amount)s, the oldest due on %(date)s. Please tell us when you will pay."
        ),
        help="Text of the WhatsApp or letter, in the customer's language. It may use"
        " %(customer)s, %(company)s, %(count)s, %(amount)s and %(date)s.",
    )

    _one_per_day = models.Constraint(
        "UNIQUE (ladder_id, days)", "A ladder has one step for each number of days."
    )
    _mail_has_template = models.Constraint(
        "CHECK (channel <> 'mail' OR template_id IS NOT NULL)",
        "Choose the template of the e-mail.",
    )

    @api.constrains("message")
    def _check_message(self):
        for step in self:
            try:
                (step.message or "") % PLACEHOLDERS
            except (KeyError, TypeError, ValueError):
                raise ValidationError(
                    self.env._(
                        "The message of the step %(step)s has a word with %% that we"
                        " cannot fill in. Use only: %(words)s.",
                        step=step.name,
                        words=", ".join(f"%({name})s" for name in PLACEHOLDERS),
                    )
                ) from None

    def _channel_for(self, payer):
        """How this step reaches a customer; a person, where there is no address."""
        self.ensure_one()
        reachable = {
            "mail": bool(payer.email),
            "whatsapp": bool(payer._o2c_whatsapp_number()),
        }
        return self.channel if reachable.get(self.channel, True) else "activity"

    def _core(self):
        return [Step(step.id, step.days) for step in self.sorted("days")]
