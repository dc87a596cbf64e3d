from odoo import models

from ..sri_core import codes
from ..sri_core import documents as doc
from ..tools import ecuador
from ..tools.problem import Problem, SriProblems


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
            for problem in order._o2c_check_problems()
        ]
        if problems:
            raise SriProblems(
                "\n".join(problems), self, self.env._("Show where to mend")
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Ready to be issued to the SRI."),
            },
        }

    def _o2c_check_problems(self):
        """Return every problem of one order, each with the record that it is about."""
        self.ensure_one()
        partner, company = self.partner_invoice_id, self.company_id
        problems = Problem.about(company, company._o2c_sri_problems())
        problems += Problem.about(
            partner, partner._o2c_sri_problems(final_consumer_allowed=True)
        )
        problems += Problem.about(self, self._o2c_own_problems())
        moves = self.env["account.move"]
        today = ecuador.today()
        table = self.env["o2c.sri.tax.code"]._o2c_table([today])[today]
        for line in self.order_line.filtered(lambda line: not line.display_type):
            taxes = line.tax_ids.flatten_taxes_hierarchy()
            rates = {tax: moves._o2c_rate(tax, table) for tax in taxes}
            tax_set = moves._o2c_tax_set(line.tax_ids, rates)
            problems += moves._o2c_line_problems(line, tax_set)
        return problems

    def _o2c_own_problems(self):
        problems = []
        is_final = (
            self.partner_invoice_id.commercial_partner_id.vat == doc.FINAL_CONSUMER_ID
        )
        if is_final and self.amount_total > codes.FINAL_CONSUMER_LIMIT:
            problems.append(
                self.env._(
                    "above USD %(limit)s the customer must be identified.",
                    limit=codes.FINAL_CONSUMER_LIMIT,
                )
            )
        if self.currency_id.name != "USD":
            problems.append(self.env._("documents of the SRI are in US dollars."))
        if not (self.l10n_ec_sri_payment_id or self.company_id.o2c_sri_payment_id):
            problems.append(self.env._("its payment method (SRI) is missing."))
        return problems
