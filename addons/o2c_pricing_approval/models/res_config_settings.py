from odoo import fields, models

from .res_company import MANAGER


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    o2c_price_approval = fields.Selection(
        related="company_id.o2c_price_approval", readonly=False, groups=MANAGER
    )
    o2c_billing_check = fields.Boolean(
        related="company_id.o2c_billing_check", readonly=False, groups=MANAGER
    )
    o2c_billing_tolerance = fields.Float(
        related="company_id.o2c_billing_tolerance", readonly=False, groups=MANAGER
    )
