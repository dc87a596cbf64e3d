from decimal import Decimal

from odoo import api, fields, models

from ..credit_core import Policy

# Writing one of these may change which orders go on.
DECIDING = frozenset(
    {
        "active",
        "approvers_needed",
        "block_broken_promise",
        "category_ids",
        "check_confirm",
        "check_delivery",
        "check_portal",
        "company_id",
        "default_limit",
        "grace_days",
        "limit_required",
        "max_overdue_days",
        "max_term_days",
        "overdue_minimum",
        "partner_ids",
        "review_lapses",
        "sequence",
        "tolerance_percent",
    }
)
# Of these, those that say for whom it is.
SCOPE = frozenset({"active", "category_ids", "company_id", "partner_ids", "sequence"})


class O2cCreditPolicy(models.Model):
    """Credit rules of a company, for all customers, for segments or for named ones.

    Entry point: `_for_partners`. The most specific policy wins: one that names the
    customer, then one of his segments, then the company's general one; among equals
    the first in sequence.
    """

    _name = "o2c.credit.policy"
    _description = "Credit policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_ids = fields.Many2many(
        "res.partner",
        "o2c_credit_policy_partner_rel",
        "policy_id",
        "partner_id",
        string="Customers",
        domain="[('parent_id', '=', False)]",
        check_company=True,
        # a policy that lost its last customer or tag would be everybody's
        ondelete="restrict",
        help="The policy applies to these customers only.",
    )
    category_ids = fields.Many2many(
        "res.partner.category",
        "o2c_credit_policy_category_rel",
        "policy_id",
        "category_id",
        string="Segments",
        ondelete="restrict",
        help="The policy applies to customers with one of these tags.",
    )
    grace_days = fields.Integer(
        default=0,
        tracking=True,
        help="Days after the due date in which a document does not count as late.",
    )
    max_overdue_days = fields.Integer(
        "Oldest overdue (days)",
        default=0,
        tracking=True,
        help="Days beyond the grace that the oldest document may be late.",
    )
    overdue_minimum = fields.Monetary(
        "Overdue forgiven",
        default=0,
        tracking=True,
        help="Up to this overdue total a customer is not stopped for being late.",
    )
    default_limit = fields.Monetary(
        "Limit without one of their own",
        default=0,
        tracking=True,
        help="Counts for customers whom nobody gave a credit limit. 0: none.",
    )
    tolerance_percent = fields.Float(
        "Tolerance over the limit (%)", digits=(5, 2), default=0, tracking=True
    )
    limit_required = fields.Boolean(
        "No limit means no credit",
        tracking=True,
        help="A customer without a credit limit buys in advance payment only.",
    )
    block_broken_promise = fields.Boolean(
        "Broken promise stops", default=True, tracking=True
    )
    review_lapses = fields.Boolean(
        "No credit after the review date",
        tracking=True,
        help="Until the limit has been reviewed, the customer buys by decision only.",
    )
    limit_approval = fields.Boolean(
        "A second person approves a wider limit", tracking=True
    )
    max_term_days = fields.Integer(
        "Longest payment term (days)",
        tracking=True,
        help="An order with a longer term needs a decision. 0: any term.",
    )
    check_quotation = fields.Boolean(
        "Warning on the quotation",
        default=True,
        tracking=True,
        help="Where nothing is stopped on confirmation, the quotation says it.",
    )
    check_confirm = fields.Boolean("On confirmation", default=True, tracking=True)
    check_portal = fields.Boolean(
        "In the portal",
        default=True,
        tracking=True,
        help="The customer neither signs nor pays a quotation by himself, also where a"
        " salesperson may confirm it.",
    )
    check_delivery = fields.Boolean("On delivery", default=True, tracking=True)
    promise_max_days = fields.Integer(
        "Promise at most (days)",
        default=30,
        tracking=True,
        help="A promise of payment must fall within so many days from today.",
    )
    approver_group_id = fields.Many2one(
        "res.groups",
        string="Who may accept",
        default=lambda self: self.env.ref(
            "o2c_credit_control.o2c_credit_control_group_manager",
            raise_if_not_found=False,
        ),
        required=True,
        help="People of this group may accept an order against this policy.",
    )
    approvers_needed = fields.Integer(
        "How many have to accept",
        default=1,
        required=True,
        tracking=True,
        help="So many different people of the group. Who asks is none of them; a"
        " stand-in counts for whom he stands in for.",
    )

    _positive = models.Constraint(
        "CHECK (grace_days >= 0 AND max_overdue_days >= 0 AND overdue_minimum >= 0"
        " AND tolerance_percent >= 0 AND promise_max_days >= 0"
        " AND COALESCE(max_term_days, 0) >= 0"
        " AND COALESCE(default_limit, 0) >= 0 AND COALESCE(default_limit, 0) < 1e12)",
        "Days, amounts and percentages of a credit policy cannot be negative.",
    )

    _approvers_needed_check = models.Constraint(
        "CHECK (approvers_needed > 0)", "At least one person has to accept."
    )

    # ------------------------------------------------------------------- CRUD
    @api.model_create_multi
    def create(self, vals_list):
        companies = self.env["res.company"].browse(
            vals.get("company_id") or self.env.company.id for vals in vals_list
        )
        with self._watching(companies, SCOPE):
            return super().create(vals_list)

    def write(self, vals):
        if DECIDING.isdisjoint(vals):
            return super().write(vals)
        companies = self.company_id
        if vals.get("company_id"):
            companies |= companies.browse(vals["company_id"])
        with self._watching(companies, vals):
            return super().write(vals)

    def unlink(self):
        with self._watching(self.company_id):
            return super().unlink()

    def _watching(self, companies, changed=()):
        """Tell who sells when another policy frees or stops his orders.

        :param companies: companies in which it takes effect
        :param changed: names of what changes; none: all of it goes
        """
        policies = self.sudo()
        partners = policies.partner_ids
        general = policies.filtered(lambda p: not p.partner_ids and not p.category_ids)
        # who follows it cannot be told beforehand where that is what changes
        everybody = bool(general) or not SCOPE.isdisjoint(changed)
        if not everybody and policies.category_ids:
            partners |= policies.category_ids._o2c_credit_customers()
        return partners._o2c_credit_watch(
            companies, everybody=everybody, rules_only=True
        )

    @api.model
    def _default_values(self):
        """The policy of a new company, which forgives nothing."""
        return {"name": self.env._("General credit policy"), "sequence": 100}

    def _name_defaults(self):
        """Name the policy of a new company in the language of the context."""
        self.name = self._default_values()["name"]

    # -------------------------------------------------------------------- API
    @api.private
    def _for_partners(self, partners, company):
        """The policy that applies to each customer.

        :param partners: commercial entities
        :param company: one company
        :return: {partner id: policy}, an empty recordset where the company has none
        """
        policies = self.sudo().search_fetch([("company_id", "=", company.id)])
        # a tag that was archived is a tag of the customers who have it still
        policies = policies.with_context(active_test=False)
        general = policies.filtered(lambda p: not p.partner_ids and not p.category_ids)
        result = dict.fromkeys(partners.ids, general[:1])
        for partner in partners.with_context(active_test=False):
            named = policies.filtered(
                lambda p, partner=partner: partner in p.partner_ids
            )
            segment = policies.filtered(
                lambda p, partner=partner: (
                    not p.partner_ids and p.category_ids & partner.category_id
                )
            )
            if named or segment:
                result[partner.id] = (named or segment)[0]
        return result

    def _core(self):
        """The rules as the core reads them; the strictest where there is no policy."""
        if not self:
            return Policy()
        self.ensure_one()
        return Policy(
            grace_days=self.grace_days,
            max_overdue_days=self.max_overdue_days,
            overdue_minimum=Decimal(str(self.overdue_minimum)),
            limit=Decimal(str(self.currency_id.round(self.default_limit))),
            tolerance_percent=Decimal(str(self.tolerance_percent)),
            limit_required=self.limit_required,
            block_broken_promise=self.block_broken_promise,
            review_lapses=self.review_lapses,
            max_term_days=self.max_term_days,
        )

    def _checks(self, checkpoint):
        """Whether it is enforced at a checkpoint of the gate; without policy, it is."""
        return {
            # the gate says by itself what stops a confirmation
            "quotation": self.check_quotation and not self.check_confirm,
            "confirm": not self or self.check_confirm,
            "portal": not self or self.check_portal,
            "delivery": not self or self.check_delivery,
        }[checkpoint]
