from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

SEES_ALL = "sales_team.group_sale_salesman_all_leads"


class GateStandin(models.Model):
    """Who decides in an approver's place, from one day to another."""

    _name = "o2c.gate.standin"
    _description = "Stand-in of an Approver"
    _order = "date_from desc, id desc"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users",
        string="Approver",
        required=True,
        default=lambda self: self.env.user,
        ondelete="cascade",
        index=True,
    )
    standin_id = fields.Many2one(
        "res.users", string="Stand-in", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        required=True, default=lambda self: self.env["o2c.gate.decision"]._today()
    )
    date_to = fields.Date(required=True)

    _dates_check = models.Constraint(
        "CHECK(date_from <= date_to)", "A stand-in ends on or after the day he starts."
    )

    @api.model
    def _of_today(self, companies):
        """{(company id, approver's id): users who stand in for him today}."""
        today = self.env["o2c.gate.decision"]._today()
        found = defaultdict(self.env["res.users"].sudo().browse)
        for row in self.sudo().search(
            [
                ("company_id", "in", companies.ids),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ]
        ):
            found[row.company_id.id, row.user_id.id] |= row.standin_id
        return found

    @api.model
    def _whom_he_stands_in_for(self, user):
        """Approvers in whose place somebody may decide today, in any company."""
        today = self.env["o2c.gate.decision"]._today()
        rows = self.sudo().search(
            [
                ("standin_id", "=", user.id),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ]
        )
        return rows.user_id

    @api.constrains("user_id", "standin_id")
    def _check_users(self):
        manager = self.env.user.has_group("o2c_order_gate.o2c_order_gate_group_manager")
        for standin in self:
            if standin.user_id == standin.standin_id:
                raise ValidationError(
                    self.env._("An approver cannot stand in for himself.")
                )
            if not standin.standin_id.has_group(SEES_ALL):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot see the orders of others. Give him the right "
                        "“Sales: All Documents” first.",
                        user=standin.standin_id.name,
                    )
                )
            if not (manager or self.env.su or standin.user_id == self.env.user):
                raise AccessError(
                    self.env._(
                        "You may name a stand-in for yourself only. A manager of the "
                        "gate names them for others."
                    )
                )
