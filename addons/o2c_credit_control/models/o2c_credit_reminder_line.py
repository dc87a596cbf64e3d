from collections import defaultdict

from odoo import api, fields, models


class O2cCreditReminderLine(models.Model):
    """A document went through a step: once and for all."""

    _name = "o2c.credit.reminder.line"
    _description = "Step that a document went through"

    reminder_id = fields.Many2one(
        "o2c.credit.reminder", required=True, index=True, ondelete="cascade"
    )
    item_id = fields.Many2one(
        "account.move.line", string="Document", required=True, ondelete="cascade"
    )
    step_id = fields.Many2one(
        "o2c.credit.ladder.step", required=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="reminder_id.company_id", store=True)

    _once = models.Constraint(
        "UNIQUE (item_id, step_id)", "This document already went through this step."
    )

    @api.private
    def _steps_by_item(self, items):
        """{item id: set of step ids} that documents went through."""
        steps = defaultdict(set)
        for line in self.search([("item_id", "in", items.ids)]):
            steps[line.item_id.id].add(line.step_id.id)
        return steps
