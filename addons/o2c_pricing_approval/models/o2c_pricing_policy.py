from odoo import api, fields, models, tools


class PricingPolicy(models.Model):
    """A set of limits for prices, margins and terms, with who may accept more.

    The limits are read through `_rules`, which is cached until a policy changes.
    """

    _name = "o2c.pricing.policy"
    _description = "Pricing Policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Empty: for every company.",
        tracking=True,
    )
    line_ids = fields.One2many("o2c.pricing.policy.line", "policy_id", string="Limits")

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        self.env.registry.clear_cache()
        return policies

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("company_id")
    def _rules(self, company_id):
        """Limits of every active policy of a company, as `pricing_core.Rule`.

        :param int company_id: company whose orders are judged
        """
        lines = (
            self.env["o2c.pricing.policy.line"]
            .sudo()
            .search(
                [
                    ("policy_id.active", "=", True),
                    ("policy_id.company_id", "in", (company_id, False)),
                ]
            )
        )
        return tuple(line._to_rule() for line in lines)
