from odoo import fields, models


class ResCountry(models.Model):
    _inherit = "res.country"

    o2c_sri_code = fields.Char(
        string="Code of the SRI", size=3, help="Table 25 of the ficha técnica: 593."
    )
