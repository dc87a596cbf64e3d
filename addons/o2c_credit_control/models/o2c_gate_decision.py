from odoo import api, models


class GateDecision(models.Model):
    _inherit = "o2c.gate.decision"

    @api.model
    def _fact_labels(self):
        # EXTENDS o2c_order_gate
        return {
            **super()._fact_labels(),
            "added": self.env._("This order adds"),
            "broken_promises": self.env._("Missing of broken promises"),
            "exposure": self.env._("Owes or will owe"),
            "group": self.env._("Group"),
            "group_exposure": self.env._("The group owes or will owe"),
            "holds": self.env._("Holds"),
            "limit": self.env._("Credit limit"),
            "oldest_due": self.env._("Overdue since"),
            "overdue": self.env._("Overdue"),
            "raised": self.env._("Raised by guarantees"),
        }
