from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_repr

from ..consignment_core import Term


class O2cConsignmentAgreementLine(models.Model):
    """The agreed cost of one product during a validity, from a quantity on."""

    _name = "o2c.consignment.agreement.line"
    _description = "Consignment Agreement Price"
    _check_company_auto = True
    _order = "agreement_id, product_id, date_start, tier_quantity, id"

    agreement_id = fields.Many2one(
        "o2c.consignment.agreement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True)
    consignor_id = fields.Many2one(
        related="agreement_id.consignor_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    state = fields.Selection(related="agreement_id.state")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        index=True,
        domain=[("is_storable", "=", True)],
        ondelete="restrict",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    price_kind = fields.Selection(
        [("fixed", "Cost per unit"), ("percent", "Share of the net sale price (%)")],
        required=True,
        default="fixed",
    )
    value = fields.Float(
        string="Cost or Share",
        required=True,
        digits="Product Price",
        help="Cost of one unit of the product, or the consignor's share in percent.",
    )
    tier_quantity = fields.Float(
        string="From Quantity",
        digits="Product Unit",
        help="Holds from this quantity consumed in the settlement period.",
    )
    date_start = fields.Date(help="Empty: from the start of the agreement.")
    date_end = fields.Date(help="Empty: until the end of the agreement.")
    stock_min = fields.Float(
        string="Minimum Stock",
        digits="Product Unit",
        help="Below this quantity of his goods on hand the consignor is alerted.",
    )
    stock_max = fields.Float(string="Maximum Stock", digits="Product Unit")

    _value_positive = models.Constraint(
        "CHECK (value >= 0)", "An agreed cost cannot be negative."
    )
    _share_at_most_all = models.Constraint(
        "CHECK (price_kind != 'percent' OR value <= 100)",
        "The consignor's share cannot exceed 100 % of the sale price.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A price ends before it starts.",
    )
    _stock_range = models.Constraint(
        "CHECK (stock_max = 0 OR stock_max >= stock_min)",
        "The maximum stock is below the minimum stock.",
    )
