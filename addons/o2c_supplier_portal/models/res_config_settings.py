from odoo import fields, models

from .res_users import REQUIRE_2FA

SETTLED_BY_US = "o2c_supplier_portal.settled_by_us"


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    o2c_supplier_require_2fa = fields.Boolean(
        string="Two-factor for suppliers", config_parameter=REQUIRE_2FA
    )
    o2c_supplier_settled_by_us = fields.Boolean(
        string="Only we draw up settlements",
        config_parameter=SETTLED_BY_US,
        help="Suppliers answer what we send them and choose no sales to bill.",
    )
    o2c_supplier_api_rate = fields.Integer(
        string="API calls per minute",
        config_parameter="o2c_supplier_portal.api_rate",
        default=120,
    )
