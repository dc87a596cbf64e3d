from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._o2c_credit_create_defaults()
        return companies

    def _o2c_credit_create_defaults(self):
        """Give companies a general policy and a ladder, and show core's credit limit.

        The policy forgives nothing: a company that wants to be lenient says so.
        """
        policies = self.env["o2c.credit.policy"].sudo()
        ladders = self.env["o2c.credit.ladder"].sudo()
        self.sudo().account_use_credit_limit = True
        having = policies.with_context(active_test=False).search(
            [("company_id", "in", self.ids)]
        )
        for company in self - having.company_id:
            policy = policies.create(
                {**policies._default_values(), "company_id": company.id}
            )
            ladder = ladders.create(ladders._default_values(company))
            for code, _name in self.env["res.lang"].get_installed():
                policy.with_context(lang=code)._name_defaults()
                ladder.with_context(lang=code)._name_defaults()
