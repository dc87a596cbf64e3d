from odoo import fields, models


class ResPartnerCategory(models.Model):
    _inherit = "res.partner.category"

    # Our tags say things about customers that are none of a supplier's business.
    o2c_is_customer_group = fields.Boolean(
        string="Shown to Suppliers",
        help="Suppliers of consigned goods see this tag as the customer's group and "
        "filter their sales by it, unless their agreement hides customers.",
    )
