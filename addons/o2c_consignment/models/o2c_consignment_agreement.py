from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from .by_hand import refuse_by_hand, refuse_preset
from .legal_time import end_of_day, legal_day, legal_today

# What an approved agreement says about money and goods.
TERMS = {
    "company_id",
    "consignor_id",
    "currency_id",
    "date_start",
    "issue_order",
    "loss_bearer",
    "expiry_bearer",
    "return_policy",
    "return_days",
    "return_days_before_expiry",
    "cost_change_policy",
    "cost_change_threshold",
    "customer_visibility",
    "settlement_calendar",
    "billing_document",
    "own_tolerance",
    "bill_tolerance",
    "intercompany_location_id",
    "previous_version_id",
    "version",
}

# What approval, versions and the calendar leave behind.
KEPT = {"approved_by_id", "approved_on", "settled_until", "previous_version_id"}
# What decides whose goods leave first.
ISSUING = {
    "state",
    "issue_order",
    "consignor_id",
    "company_id",
    "date_start",
    "date_end",
}

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

BEARERS = [("company", "We pay for it"), ("consignor", "The consignor bears it")]

TRANSITIONS = {("draft", "active"), ("active", "closed")}


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
    date_start = fields.Date(required=True, default=legal_today)
    date_end = fields.Date(tracking=True, copy=False)
    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_version_id = fields.Many2one(
        "o2c.consignment.agreement", readonly=True, copy=False, check_company=True
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    line_ids = fields.One2many(
        "o2c.consignment.agreement.line", "agreement_id", string="Prices"
    )
    issue_order = fields.Selection(
        ISSUE_ORDERS,
        required=True,
        default="own_first",
        help="Which goods leave first when the same product is own and consigned.",
    )
    settlement_calendar = fields.Selection(CALENDARS, required=True, default="monthly")
    settled_until = fields.Date(
        readonly=True,
        copy=False,
        help="Last day of the last period that the calendar settled.",
    )
    billing_document = fields.Selection(
        [
            ("bill", "The consignor's invoice"),
            ("liquidation", "A purchase liquidation that we issue"),
        ],
        required=True,
        default="bill",
        string="Billed By",
        help="Who cannot issue invoices is billed by our purchase liquidation "
        "(liquidación de compra, type 03).",
    )
    payment_term_id = fields.Many2one("account.payment.term", check_company=True)
    loss_bearer = fields.Selection(
        BEARERS,
        required=True,
        default="company",
        string="Loss and Scrap",
        help="Who bears goods that are lost or scrapped in our care.",
    )
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
    has_revenue_share = fields.Boolean(compute="_compute_has_revenue_share")
    consumption_count = fields.Integer(compute="_compute_consumption_count")

    _dates_in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "The agreement ends before it starts.",
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids.price_kind")
    def _compute_has_revenue_share(self):
        for agreement in self:
            kinds = agreement.line_ids.mapped("price_kind")
            agreement.has_revenue_share = "share" in kinds

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
                    self.env._(
                        "A company cannot be its own consignor: %(name)s.",
                        name=agreement.consignor_id.display_name,
                    )
                )

    @api.constrains("state", "date_start", "date_end", "company_id", "consignor_id")
    def _check_in_force(self):
        for agreement in self.filtered(lambda a: a.state == "active"):
            agreement.line_ids._check_overlaps()
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

    @api.constrains("date_end")
    def _check_end(self):
        for agreement in self.filtered("date_end"):
            later = self.env["o2c.consignment.consumption"].search(
                [
                    ("agreement_id", "=", agreement.id),
                    ("kind", "!=", "adjustment"),
                    ("date", ">=", end_of_day(agreement.date_end)),
                ],
                limit=1,
            )
            if later:
                raise ValidationError(
                    self.env._(
                        "%(name)s priced goods on %(date)s already: it cannot end "
                        "before.",
                        name=agreement.display_name,
                        date=legal_day(later.date),
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

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code(self._name)
        agreements = super().create(vals_list)
        # not in the values alone: a context brings defaults along
        if any(agreement.state != "draft" for agreement in agreements):
            raise UserError(self.env._("An agreement starts as a draft."))
        refuse_preset(agreements, KEPT, version=1)
        return agreements

    def write(self, vals):
        refuse_by_hand(self, (KEPT | {"name", "version"}) & vals.keys())
        if TERMS & vals.keys():
            self._check_draft()
        if "date_end" in vals:
            self._check_may_end()
        if "state" in vals:
            self._check_transition(vals["state"])
        approving = vals.get("state") == "active"
        if approving:
            self._prepare_approval()
        result = super().write(vals)
        if approving:
            self._record_approval()
        if ISSUING & vals.keys():
            self.env.registry.clear_cache()
        return result

    def _check_may_end(self):
        """Let managers say when an agreement in force ends.

        :raises AccessError: not a manager
        :raises UserError: the agreement ended already
        """
        approved = self.filtered(lambda a: a.state != "draft")
        if approved:
            self._require_manager()
            approved.filtered(lambda a: a.state == "closed")._check_draft()

    def _check_transition(self, state):
        """Let managers approve and close; nothing becomes a draft again.

        :raises AccessError: not a manager
        :raises UserError: any other way
        """
        self._require_manager()
        for agreement in self:
            if (agreement.state, state) not in TRANSITIONS:
                raise UserError(
                    self.env._(
                        "%(name)s cannot go this way: make a new version.",
                        name=agreement.display_name,
                    )
                )

    def _check_draft(self):
        """Refuse to change terms that were approved.

        :raises UserError: the agreement is in force or closed
        """
        approved = self.filtered(lambda a: a.state != "draft")
        if approved:
            raise UserError(
                self.env._(
                    "The terms of %(names)s were approved and cannot change. Make a "
                    "new version.",
                    names=", ".join(approved.mapped("display_name")),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_draft()

    # === ACTION METHODS === #

    def action_activate(self):
        """Put the agreement in force; ends the version before it the day before.

        :raises UserError: not a manager, prices are missing, or company without
            accounts
        """
        self._require_manager()
        self._check_draft()
        for agreement in self:
            agreement.state = "active"

    def action_close(self):
        """End the agreement today: no new orders under it."""
        self._require_manager()
        for agreement in self:
            agreement.write(
                {
                    "date_end": agreement.date_end or legal_today(),
                    "state": "closed",
                }
            )

    def action_open_consumptions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "o2c_consignment.o2c_consignment_consumption_action"
        )
        return {**action, "domain": [("agreement_id", "=", self.id)]}

    # === BUSINESS METHODS === #

    def _require_manager(self):
        if not self.env.user.has_group("o2c_consignment.o2c_consignment_group_manager"):
            raise AccessError(
                self.env._("Only a consignment manager can approve agreements.")
            )
