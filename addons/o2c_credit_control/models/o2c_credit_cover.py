from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from .dates import today

WARNING_DAYS = 15


class O2cCreditCover(models.Model):
    """A guarantee, an insurance or a temporary limit, with its validity.

    What `raises_limit` adds to the customer's credit limit on the days it is valid;
    a guarantee or an insurance that does not only reduces what is at risk.
    """

    _name = "o2c.credit.cover"
    _description = "Credit cover"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _rec_name = "reference"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('parent_id', '=', False)]",
        tracking=True,
    )
    kind = fields.Selection(
        [
            ("guarantee", "Guarantee"),
            ("insurance", "Credit insurance"),
            ("temporary", "Temporary limit"),
        ],
        required=True,
        default="guarantee",
        tracking=True,
    )
    raises_limit = fields.Boolean(
        "Raises the limit",
        compute="_compute_raises_limit",
        store=True,
        readonly=False,
        tracking=True,
    )
    reference = fields.Char(
        required=True, tracking=True, help="Number of the policy or of the document."
    )
    amount = fields.Monetary(required=True, tracking=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        tracking=True,
        help="Converted at the rate of the day on which it is used.",
    )
    date_from = fields.Date(
        "Valid from", required=True, default=lambda self: today(self.env), tracking=True
    )
    date_to = fields.Date("Valid until", tracking=True, help="That day included.")
    active = fields.Boolean(default=True, tracking=True)
    in_force = fields.Boolean(compute="_compute_in_force", search="_search_in_force")
    note = fields.Text()

    _amount_positive = models.Constraint(
        "CHECK (amount > 0 AND amount < 1e12)",
        "A guarantee or temporary limit is above zero, and has an end.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A guarantee cannot end before it begins.",
    )
    _temporary_ends = models.Constraint(
        "CHECK (kind <> 'temporary' OR date_to IS NOT NULL)",
        "Say until when the temporary limit is valid.",
    )
    _valid_idx = models.Index("(company_id, partner_id) WHERE active")

    @api.depends("kind")
    def _compute_raises_limit(self):
        for cover in self:
            cover.raises_limit = cover.kind == "temporary" or cover.raises_limit

    @api.depends("date_from", "date_to", "active")
    def _compute_in_force(self):
        day = today(self.env)
        for cover in self:
            cover.in_force = bool(
                cover.active
                and cover.date_from
                and cover.date_from <= day
                and (not cover.date_to or cover.date_to >= day)
            )

    def _search_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        valid = self._valid_domain(today(self.env))
        return valid if True in value else ~valid

    @api.model
    def _valid_domain(self, day):
        return (
            Domain("active", "=", True)
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )

    # ------------------------------------------------------------------- CRUD
    @api.model_create_multi
    def create(self, vals_list):
        partners = self.env["res.partner"].browse(
            v.get("partner_id") for v in vals_list
        )
        companies = self.env["res.company"].browse(
            v.get("company_id") or self.env.company.id for v in vals_list
        )
        # what is entered may set orders free that waited
        with partners._o2c_credit_watch(companies):
            return super().create(vals_list)

    def write(self, vals):
        with self.partner_id._o2c_credit_watch(self.company_id):
            return super().write(vals)

    # -------------------------------------------------------------------- API
    @api.private
    def _amounts(self, partners, company, day):
        """{partner id: (raises, covers)} valid on a day, in the company's currency.

        :return: what raises the limit, and what secures the debt (guarantees and
            insurances, whether they raise the limit or not)
        """
        valid = self.sudo().search(
            Domain("company_id", "=", company.id)
            & Domain("partner_id", "in", partners.ids)
            & self._valid_domain(day)
        )
        result = defaultdict(lambda: (Decimal(0), Decimal(0)))
        for cover in valid:
            amount = cover.currency_id._convert(
                cover.amount, company.currency_id, company, day
            )
            amount = Decimal(str(amount))
            temporary = cover.kind == "temporary"
            raises, secures = result[cover.partner_id.id]
            result[cover.partner_id.id] = (
                raises + (amount if cover.raises_limit or temporary else 0),
                secures + (0 if temporary else amount),
            )
        return result

    @api.model
    def _cron_remind_expiry(self):
        """Ask whoever follows the customer to renew what is about to end."""
        kind = self.env.ref("o2c_credit_control.mail_activity_type_review")
        day = today(self.env)
        ending = self.search(
            [
                ("date_to", ">=", day),
                ("date_to", "<=", day + timedelta(days=WARNING_DAYS)),
                ("activity_ids", "not any", [("activity_type_id", "=", kind.id)]),
            ]
        )
        for cover in ending:
            cover.activity_schedule(
                activity_type_id=kind.id,
                date_deadline=cover.date_to,
                summary=self.env._("Renew, or let the credit go down"),
                user_id=cover.partner_id._o2c_credit_follower(cover.company_id).id,
            )
