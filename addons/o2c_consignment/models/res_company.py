from odoo import api, fields, models
from odoo.exceptions import UserError

# purpose → (account type, reconcile, name, name in Spanish, code where the new
# account is looked for: the neighbours in the Ecuadorian chart, see l10n_ec)
ACCOUNTS = {
    "accrual": (
        "liability_current",
        True,
        "Consigned goods sold, not billed",
        "Mercadería en consignación vendida por facturar",
        {"ec": "21030501"},
    ),
    "cost": (
        "expense_direct_cost",
        False,
        "Cost of consigned goods sold",
        "Costo de mercadería en consignación vendida",
        {"ec": "51011301"},
    ),
    "difference": (
        "expense_direct_cost",
        False,
        "Consignment price differences",
        "Diferencias de precio en consignación",
        {"ec": "51011302"},
    ),
}


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
    o2c_consignment_liquidation_journal_id = fields.Many2one(
        "account.journal",
        string="Purchase Liquidation Journal",
        check_company=True,
        domain=[("type", "=", "purchase")],
        help="Numbers the liquidations of consignors who cannot invoice; empty for the "
        "first purchase journal.",
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
        return self._o2c_required(f"o2c_consignment_{purpose}_account_id")

    def _o2c_consignment_journal(self):
        """Journal of accruals for consigned goods.

        :raises UserError: the company has not chosen it
        :rtype: account.journal
        """
        self.ensure_one()
        return self._o2c_required("o2c_consignment_journal_id")

    def _o2c_required(self, name):
        value = self[name]
        if not value:
            raise UserError(
                self.env._(
                    "%(company)s has no %(setting)s. Choose it in Settings, "
                    "Consignment.",
                    company=self.display_name,
                    setting=self._fields[name]._description_string(self.env),
                )
            )
        return value

    @api.model
    def _o2c_consignment_setup_all(self):
        """Give every company with a chart its accounts; called at install."""
        companies = self.search([("chart_template", "!=", False)])
        companies.filtered(lambda c: not c.parent_id)._o2c_consignment_setup()

    def _o2c_consignment_setup(self):
        """Create the accounts and the journal that a company has not chosen yet."""
        for company in self.sudo():
            for purpose in ACCOUNTS:
                field = f"o2c_consignment_{purpose}_account_id"
                if not company[field]:
                    company[field] = company._o2c_create_account(purpose)
            if not company.o2c_consignment_journal_id:
                company.o2c_consignment_journal_id = company._o2c_create_journal()

    def _o2c_create_account(self, purpose):
        account_type, reconcile, name, spanish, codes = ACCOUNTS[purpose]
        Account = self.env["account.account"].with_company(self)
        start = codes.get(self.chart_template)
        if not start:
            similar = Account.search(
                [
                    *Account._check_company_domain(self),
                    ("account_type", "=", account_type),
                ],
                limit=1,
                order="code desc",
            )
            start = similar.code or "990000"
        account = Account.create(
            {
                "name": name,
                "code": Account._search_new_account_code(start),
                "account_type": account_type,
                "reconcile": reconcile,
                "company_ids": [fields.Command.link(self.id)],
            }
        )
        spanish_codes = [
            code
            for code, _name in self.env["res.lang"].get_installed()
            if code.startswith("es")
        ]
        account.update_field_translations("name", dict.fromkeys(spanish_codes, spanish))
        return account

    def _o2c_create_journal(self):
        return (
            self.env["account.journal"]
            .with_company(self)
            .create(
                {
                    "name": self.env._("Consignment"),
                    "code": "CONSI",
                    "type": "general",
                    "company_id": self.id,
                    "show_on_dashboard": False,
                }
            )
        )
