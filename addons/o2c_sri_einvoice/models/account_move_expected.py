from odoo import api, fields, models

from ..tools import ecuador


class AccountMove(models.Model):
    """What the customer is expected to withhold, so that the balance is right.

    ``o2c_expected_withholding`` is stored in USD, the company's currency, and becomes
    zero with the customer's document: whoever computes what a customer owes may take
    it off the residual.
    """

    # One file a topic, none above 400 lines.
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    o2c_expected_withholding = fields.Monetary(
        string="Expected Withholding",
        compute="_compute_o2c_expected_withholding",
        store=True,
        currency_field="company_currency_id",
        help="What the customer will withhold by the rules in force, until his "
        "withholding is registered.",
    )
    o2c_to_collect = fields.Monetary(
        string="To Collect",
        compute="_compute_o2c_to_collect",
        help="What is open less the expected withholding.",
    )

    # What customers will still withhold, without their paid invoices of all years.
    _o2c_expected_idx = models.Index(
        "(commercial_partner_id, company_id) WHERE o2c_expected_withholding > 0"
        " AND payment_state NOT IN ('in_payment', 'paid', 'reversed')"
    )

    @api.depends(
        "move_type",
        "state",
        "invoice_date",
        "partner_id",
        "amount_total",
        "amount_untaxed",
        "commercial_partner_id.o2c_sri_withholds",
        "commercial_partner_id.o2c_sri_regime",
        "o2c_withholding_line_ids.withholding_id.state",
    )
    def _compute_o2c_expected_withholding(self):
        rules = self.env["o2c.sri.withholding.rule"]
        for move in self:
            expected = 0.0
            if move._o2c_is_withheld():
                lines = move.invoice_line_ids.filtered(
                    lambda line: line.display_type == "product"
                )
                day = move.invoice_date or ecuador.today()
                expected = rules._o2c_expect(lines, move.company_id, day)
            move.o2c_expected_withholding = expected

    def _o2c_is_withheld(self):
        """Whether the customer will still withhold from this invoice."""
        self.ensure_one()
        return (
            self.move_type == "out_invoice"
            and self.state != "cancel"
            and self.commercial_partner_id._o2c_withholds_as_customer()
            and "posted"
            not in self.o2c_withholding_line_ids.withholding_id.mapped("state")
        )

    @api.depends("amount_residual", "o2c_expected_withholding")
    def _compute_o2c_to_collect(self):
        for move in self:
            expected = min(move.o2c_expected_withholding, move.amount_residual)
            move.o2c_to_collect = move.amount_residual - max(expected, 0)
