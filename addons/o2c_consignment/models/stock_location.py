from odoo import models


class StockLocation(models.Model):
    _inherit = "stock.location"

    def _o2c_is_customer_side(self):
        """Whether goods here were sold: a customer, or the way to another company."""
        self.ensure_one()
        return self.usage == "customer" or (
            self.usage == "transit" and not self.company_id
        )
