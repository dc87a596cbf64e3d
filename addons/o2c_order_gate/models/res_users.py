from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _o2c_gate_standins(self, company):
        """Users who stand in for these today in a company."""
        today = self.env["o2c.gate.decision"]._today()
        standins = (
            self.env["o2c.gate.standin"]
            .sudo()
            .search(
                [
                    ("user_id", "in", self.ids),
                    ("company_id", "=", company.id),
                    ("date_from", "<=", today),
                    ("date_to", ">=", today),
                ]
            )
        )
        return standins.standin_id
