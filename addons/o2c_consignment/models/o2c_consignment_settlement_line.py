from odoo import fields, models


class O2cConsignmentSettlementLine(models.Model):
    """One consumption in a settlement; the database holds it to one settlement."""

    _name = "o2c.consignment.settlement.line"
    _description = "Consignment Settlement Line"
    _check_company_auto = True
    _order = "settlement_id, product_id, date, id"

    settlement_id = fields.Many2one(
        "o2c.consignment.settlement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="settlement_id.company_id", store=True)
    consignor_id = fields.Many2one(
        related="settlement_id.consignor_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    consumption_id = fields.Many2one(
        "o2c.consignment.consumption", required=True, ondelete="restrict"
    )
    kind = fields.Selection(related="consumption_id.kind")
    date = fields.Datetime(related="consumption_id.date", store=True)
    product_id = fields.Many2one(
        related="consumption_id.product_id", store=True, index=True
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    lot_id = fields.Many2one(related="consumption_id.lot_id")
    quantity = fields.Float(digits="Product Unit", readonly=True)
    unit_cost = fields.Float(digits="Product Price", readonly=True)
    amount = fields.Monetary(readonly=True)
    state = fields.Selection(
        [("pending", "To answer"), ("accepted", "Accepted"), ("disputed", "Disputed")],
        required=True,
        default="pending",
        readonly=True,
        index=True,
    )
    dispute_reason = fields.Char(readonly=True)
    bill_id = fields.Many2one(
        "account.move", readonly=True, index="btree_not_null", copy=False
    )

    _consumption_once = models.Constraint(
        "UNIQUE (consumption_id)",
        "A consumption can be in one settlement only.",
    )

    def _consumption_state(self):
        """State of the consumption that this line settles.

        :rtype: str
        """
        self.ensure_one()
        bill = self.bill_id.sudo()
        if not bill or bill.state == "cancel":
            return "settled"
        paid = bill.state == "posted" and bill.payment_state in ("paid", "in_payment")
        return "paid" if paid else "billed"
