from odoo import api, fields, models

from ..tools import ecuador


class SaleOrder(models.Model):
    """Tells on the order already what the customer will withhold from its invoice."""

    # One file a topic, none above 400 lines.
    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    o2c_expected_withholding = fields.Monetary(
        string="Expected Withholding", compute="_compute_o2c_expected_withholding"
    )
    o2c_to_collect = fields.Monetary(
        string="To Collect", compute="_compute_o2c_expected_withholding"
    )

    @api.depends(
        "partner_invoice_id",
        "amount_total",
        "order_line.product_id",
        "order_line.price_subtotal",
    )
    def _compute_o2c_expected_withholding(self):
        rules = self.env["o2c.sri.withholding.rule"]
        today = ecuador.today()
        for order in self:
            expected = 0.0
            if order.partner_invoice_id._o2c_withholds_as_customer():
                lines = order.order_line.filtered(lambda line: not line.display_type)
                expected = rules._o2c_expect(lines, order.company_id, today)
            order.o2c_expected_withholding = expected
            order.o2c_to_collect = order.amount_total - expected
