from odoo import fields, models


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
    quantity = fields.Float(digits=(16, 6))
    price = fields.Float(digits=(16, 6), help="Unit price, or the base withheld on.")
    discount = fields.Float(digits=(16, 2))
    subtotal = fields.Monetary()
    tax_code = fields.Char()
    rate = fields.Float(digits=(5, 2))
