from odoo import models


class ProductTemplate(models.Model):
    """The sales price; a variant's is written here too."""

    _name = "product.template"
    _inherit = ["product.template", "o2c.guarded.price"]
    _o2c_operation = "sales_price"
