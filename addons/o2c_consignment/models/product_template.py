from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    o2c_own_qty = fields.Float(
        string="Own",
        digits="Product Unit",
        compute="_compute_o2c_ownership",
        help="Our own goods on hand.",
    )
    o2c_consigned_qty = fields.Float(
        string="Consigned",
        digits="Product Unit",
        compute="_compute_o2c_ownership",
        help="Goods on hand that stay the consignor's until they are sold.",
    )

    @api.depends(
        "product_variant_ids.o2c_own_qty", "product_variant_ids.o2c_consigned_qty"
    )
    @api.depends_context("location", "warehouse_id", "allowed_company_ids")
    def _compute_o2c_ownership(self):
        for template in self:
            variants = template.product_variant_ids
            template.o2c_own_qty = sum(variants.mapped("o2c_own_qty"))
            template.o2c_consigned_qty = sum(variants.mapped("o2c_consigned_qty"))

    def action_o2c_open_owners(self):
        """Open what is on hand of this product, owner by owner."""
        return self.product_variant_ids.action_o2c_open_owners()
