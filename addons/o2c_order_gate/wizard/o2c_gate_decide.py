from odoo import fields, models


class GateDecide(models.TransientModel):
    """Asks for the reason and the end of an approval; decides nothing itself."""

    _name = "o2c.gate.decide"
    _description = "Approve or Refuse"

    decision = fields.Selection(
        [("approve", "Approve"), ("refuse", "Refuse")], required=True, default="approve"
    )
    request_ids = fields.Many2many(
        "o2c.gate.request", default=lambda self: self._default_request_ids()
    )
    reason = fields.Text(required=True)
    valid_until = fields.Date(help="Empty: no end.")

    def _default_request_ids(self):
        if self.env.context.get("active_model") != "o2c.gate.request":
            return False
        return self.env.context.get("active_ids")

    def action_decide(self):
        """Decide for the current user; the requests check what he may."""
        self.ensure_one()
        if self.decision == "approve":
            self.request_ids.action_approve(self.reason, valid_until=self.valid_until)
        else:
            self.request_ids.action_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
