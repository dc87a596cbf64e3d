from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.o2c_order_gate.models.messages import refused

from ..pricing_core import overlaps

BILLERS = "sales_team.group_sale_manager,account.group_account_invoice"


class CommercialAgreement(models.Model):
    """What was agreed with a customer: prices, volumes, payment, billing, validity.

    Once approved it is the source of truth: orders take its prices and terms, the
    entitled price is measured against it, invoices are made and checked by it. A change
    of it is a new version with an approval of its own.
    """

    _name = "o2c.commercial.agreement"
    _description = "Commercial Agreement"
    _inherit = ["o2c.pricing.approvable"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, default="/", copy=False
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "o2c.commercial.agreement", readonly=True, copy=False, ondelete="restrict"
    )
    title = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    date_from = fields.Date(
        required=True, default=lambda self: self.env["o2c.gate.decision"]._today()
    )
    date_to = fields.Date(help="Empty: until it is closed or replaced.")
    payment_term_id = fields.Many2one(
        "account.payment.term",
        check_company=True,
        help="Empty: the customer's usual terms.",
    )
    billing = fields.Selection(
        [
            ("order", "As each product says"),
            ("delivery", "What was delivered"),
            ("milestone", "By milestones of each order"),
            ("calendar", "What was delivered, by calendar"),
        ],
        default="order",
        required=True,
    )
    period = fields.Selection(
        [("week", "Weekly"), ("fortnight", "Every 14 days"), ("month", "Monthly")],
        default="month",
    )
    next_billing_date = fields.Date(string="First invoice on")
    line_ids = fields.One2many(
        "o2c.commercial.agreement.line", "agreement_id", string="Prices", copy=True
    )
    milestone_ids = fields.One2many(
        "o2c.commercial.agreement.milestone", "agreement_id", copy=True
    )
    billing_ids = fields.One2many(
        "o2c.commercial.agreement.billing", "agreement_id", string="Billed so far"
    )
    note = fields.Html(string="Text of the contract")
    order_count = fields.Integer(compute="_compute_counts")
    invoice_count = fields.Integer(compute="_compute_counts")
    state = fields.Selection(
        selection_add=[
            ("approved", "In force"),
            ("refused",),
            ("superseded", "Replaced"),
            ("closed", "Closed"),
        ],
        ondelete={"superseded": "cascade", "closed": "cascade"},
    )

    _dates_check = models.Constraint(
        "CHECK(date_to IS NULL OR date_from <= date_to)",
        "An agreement ends on or after the day it starts.",
    )
    _number_uniq = models.UniqueIndex("(company_id, name, version)")

    @api.depends("name", "version", "partner_id")
    def _compute_display_name(self):
        for agreement in self:
            agreement.display_name = (
                f"{agreement.name} v{agreement.version} · "
                f"{agreement.partner_id.display_name or ''}"
            )

    def _compute_counts(self):
        for model, field in (
            ("sale.order", "order_count"),
            ("account.move", "invoice_count"),
        ):
            counts = dict(
                self.env[model]._read_group(
                    [("o2c_agreement_id", "in", self.ids)],
                    ["o2c_agreement_id"],
                    ["__count"],
                )
                if self.env[model].has_access("read")
                else ()
            )
            for agreement in self:
                agreement[field] = counts.get(agreement, 0)

    # ----------------------------------------------------------------- content
    def _o2c_content(self):
        # EXTENDS o2c.pricing.approvable
        self.ensure_one()
        return {
            "number": self.name,
            "version": self.version,
            "partner": self.partner_id.id,
            "company": self.company_id.id,
            "currency": self.currency_id.name,
            "dates": [
                fields.Date.to_string(self.date_from),
                fields.Date.to_string(self.date_to) or None,
            ],
            "payment_term": self.payment_term_id.id,
            "billing": [self.billing, self.period if self.billing == "calendar" else 0],
            "lines": [line._content() for line in self.line_ids.sorted("id")],
            "milestones": [m._content() for m in self.milestone_ids.sorted("id")],
        }

    def _o2c_free_fields(self):
        # EXTENDS o2c.pricing.approvable
        return super()._o2c_free_fields() | {"user_id", "title"}

    def _o2c_problems(self):
        # EXTENDS o2c.pricing.approvable
        self.ensure_one()
        problems = []
        if self.partner_id.commercial_partner_id != self.partner_id:
            problems.append(self.env._("Agree with the company, not with its contact."))
        if self.billing == "calendar" and not (self.period and self.next_billing_date):
            problems.append(
                self.env._("Billing by calendar needs a period and its first day.")
            )
        if self.billing == "milestone":
            problems += self.milestone_ids._problems()
        rivals = self._rivals()
        if rivals:
            problems.append(
                self.env._(
                    "%(partner)s already has %(others)s in force on these days. Make a "
                    "new version of it, or close it.",
                    partner=self.partner_id.display_name,
                    others=", ".join(rivals.mapped("display_name")),
                )
            )
        return problems

    def _rivals(self):
        """Other agreements in force with this customer on days of this one."""
        self.ensure_one()
        others = self.search(
            Domain("partner_id", "=", self.partner_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "approved")
            & Domain("name", "!=", self.name)
        )
        return others.filtered(
            lambda o: overlaps(
                self.date_from,
                self.date_to or None,
                o.date_from,
                o.date_to or None,
            )
        )

    def _o2c_approved(self):
        # EXTENDS o2c.pricing.approvable: the version before ends where this one starts
        for agreement in self:
            before = agreement._versions().filtered(
                lambda a, new=agreement: a.state == "approved" and a != new
            )
            for old in before:
                if old.date_from >= agreement.date_from:
                    old._o2c_set({"state": "superseded"})
                else:
                    last = fields.Date.subtract(agreement.date_from, days=1)
                    old._o2c_set({"date_to": min(old.date_to or last, last)})
        self._close_ended()
        self._refresh_quotations()

    # ------------------------------------------------------------------- ending
    def _open_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_close(self, reason=None):
        """End these agreements today; somebody entitled, with the decision recorded.

        :param str reason: why; kept in the decision
        """
        self.check_access("read")
        reason = (reason or self.env._("Closed")).strip()
        if any(agreement.state != "approved" for agreement in self):
            raise refused(
                "decide", self, self.env._("Only what is in force can be closed.")
            )
        if not self.env.user.has_group(
            "o2c_pricing_approval.o2c_pricing_approval_group_approver"
        ):
            raise refused(
                "decide", self, self.env._("Only approvers of prices close agreements.")
            )
        for agreement in self.sudo():
            self.env["o2c.pricing.decision"]._record(
                agreement,
                "refuse",
                reason,
                content=agreement._o2c_content(),
                fingerprint=agreement._o2c_fingerprint(),
            )
        self.sudo()._o2c_set({"state": "closed"})
        self.sudo()._refresh_quotations()

    def _refresh_quotations(self):
        """Let open quotations of these customers see what is in force now."""
        orders = self.env["sale.order"].search(
            [
                ("partner_id", "child_of", self.partner_id.ids),
                ("state", "in", ("draft", "sent")),
            ]
        )
        self.env.add_to_compute(orders._fields["o2c_agreement_id"], orders)
        orders.flush_recordset(["o2c_agreement_id"])

    @api.model
    def _cron_validity(self):
        """Start and end agreements whose day has come."""
        today = self.env["o2c.gate.decision"]._today()
        in_force = self.search([("state", "=", "approved")])
        in_force._close_ended()
        in_force.filtered(lambda a: a.date_from == today)._refresh_quotations()

    # ----------------------------------------------------------------- reading
    @api.model
    def _in_force(self, partners, company):
        """{commercial partner id: his agreement in force today}.

        :param partners: commercial partners
        :param company: company of the orders
        """
        today = self.env["o2c.gate.decision"]._today()
        found = self.sudo().search(
            Domain("partner_id", "in", partners.ids)
            & Domain("company_id", "=", company.id)
            & Domain("state", "=", "approved")
            & Domain("date_from", "<=", today)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today)),
            order="version",
        )
        return {agreement.partner_id.id: agreement for agreement in found}

    # ----------------------------------------------------------------- actions
    def action_new_quotation(self):
        """A quotation of what is left of the committed volumes."""
        self.ensure_one()
        if self.state != "approved":
            raise UserError(self.env._("The agreement is not in force."))
        lines = self.line_ids.filtered(lambda line: line.product_id)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "product_uom_id": line.uom_id.id,
                            "product_uom_qty": line._next_quantity(),
                        }
                    )
                    for line in lines
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": order.id,
            "view_mode": "form",
        }

    def action_orders(self):
        """Open the orders under this agreement, all versions."""
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        return {**action, "domain": [("o2c_agreement_id", "in", self.ids)]}

    def action_invoices(self):
        """Open the invoices under this agreement."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        return {
            **action,
            "domain": [("o2c_agreement_id", "in", self.ids)],
            "context": {},
        }

    def action_bill(self):
        """Make the draft invoices that this agreement asks for by today."""
        if not self.env.user.has_groups(BILLERS):
            raise UserError(self.env._("Only those who invoice do this."))
        self.check_access("read")
        made = self.env["o2c.commercial.agreement.billing"]._bill(self.sudo())
        if not made:
            raise UserError(self.env._("There is nothing to invoice yet."))
        return self.action_invoices()
