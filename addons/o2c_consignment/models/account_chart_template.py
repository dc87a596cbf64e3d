from odoo import models


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _load(self, template_code, company, install_demo, force_create=True):
        # EXTENDS account: a company that gets its chart gets our accounts with it
        result = super()._load(template_code, company, install_demo, force_create)
        if not company.parent_id:
            company._o2c_consignment_setup()
        return result
