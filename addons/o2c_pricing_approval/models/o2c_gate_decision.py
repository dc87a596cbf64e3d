from odoo import api, models


class GateDecision(models.Model):
    _inherit = "o2c.gate.decision"

    @api.model
    def _fact_labels(self):
        # EXTENDS o2c_order_gate
        return {
            **super()._fact_labels(),
            "cost": self.env._("Cost"),
            "entitled": self.env._("Entitled price"),
            "margin_percent": self.env._("Margin (%)"),
            "order_margin": self.env._("Margin of the order"),
            "order_total": self.env._("Order without tax"),
        }
