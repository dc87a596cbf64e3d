from odoo import models


class ProductTemplateAttributeValue(models.Model):
    """What an attribute's value adds to the sales price is part of it."""

    _name = "product.template.attribute.value"
    _inherit = ["product.template.attribute.value", "o2c.guarded.price"]
    _o2c_operation = "price_extra"

    def _o2c_price_company(self):
        # OVERRIDE o2c.guarded.price
        return self.product_tmpl_id.company_id

    def _o2c_price_label(self):
        # OVERRIDE o2c.guarded.price
        return f"{self.product_tmpl_id.display_name} ({self.name})"
