from odoo import fields, models


class O2cCreditLadder(models.Model):
    """Reminders by days before and after due, for all customers or for segments."""

    _name = "o2c.credit.ladder"
    _description = "Reminder ladder"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    category_ids = fields.Many2many(
        "res.partner.category",
        "o2c_credit_ladder_category_rel",
        "ladder_id",
        "category_id",
        string="Segments",
        help="The ladder applies to customers with one of these tags.",
    )
    step_ids = fields.One2many("o2c.credit.ladder.step", "ladder_id", copy=True)

    def _for_partner(self, partner):
        """The ladder of a customer among these of his company."""
        segment = self.filtered(
            lambda ladder: ladder.category_ids & partner.category_id
        )
        general = self.filtered(lambda ladder: not ladder.category_ids)
        return (segment or general)[:1]

    def _default_values(self, company):
        """A polite word before due, a request after it, then a person takes over."""
        template = self.env.ref("o2c_credit_control.mail_template_reminder")
        steps = [
            (self.env._("Falls due soon"), -3, "mail"),
            (self.env._("Fell due"), 3, "mail"),
            (self.env._("Still open"), 15, "mail"),
            (self.env._("Call the customer"), 30, "activity"),
        ]
        return {
            "name": self.env._("General reminders"),
            "company_id": company.id,
            "sequence": 100,
            "step_ids": [
                fields.Command.create(
                    {
                        "name": name,
                        "days": days,
                        "channel": channel,
                        "template_id": channel == "mail" and template.id,
                    }
                )
                for name, days, channel in steps
            ],
        }

    def _name_defaults(self):
        """Name the ladder of a new company in the language of the context."""
        values = self._default_values(self.company_id)
        self.name = values["name"]
        names = {step["days"]: step["name"] for _c, _id, step in values["step_ids"]}
        for step in self.step_ids:
            step.name = names[step.days]
