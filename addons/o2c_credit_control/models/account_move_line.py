from contextlib import contextmanager

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
        stopped = {
            company: partners._o2c_credit_stopped_orders(company)
            for company, partners in by_company.items()
        }
        yield
        lines.move_id._o2c_credit_decide_promises()
        for company, partners in by_company.items():
            now = partners._o2c_credit_stopped_orders(company)
            (stopped[company] - now)._o2c_credit_tell_released()
            (now - stopped[company])._o2c_credit_tell_stopped()
            partners.sudo()._o2c_credit_log_holds(company)
