from odoo import api, fields, models


class O2cSriReceivedLine(models.Model):
    """A line of a received document; of a withholding, one tax withheld."""

    _name = "o2c.sri.received.line"
    _description = "Line of a Received Document"

    received_id = fields.Many2one(
        "o2c.sri.received", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="received_id.currency_id")
    description = fields.Char()
    code = fields.Char()
    aux_code = fields.Char(string="Auxiliary Code")
    product_id = fields.Many2one("product.product", compute="_compute_product_id")
    quantity = fields.Float(digits=(16, 6))
    price = fields.Float(digits=(16, 6), help="Unit price, or the base withheld on.")
    discount = fields.Float(digits=(16, 2))
    subtotal = fields.Monetary()
    tax_code = fields.Char()
    rate = fields.Float(digits=(5, 2))
    vat_base = fields.Monetary(string="IVA Base", help="With ICE where it is charged.")
    ice = fields.Monetary(string="ICE")
    irbpnr = fields.Monetary(string="IRBPNR")

    @api.depends("code", "aux_code", "description")
    def _compute_product_id(self):
        for received, lines in self.grouped("received_id").items():
            products = received._o2c_match_products()
            for line in lines:
                line.product_id = products.get(line)
