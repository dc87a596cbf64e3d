from odoo import fields, models

from .res_users import REQUIRE_2FA


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    o2c_supplier_require_2fa = fields.Boolean(
        string="Two-factor for suppliers", config_parameter=REQUIRE_2FA
    )
    o2c_supplier_api_rate = fields.Integer(
        string="API calls per minute",
        config_parameter="o2c_supplier_portal.api_rate",
        default=120,
    )
