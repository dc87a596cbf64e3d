from odoo import models
from odoo.exceptions import UserError

from ..sri_core import codes
from ..sri_core import documents as doc
from ..tools import ecuador


class SaleOrder(models.Model):
    """Tells on the order already what would keep its invoice from being issued."""

    _inherit = "sale.order"

    def action_o2c_check(self):
        """List everything that the SRI would refuse on the invoice of this order.

        :raise UserError: with all problems at once.
        """
        problems = [
            f"• {order.name}: {problem}"
            for order in self
            for problem in order._o2c_sri_problems()
        ]
        if problems:
            raise UserError("\n".join(problems))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Ready to be issued to the SRI."),
            },
        }

    def _o2c_sri_problems(self):
        self.ensure_one()
        partner = self.partner_invoice_id
        problems = self.company_id._o2c_sri_problems()
        problems += partner._o2c_sri_problems(final_consumer_allowed=True)
        is_final = partner.commercial_partner_id.vat == doc.FINAL_CONSUMER_ID
        if is_final and self.amount_total > codes.FINAL_CONSUMER_LIMIT:
            problems.append(
                self.env._(
                    "above USD %(limit)s the customer must be identified.",
                    limit=codes.FINAL_CONSUMER_LIMIT,
                )
            )
        moves = self.env["account.move"]
        today = ecuador.today()
        table = self.env["o2c.sri.tax.code"]._o2c_table([today])[today]
        for line in self.order_line.filtered(lambda line: not line.display_type):
            taxes = line.tax_ids.flatten_taxes_hierarchy()
            rates = {tax: moves._o2c_rate(tax, table) for tax in taxes}
            problems += moves._o2c_line_problems(line, rates)
        return problems
