from contextlib import ExitStack, contextmanager

from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # The exposure reads open items only: this index does not grow with history.
    _o2c_open_item_idx = models.Index(
        "(partner_id, company_id)"
        " WHERE parent_state = 'posted' AND amount_residual <> 0"
    )

    @contextmanager
    def _o2c_credit_watch(self):
        """Look at the customers of receivable lines before and after a matching.

        Promises are decided again, and salespeople hear of orders that go free.
        """
        lines = self.filtered(lambda line: line.account_type == "asset_receivable")
        by_company = {
            company: of_company.partner_id.commercial_partner_id
            for company, of_company in lines.grouped("company_id").items()
        }
        with ExitStack() as watches:
            for company, partners in by_company.items():
                watches.enter_context(partners._o2c_credit_watch(company))
            yield
            lines.move_id._o2c_credit_decide_promises()
        for company, partners in by_company.items():
            partners.sudo()._o2c_credit_log_holds(company)
