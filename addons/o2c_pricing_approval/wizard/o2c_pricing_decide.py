from odoo import fields, models
from odoo.exceptions import UserError

MODELS = ("o2c.commercial.agreement", "o2c.price.change", "account.move")


class PricingDecide(models.TransientModel):
    """Asks for the reason of a decision about prices; decides nothing itself."""

    _name = "o2c.pricing.decide"
    _description = "Decide on Prices"

    decision = fields.Selection(
        [("approve", "Approve"), ("refuse", "Refuse"), ("close", "Close")],
        required=True,
        default="approve",
    )
    reason = fields.Text(required=True)

    def action_decide(self):
        """Decide for the current user; the documents check what he may."""
        self.ensure_one()
        model = self.env.context.get("active_model")
        if model not in MODELS:
            raise UserError(self.env._("Open this from what is to be decided."))
        documents = self.env[model].browse(self.env.context.get("active_ids") or ())
        if model == "account.move":
            documents.action_o2c_accept_differences(self.reason)
        elif self.decision == "approve":
            documents.action_approve(self.reason)
        elif self.decision == "refuse":
            documents.action_refuse(self.reason)
        else:
            documents.action_close(self.reason)
        return {"type": "ir.actions.act_window_close"}
