from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class ProductTemplate(models.Model):
    """The sales price changes as an approved change says, where the policy asks it."""

    _inherit = "product.template"

    def write(self, vals):
        # EXTENDS product; a variant's price is written here too
        if "list_price" not in vals:
            return super().write(vals)
        before = {template.id: template.list_price for template in self}
        result = super().write(vals)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        self.filtered(
            lambda template: float_compare(
                before[template.id], template.list_price, precision_digits=digits
            )
        )._o2c_check_sales_price()
        return result

    def _o2c_check_sales_price(self):
        """Refuse sales prices that no approved change says.

        :raise UserError: naming the products, and what to do
        """
        guarded = self.filtered(lambda template: template._o2c_is_guarded())
        if not guarded:
            return
        refused = self.env["o2c.price.change.line"]._o2c_refused(
            guarded, "list_price", "sales_price", "product_tmpl_id"
        )
        if refused:
            raise UserError(
                self.env._(
                    "The sales price of %(products)s changes only by an approved "
                    "change of prices, and none says this.\nPropose it in Sales ‣ "
                    "Approvals ‣ Changes of Prices.",
                    products=", ".join(refused.mapped("display_name")),
                )
            )

    def _o2c_is_guarded(self):
        self.ensure_one()
        return self.company_id._o2c_price_policy() == "all"
