from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..pricing_core import Rule

PERCENT = ("discount", "list_discount", "margin", "order_margin")
APPROVERS = "o2c_pricing_approval.o2c_pricing_approval_group_approver"


class PricingPolicyLine(models.Model):
    """One limit: what it limits, for whom, how far, and who may accept more."""

    _name = "o2c.pricing.policy.line"
    _description = "Pricing Limit"
    _order = "policy_id, kind, level, id"
    _check_company_auto = True

    policy_id = fields.Many2one(
        "o2c.pricing.policy", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("discount", "Discount on the entitled price above (%)"),
            ("list_discount", "Discount on the list price above (%)"),
            ("margin", "Margin of a line below (%)"),
            ("order_margin", "Margin of the order below (%)"),
            ("below_cost", "Price below cost"),
            ("free_goods", "Free goods worth more than"),
            ("total", "Order total above"),
            ("terms", "Payment terms longer than agreed (days)"),
        ],
        required=True,
        default="discount",
    )
    limit = fields.Float(
        help="Percent, days, or the company's currency without tax, as the kind says."
    )
    level = fields.Integer(
        default=1,
        required=True,
        help="Approvals are given from low levels to high ones. Of the limits of one "
        "kind and level, the most specific one counts.",
    )
    team_ids = fields.Many2many("crm.team", string="Sales teams", check_company=True)
    user_ids = fields.Many2many(
        "res.users", "o2c_pricing_policy_line_user_rel", string="Salespeople"
    )
    partner_category_ids = fields.Many2many(
        "res.partner.category", string="Customer segments"
    )
    product_category_ids = fields.Many2many(
        "product.category", string="Product categories"
    )
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To")
    approver_group_id = fields.Many2one(
        "res.groups",
        string="Approver group",
        default=lambda self: self.env.ref(APPROVERS, raise_if_not_found=False),
        domain=lambda self: self._domain_approver_group_id(),
    )
    approver_ids = fields.Many2many(
        "res.users", "o2c_pricing_policy_line_approver_rel", string="Other approvers"
    )
    approvers_needed = fields.Integer(
        string="How many",
        default=1,
        required=True,
        help="So many different people have to accept. Who asks is none of them; "
        "a stand-in counts for whom he stands in for.",
    )
    own_approval_allowed = fields.Boolean(
        string="Own orders too",
        help="Whoever may approve may also approve what he sells himself, unless "
        "several have to accept.",
    )

    _dates_check = models.Constraint(
        "CHECK(date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "A limit ends on or after the day it starts.",
    )
    _approvers_needed_check = models.Constraint(
        "CHECK(approvers_needed > 0)", "At least one person has to accept."
    )
    _level_check = models.Constraint("CHECK(level > 0)", "Levels start at 1.")

    @api.model
    def _domain_approver_group_id(self):
        # only they see approval requests
        group = self.env.ref("o2c_order_gate.o2c_order_gate_group_approver")
        return [("all_implied_ids", "in", group.ids)]

    @api.constrains("kind", "limit")
    def _check_limit(self):
        for line in self:
            top = 100 if line.kind in PERCENT else 1e12
            low = -100 if line.kind in ("margin", "order_margin") else 0
            if not low <= line.limit <= top:
                raise ValidationError(
                    self.env._(
                        "%(limit)s is no limit for “%(kind)s”.",
                        limit=line.limit,
                        kind=dict(
                            self._fields["kind"]._description_selection(self.env)
                        )[line.kind],
                    )
                )

    @api.constrains("approver_group_id", "approver_ids")
    def _check_approvers(self):
        for line in self:
            if not line.approver_group_id and not line.approver_ids:
                raise ValidationError(
                    self.env._("Say who may accept more: a group or some users.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env.registry.clear_cache()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _to_rule(self):
        """This limit for the pure core."""
        self.ensure_one()
        group = self.approver_group_id
        xmlid = group.get_external_id().get(group.id, "") if group else ""
        # a group made by hand has no name to refer to: then its users count
        users = self.approver_ids | (
            group.all_user_ids if group and not xmlid else self.approver_ids
        )
        return Rule(
            id=self.id,
            kind=self.kind,
            limit=Decimal(str(round(self.limit, 6))),
            level=self.level,
            company=self.company_id.id or 0,
            users=frozenset(self.user_ids.ids),
            teams=frozenset(self.team_ids.ids),
            segments=frozenset(self.partner_category_ids.ids),
            categories=frozenset(self.product_category_ids.ids),
            date_from=self.date_from or None,
            date_to=self.date_to or None,
            approver_group=xmlid,
            approver_ids=tuple(users.ids),
            approvers_needed=self.approvers_needed,
            own_approval_allowed=self.own_approval_allowed,
        )
