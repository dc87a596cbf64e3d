from odoo import fields, models

MANAGER = "o2c_pricing_approval.o2c_pricing_approval_group_manager"


class ResCompany(models.Model):
    _inherit = "res.company"

    # who may not set policies does not switch their controls off either
    o2c_price_approval = fields.Selection(
        [
            ("free", "Change at once"),
            ("lists", "Price lists are approved"),
            ("all", "Price lists and sales prices are approved"),
        ],
        string="Changes of prices",
        default="free",
        required=True,
        groups=MANAGER,
    )
    o2c_billing_check = fields.Boolean(
        string="Compare invoices with orders and agreements",
        default=True,
        groups=MANAGER,
    )
    o2c_billing_tolerance = fields.Float(
        string="Tolerance of invoiced prices (%)",
        digits="Discount",
        groups=MANAGER,
    )

    _o2c_billing_tolerance_check = models.Constraint(
        "CHECK(o2c_billing_tolerance >= 0 AND o2c_billing_tolerance <= 100)",
        "The tolerance of invoiced prices is between 0 and 100 %.",
    )

    def _o2c_price_policy(self):
        """The policy for prices of these companies; of none: the strictest of any.

        :return: ``free``, ``lists`` or ``all``
        """
        companies = self.sudo() or self.sudo().search([("active", "=", True)])
        policies = set(companies.mapped("o2c_price_approval"))
        strictest = (policy for policy in ("all", "lists") if policy in policies)
        return next(strictest, "free")
