from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.o2c_order_gate.models.messages import refused

from .dates import today
from .manager import MANAGER, check_manager

FOLLOWING = {"message_follower_ids", "activity_ids"}


class O2cCreditLimit(models.Model):
    """Changes of credit limits: asked for, decided by somebody else, kept for good.

    A change that a manager makes on the customer's form is recorded here as well, so
    that the log of a customer's limit is complete. Rows are never edited or deleted.
    """

    _name = "o2c.credit.limit"
    _description = "Change of a credit limit"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _rec_name = "partner_id"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the company"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('parent_id', '=', False)]",
    )
    amount = fields.Monetary("New limit", required=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    company_amount = fields.Monetary(
        "In the company's currency",
        currency_field="company_currency_id",
        readonly=True,
        help="At the rate of the day on which it was asked for.",
    )
    old_amount = fields.Monetary(
        "Limit before", currency_field="company_currency_id", readonly=True
    )
    review_date = fields.Date(help="The limit has to be looked at again by then.")
    reason = fields.Text(required=True)
    state = fields.Selection(
        [
            ("requested", "Asked for"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("recorded", "Changed directly"),
        ],
        required=True,
        default="requested",
        readonly=True,
        tracking=True,
    )
    applied = fields.Boolean(readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Asked by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    answer = fields.Text(readonly=True)

    _not_negative = models.Constraint(
        "CHECK (amount >= 0 AND amount < 1e12)",
        "A credit limit cannot be negative, nor without end.",
    )

    # ------------------------------------------------------------------- CRUD
    @api.model_create_multi
    def create(self, vals_list):
        changes = super().create([self._accept(vals) for vals in vals_list])
        changes._check_sensible()
        for change in changes.filtered(lambda c: c.state == "requested"):
            change._ask_manager()
        return changes

    def _accept(self, vals):
        """Complete the values of a request; people cannot bring a decision along."""
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        company = self.env["res.company"].browse(
            vals.get("company_id") or self.env.company.id
        )
        currency = self.env["res.currency"].browse(
            vals.get("currency_id") or company.currency_id.id
        )
        vals = {
            **vals,
            "partner_id": partner.commercial_partner_id.id,
            "company_id": company.id,
            "currency_id": currency.id,
            "company_amount": currency._convert(
                vals.get("amount") or 0, company.currency_id, company, today(self.env)
            ),
        }
        if self.env.su:
            return vals
        limit = partner.commercial_partner_id.sudo().with_company(company).credit_limit
        # all is said: callers bring defaults of what is left out in their context
        return {
            **vals,
            **dict.fromkeys(("decided_by", "decided_on", "answer"), False),
            "old_amount": limit,
            "state": "requested",
            "applied": False,
            "user_id": self.env.uid,
        }

    def _check_sensible(self):
        for change in self:
            if not (change.reason or "").strip():
                raise refused(
                    "limit",
                    self,
                    self.env._("Say why the limit should change: the reason is kept."),
                    ValidationError,
                )
            past = change.review_date and change.review_date < today(self.env)
            if change.state == "requested" and past:
                raise refused(
                    "limit",
                    self,
                    self.env._("The date of the next review has passed already."),
                    ValidationError,
                )

    def write(self, vals):
        if not self.env.su and not FOLLOWING.issuperset(vals):
            raise refused(
                "write",
                self,
                self.env._(
                    "The log of credit limits cannot be changed. Ask for another"
                    " change instead."
                ),
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise refused(
            "unlink", self, self.env._("The log of credit limits cannot be deleted.")
        )

    # --------------------------------------------------------------- deciding
    def action_approve(self, answer=False):
        """Put limits that somebody else asked for into force.

        :param str answer: remark, kept in the log
        :raise AccessError: unless a credit manager decides
        :raise UserError: about one's own request, or one that is decided already
        """
        self._check_decider()
        for change in self:
            change._decide("approved", answer)
            partner = change.partner_id.sudo().with_company(change.company_id)
            values = {"credit_limit": change.company_amount}
            if change.review_date:
                values["o2c_credit_review_date"] = change.review_date
            partner.write(values)
        return True

    def action_refuse(self, answer=False):
        """Leave limits as they are.

        :raise AccessError: unless a credit manager decides
        """
        self._check_decider()
        for change in self:
            change._decide("refused", answer)
        return True

    def _check_decider(self):
        why_not = self.env._("Only a credit manager decides on limits.")
        check_manager("decide", self, why_not)
        if any(change.state != "requested" for change in self):
            raise refused(
                "decide", self, self.env._("This change has been decided already.")
            )
        if self.env.user in self.user_id:
            raise refused(
                "decide",
                self,
                self.env._(
                    "You asked for this limit yourself: somebody else has to decide."
                ),
            )

    def _decide(self, state, answer):
        self.sudo().write(
            {
                "state": state,
                "decided_by": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "answer": answer,
            }
        )
        self.sudo().activity_unlink(["o2c_credit_control.mail_activity_type_review"])

    def _ask_manager(self):
        managers = self.env.ref(MANAGER).sudo().all_user_ids
        able = managers.filtered(
            lambda user: (
                self.company_id in user.company_ids
                and user != self.user_id
                and not user._is_superuser()
            )
        )
        if able:
            self.sudo().activity_schedule(
                "o2c_credit_control.mail_activity_type_review",
                user_id=able[0].id,
                summary=self.env._("Decide on a credit limit"),
            )

    # -------------------------------------------------------------------- API
    @api.private
    def _log_change(self, partner, company, old, new):
        """Keep one change of the limit that has just been written.

        It either carries out an approved request or is recorded as made directly.
        """
        log = self.sudo()
        approved = log._approved(partner, company, new)
        if approved:
            approved.applied = True
            return
        log.create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "amount": new,
                "old_amount": old,
                "reason": self.env._("Changed on the customer's form."),
                "state": "recorded",
                "applied": True,
                "user_id": self.env.uid,
            }
        )

    @api.private
    def _approved(self, partner, company, amount):
        """An approved request for just this limit that is not in force yet."""
        return self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("state", "=", "approved"),
                ("applied", "=", False),
                ("company_amount", "=", company.currency_id.round(amount)),
            ],
            limit=1,
        )
