from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

CALENDARS = [
    ("weekly", "Weekly"),
    ("half_monthly", "Twice a month"),
    ("monthly", "Monthly"),
    ("manual", "On demand"),
]
ISSUE_ORDERS = [
    ("own_first", "Own goods first"),
    ("consigned_first", "Consigned goods first"),
    ("first_expired", "First expired, whoever owns it"),
]


class O2cConsignmentAgreement(models.Model):
    """The contract with a consignor: what his goods cost us and when we settle.

    A version of the contract is edited in draft, in force while active, and read
    only afterwards: a change is a new version (:meth:`action_new_version`) or an
    approved cost change. Consumptions keep the version that priced them.
    """

    _name = "o2c.consignment.agreement"
    _description = "Consignment Agreement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "date_start desc, id desc"

    name = fields.Char(required=True, copy=False, default="/", readonly=True)
    reference = fields.Char(
        string="Consignor Reference", help="The consignor's number of the contract."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    consignor_id = fields.Many2one(
        "res.partner",
        required=True,
        check_company=True,
        index=True,
        tracking=True,
        domain=[("parent_id", "=", False)],
        help="The supplier who owns the goods until they are sold.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In force"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    date_start = fields.Date(required=True, default=fields.Date.context_today)
    date_end = fields.Date(tracking=True)
    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_version_id = fields.Many2one(
        "o2c.consignment.agreement", readonly=True, copy=False, check_company=True
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many(
        "o2c.consignment.agreement.line", "agreement_id", string="Prices", copy=True
    )
    issue_order = fields.Selection(
        ISSUE_ORDERS,
        required=True,
        default="own_first",
        help="Which goods leave first when the same product is own and consigned.",
    )
    settlement_calendar = fields.Selection(CALENDARS, required=True, default="monthly")
    payment_term_id = fields.Many2one("account.payment.term", check_company=True)
    loss_bearer = fields.Selection(
        [("company", "We pay for it"), ("consignor", "The consignor bears it")],
        required=True,
        default="company",
        string="Loss and Scrap",
        help="Who bears goods that are lost, scrapped or expired in our care.",
    )
    return_terms = fields.Text(help="What may be returned to the consignor, and when.")
    expiry_terms = fields.Text(help="What happens to goods that expire unsold.")
    cost_change_policy = fields.Selection(
        [
            ("pass_on", "Pass on to the customer"),
            ("absorb", "Absorb"),
            ("ask", "Case by case"),
        ],
        required=True,
        default="ask",
        help="Who bears a later cost of goods that were sold already.",
    )
    cost_change_threshold = fields.Float(
        string="Absorb Up To (%)",
        help="Changes up to this percentage of the cost are absorbed in any case.",
    )
    customer_visibility = fields.Selection(
        [("none", "Nothing"), ("masked", "A code"), ("full", "The name")],
        required=True,
        default="none",
        string="Consignor Sees of Customers",
    )
    notes = fields.Html()
    consumption_count = fields.Integer(compute="_compute_consumption_count")

    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "The agreement ends before it starts.",
    )

    # === COMPUTE METHODS === #

    def _compute_consumption_count(self):
        counts = dict(
            self.env["o2c.consignment.consumption"]._read_group(
                [("agreement_id", "in", self.ids)], ["agreement_id"], ["__count"]
            )
        )
        for agreement in self:
            agreement.consumption_count = counts.get(agreement, 0)

    @api.depends("name", "consignor_id", "version")
    def _compute_display_name(self):
        for agreement in self:
            agreement.display_name = self.env._(
                "%(name)s v%(version)s %(consignor)s",
                name=agreement.name,
                version=agreement.version,
                consignor=agreement.consignor_id.name or "",
            )

    # === CONSTRAINTS === #

    @api.constrains("consignor_id", "company_id")
    def _check_consignor(self):
        for agreement in self:
            if agreement.consignor_id == agreement.company_id.partner_id:
                raise ValidationError(
                    self.env._("A company cannot be its own consignor: %(name)s.",
                               name=agreement.consignor_id.display_name)
                )

    @api.constrains("state", "date_start", "date_end", "company_id", "consignor_id")
    def _check_one_version_in_force(self):
        for agreement in self.filtered(lambda a: a.state == "active"):
            other = self.search(agreement._overlapping_domain(), limit=1)
            if other:
                raise ValidationError(
                    self.env._(
                        "%(agreement)s and %(other)s would be in force on the same "
                        "days. End one before the other starts.",
                        agreement=agreement.display_name,
                        other=other.display_name,
                    )
                )

    def _overlapping_domain(self):
        self.ensure_one()
        domain = Domain(
            [
                ("id", "!=", self.id),
                ("state", "=", "active"),
                ("company_id", "=", self.company_id.id),
                ("consignor_id", "=", self.consignor_id.id),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", self.date_start),
            ]
        )
        if self.date_end:
            domain &= Domain("date_start", "<=", self.date_end)
        return domain
