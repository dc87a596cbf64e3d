from odoo import api, fields, models
from odoo.exceptions import UserError

from .o2c_consignment_consumption import COST_DIGITS


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
        "o2c.consignment.consumption", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(related="consumption_id.kind")
    date = fields.Datetime(related="consumption_id.date", store=True)
    product_id = fields.Many2one(
        related="consumption_id.product_id", store=True, index=True
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    lot_id = fields.Many2one(related="consumption_id.lot_id")
    quantity = fields.Float(digits="Product Unit", readonly=True)
    unit_cost = fields.Float(digits=COST_DIGITS, readonly=True)
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

    # === ACTION METHODS === #

    def action_accept(self):
        """Accept these lines for the consignor, who said so."""
        for settlement, lines in self.grouped("settlement_id").items():
            settlement.action_accept(dict.fromkeys(lines.ids, False))

    def action_release(self):
        """Leave disputed lines out: they are open for another settlement.

        :raises UserError: a line is not disputed
        """
        if any(line.state != "disputed" or line.bill_id for line in self):
            raise UserError(
                self.env._("Only disputed lines can be left out of a settlement.")
            )
        self.settlement_id.check_access("write")
        for settlement, lines in self.grouped("settlement_id").items():
            settlement.message_post(
                body=self.env._(
                    "Left out after dispute: %(goods)s.",
                    goods=", ".join(
                        f"{line.quantity:g} × {line.product_id.display_name}"
                        for line in lines
                    ),
                )
            )
        self.sudo().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_accepted(self):
        kept = self.filtered(
            lambda line: (
                line.bill_id
                or (line.state == "accepted" and line.settlement_id.state != "cancel")
            )
        )
        if kept:
            raise UserError(
                self.env._(
                    "%(count)s lines were accepted or billed and stay in the "
                    "settlement.",
                    count=len(kept),
                )
            )
