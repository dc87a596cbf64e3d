from odoo import api, fields, models


class O2cConsignmentSettlementDispute(models.TransientModel):
    """What the consignor says is wrong, by telephone or by mail."""

    _name = "o2c.consignment.settlement.dispute"
    _description = "Dispute of Settlement Lines"

    settlement_id = fields.Many2one("o2c.consignment.settlement", required=True)
    line_ids = fields.Many2many(
        "o2c.consignment.settlement.line",
        "o2c_consignment_settlement_dispute_line_rel",
        string="Lines",
        domain="[('settlement_id', '=', settlement_id), ('bill_id', '=', False), "
        "('closed_on', '=', False)]",
        help="Empty: every line that was not billed.",
    )
    reason = fields.Char(required=True, help="What the consignor says is wrong.")
    line_count = fields.Integer(compute="_compute_line_count")

    @api.depends("line_ids", "settlement_id")
    def _compute_line_count(self):
        for wizard in self:
            wizard.line_count = len(wizard.line_ids) or (
                wizard.settlement_id
                and wizard.line_ids.search_count(
                    wizard.settlement_id._open_lines_domain()
                )
            )

    def action_dispute(self):
        """Record the dispute in the settlement."""
        self.ensure_one()
        if self.line_ids:
            answers = dict.fromkeys(self.line_ids.ids, self.reason)
            self.settlement_id.action_accept(answers)
        else:
            self.settlement_id.action_dispute(self.reason)
        return {"type": "ir.actions.act_window_close"}
