from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    o2c_cogs_sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Cost Corrected For",
        copy=False,
        index="btree_not_null",
        help="Sale whose cost was posted too high or too low when it was invoiced "
        "before its consigned goods were delivered.",
    )

    o2c_cost_change_id = fields.Many2one(
        "o2c.consignment.cost.change",
        string="Cost Change",
        copy=False,
        readonly=True,
        index="btree_not_null",
    )

    @api.constrains("account_id")
    def _check_o2c_posted_account(self):
        """Let nobody move a posted document onto the accrual, or off it."""
        moves = self.filtered(
            lambda x: x.parent_state == "posted" and x.display_type == "product"
        ).move_id
        for move in moves:
            settlement = move._o2c_settlement()
            if settlement:
                raise UserError(
                    self.env._(
                        "%(bill)s bills %(settlement)s: the accounts of its lines stay "
                        "while it is posted.",
                        bill=move.display_name,
                        settlement=settlement.name,
                    )
                )
        moves._o2c_check_consigned()

    def _compute_account_id(self):
        # EXTENDS stock_account, which sends bills of stored goods to their valuation
        super()._compute_account_id()
        for line in self:
            settlement = line.move_id._o2c_settlement()
            if settlement and line.product_id and line.display_type == "product":
                line.account_id = settlement.company_id._o2c_consignment_account(
                    "accrual"
                )

    def _eligible_for_stock_account(self):
        # EXTENDS stock_account: consigned goods are in no stock value
        if self.move_id._o2c_settlement() or self.o2c_cost_change_id:
            return False
        return super()._eligible_for_stock_account()

    def _get_cogs_value(self):
        # EXTENDS stock_account, which spreads the cost of our goods over all goods
        self.ensure_one()
        sale_line = self.sale_line_ids
        if len(sale_line) != 1 or not sale_line._o2c_has_consigned_goods():
            return super()._get_cogs_value()
        sign = -1 if self.move_type == "out_refund" else 1
        quantity = self.product_uom_id._compute_quantity(
            self.quantity, self.product_id.uom_id
        )
        if not quantity:
            return 0.0
        invoiced = sale_line._o2c_invoiced_quantity(self) + sign * quantity
        posted = sale_line._o2c_posted_own_cost()[sale_line]
        due = sale_line._o2c_own_cost(invoiced) - posted
        return sign * due / quantity

    def _o2c_open_accruals(self, consignor, currency):
        """Whatever else is not reconciled on the account of these lines.

        :rtype: account.move.line
        """
        return self.search(
            [
                ("account_id", "in", self.account_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("partner_id", "=", consignor.id),
                ("currency_id", "=", currency.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
