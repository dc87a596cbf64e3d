from odoo import api, fields, models

from ..models.legal_time import legal_day, legal_today


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
    date = fields.Date(string="Document Date", required=True, default=legal_today)
    amount = fields.Monetary(
        string="Total Without Taxes",
        required=True,
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
    )

    is_beyond_tolerance = fields.Boolean(compute="_compute_is_beyond_tolerance")

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

    @api.depends("amount", "amount_due")
    def _compute_is_beyond_tolerance(self):
        for wizard in self:
            settlement = wizard.settlement_id
            wizard.is_beyond_tolerance = (
                settlement
                and not settlement._compare(
                    settlement._unbilled_domain(), wizard.amount_due, wizard.amount
                ).within_tolerance
            )

    def action_create_bill(self):
        """Book the document and open the draft bill."""
        self.ensure_one()
        bill = self.settlement_id.action_create_bill(
            self.reference, self.date, self.amount
        )
        return bill._get_records_action()

    def action_propose_cost_change(self):
        """Open a cost change that says what the document says.

        Where one product is billed, its new cost is what the document comes to.
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cost Change"),
            "res_model": "o2c.consignment.cost.change",
            "views": [(False, "form")],
            "context": {
                f"default_{name}": value
                for name, value in self._prepare_cost_change().items()
            },
        }

    def _prepare_cost_change(self):
        unbilled = self.settlement_id._unbilled_domain()
        goods = self.env["o2c.consignment.settlement.line"]._read_group(
            unbilled, ["product_id"], ["quantity:sum", "date:min"]
        )
        agreements = self.settlement_id._agreements(unbilled)
        values = {
            "agreement_id": agreements.filtered(lambda a: a.state == "active")[:1].id,
            "reference": self.reference,
            "reason": self.env._("Document %(number)s", number=self.reference or ""),
            "date_from": legal_day(min(first for *_goods, first in goods)),
        }
        if len(goods) == 1 and goods[0][1]:
            [(product, quantity, _first)] = goods
            values["product_id"] = product.id
            values["new_cost"] = self.amount / quantity
        return values
