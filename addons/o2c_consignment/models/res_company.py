from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    o2c_consignment_accrual_account_id = fields.Many2one(
        "account.account",
        string="Consignment Accrual Account",
        check_company=True,
        help="What is owed for consigned goods that were sold and not billed yet.",
    )
    o2c_consignment_cost_account_id = fields.Many2one(
        "account.account",
        string="Cost of Consigned Goods Account",
        check_company=True,
        help="Cost of sales of consigned goods.",
    )
    o2c_consignment_difference_account_id = fields.Many2one(
        "account.account",
        string="Consignment Price Difference Account",
        check_company=True,
        help="Difference between what was accrued and what the consignor billed.",
    )
    o2c_consignment_journal_id = fields.Many2one(
        "account.journal",
        string="Consignment Journal",
        check_company=True,
        domain=[("type", "=", "general")],
    )
    o2c_consignment_tolerance = fields.Float(
        string="Bill Tolerance",
        default=0.05,
        help="How much the consignor's document may differ from the settlement, "
        "in the currency of the settlement.",
    )

    def _o2c_consignment_account(self, purpose):
        """Account for consigned goods.

        :param str purpose: ``accrual``, ``cost`` or ``difference``
        :raises UserError: the company has not chosen it
        :rtype: account.account
        """
        self.ensure_one()
        field = f"o2c_consignment_{purpose}_account_id"
        account = self[field]
        if not account:
            raise UserError(
                self.env._(
                    "%(company)s has no %(account)s. Choose it in Settings, "
                    "Consignment.",
                    company=self.display_name,
                    account=self._fields[field]._description_string(self.env),
                )
            )
        return account
