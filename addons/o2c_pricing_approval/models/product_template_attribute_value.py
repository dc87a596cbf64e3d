from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class ProductTemplateAttributeValue(models.Model):
    """What an attribute's value adds to the sales price is part of it, and changes as
    an approved change says, where the policy asks it.
    """

    _inherit = "product.template.attribute.value"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS product: a new value has any price, but takes nothing off
        values = super().create(vals_list)
        values.filtered(lambda value: value.price_extra < 0)._o2c_check_price_extra()
        return values

    def write(self, vals):
        # EXTENDS product
        if "price_extra" not in vals:
            return super().write(vals)
        before = {value.id: value.price_extra for value in self}
        result = super().write(vals)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        self.filtered(
            lambda value: float_compare(
                before[value.id], value.price_extra, precision_digits=digits
            )
        )._o2c_check_price_extra()
        return result

    def _o2c_check_price_extra(self):
        """Refuse extras that no approved change says.

        :raise UserError: naming the values, and what to do
        """
        guarded = self.filtered(lambda value: value.product_tmpl_id._o2c_is_guarded())
        if not guarded:
            return
        refused = self.env["o2c.price.change.line"]._o2c_refused(
            guarded, "price_extra", "price_extra", "attribute_value_id"
        )
        if refused:
            raise UserError(
                self.env._(
                    "What %(values)s adds to the sales price changes only by an "
                    "approved change of prices, and none says this.\nPropose it in "
                    "Sales ‣ Approvals ‣ Changes of Prices.",
                    values=", ".join(
                        f"{value.product_tmpl_id.display_name} ({value.name})"
                        for value in refused
                    ),
                )
            )
