from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    o2c_sri_export_cost = fields.Selection(
        [
            ("freight", "International freight"),
            ("insurance", "International insurance"),
            ("customs", "Customs expenses"),
            ("transport", "Transport and other expenses"),
        ],
        string="Export Cost (SRI)",
        help="On an export invoice its lines become this amount of the header, as the "
        "SRI asks, and not lines of the document.",
    )
