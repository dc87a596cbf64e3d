from odoo import fields, models


class O2cConsignmentSetupLine(models.TransientModel):
    """A product of a new consignor: its cost, its levels and what is here already."""

    _name = "o2c.consignment.setup.line"
    _description = "Goods of a New Consignor"
    _check_company_auto = True

    setup_id = fields.Many2one(
        "o2c.consignment.setup", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="setup_id.company_id")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain=[("is_storable", "=", True)],
    )
    price_kind = fields.Selection(
        [("fixed", "Cost per unit"), ("percent", "Percentage of the net sale price")],
        required=True,
        default="fixed",
    )
    value = fields.Float(string="Cost or Share", required=True, digits="Product Price")
    stock_min = fields.Float(string="Minimum Stock", digits="Product Unit")
    stock_max = fields.Float(string="Maximum Stock", digits="Product Unit")
    quantity = fields.Float(
        string="Here Already",
        digits="Product Unit",
        help="What the opening count said.",
    )
    lot_id = fields.Many2one(
        "stock.lot", check_company=True, domain="[('product_id', '=', product_id)]"
    )
