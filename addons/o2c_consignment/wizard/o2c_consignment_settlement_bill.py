from odoo import api, fields, models


class O2cConsignmentSettlementBillWizard(models.TransientModel):
    """What the accountant reads on the consignor's document."""

    _name = "o2c.consignment.settlement.bill"
    _description = "Enter the Bill of a Settlement"

    settlement_id = fields.Many2one("o2c.consignment.settlement", required=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    amount_due = fields.Monetary(related="settlement_id.amount_to_bill")
    is_liquidation = fields.Boolean(compute="_compute_is_liquidation")
    reference = fields.Char(
        string="Document Number",
        help="Of the consignor's document; our purchase liquidation gets its own.",
    )
    date = fields.Date(
        string="Document Date", required=True, default=fields.Date.context_today
    )
    amount = fields.Monetary(
        string="Total Without Taxes",
        required=True,
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
    )

    @api.model
    def default_get(self, fields):
        # EXTENDS base
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "o2c.consignment.settlement":
            values["settlement_id"] = self.env.context.get("active_id")
        return values

    @api.depends("settlement_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.settlement_id.amount_to_bill

    @api.depends("settlement_id")
    def _compute_is_liquidation(self):
        for wizard in self:
            settlement = wizard.settlement_id
            wizard.is_liquidation = settlement and settlement._is_liquidation(
                settlement._unbilled_domain()
            )

    def action_create_bill(self):
        """Book the document and open the draft bill."""
        self.ensure_one()
        bill = self.settlement_id.action_create_bill(
            self.reference, self.date, self.amount
        )
        return bill._get_records_action()
