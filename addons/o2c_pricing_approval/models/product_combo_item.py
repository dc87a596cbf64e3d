from odoo import api, models


class ProductComboItem(models.Model):
    """What choosing this item adds to the price of a combo is part of it."""

    _name = "product.combo.item"
    _inherit = ["product.combo.item", "o2c.guarded.price"]
    _o2c_operation = "combo_extra"
    _rec_names_search = ["combo_id", "product_id"]

    @api.depends("combo_id.name", "product_id.display_name")
    def _compute_display_name(self):
        # OVERRIDE base: it has no name of its own, and changes of prices show it
        for item in self:
            item.display_name = f"{item.combo_id.name}: {item.product_id.display_name}"
