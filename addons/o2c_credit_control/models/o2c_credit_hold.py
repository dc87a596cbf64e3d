from contextlib import nullcontext

from odoo import api, fields, models

from odoo.addons.o2c_order_gate.models.messages import refused

from .manager import check_manager

RELEASE_FIELDS = {"state", "release_user_id", "release_date", "release_reason"}


class O2cCreditHold(models.Model):
    """Log of the times when a customer could not confirm or receive.

    Manual holds stop the customer while they are in force. Automatic ones only record
    what the policy said on a day (`res.partner._o2c_credit_log_holds` opens and closes
    them): whether a customer is stopped is always computed from today's facts.

    Invariant: a row never changes but once, from in force to released; nobody deletes.
    """

    _name = "o2c.credit.hold"
    _description = "Credit hold"
    _order = "id desc"
    _check_company_auto = True
    _rec_name = "partner_id"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
        check_company=True,
    )
    kind = fields.Selection(
        [
            ("manual", "Manual"),
            ("overdue", "Overdue documents"),
            ("promise", "Broken promise"),
        ],
        required=True,
        default="manual",
        readonly=True,
    )
    reason = fields.Text(required=True)
    state = fields.Selection(
        [("active", "In force"), ("released", "Released")],
        required=True,
        default="active",
        readonly=True,
    )
    overdue = fields.Monetary(readonly=True, help="Overdue when the hold began.")
    user_id = fields.Many2one(
        "res.users",
        string="Held by",
        required=True,
        default=lambda self: self.env.user,
        readonly=True,
    )
    date = fields.Datetime(
        "Held on", required=True, default=fields.Datetime.now, readonly=True
    )
    release_user_id = fields.Many2one("res.users", string="Released by", readonly=True)
    release_date = fields.Datetime("Released on", readonly=True)
    release_reason = fields.Text(readonly=True)

    _one_in_force = models.UniqueIndex(
        "(company_id, partner_id, kind) WHERE state = 'active'",
        "This customer already has a hold of this kind in force: release it first.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_reason(vals.get("reason"))
            if not self.env.su:
                # a person opens manual holds, in his own name, from now on; nothing is
                # left out, for callers may have defaults in their context
                vals.update(dict.fromkeys(RELEASE_FIELDS, False), overdue=0)
                vals.update(kind="manual", state="active", user_id=self.env.uid)
                vals["date"] = fields.Datetime.now()
        with self._watching(vals_list):
            holds = super().create(vals_list)
            holds._normalise_partner()
            return holds

    @api.model
    def _watching(self, vals_list):
        """Tell who sold to those that somebody holds; the daily run tells itself."""
        if self.env.su:
            return nullcontext()
        partners = self.env["res.partner"].browse(
            vals.get("partner_id") for vals in vals_list
        )
        companies = self.env["res.company"].browse(
            vals.get("company_id") or self.env.company.id for vals in vals_list
        )
        return partners._o2c_credit_watch(companies)

    def _normalise_partner(self):
        contacts = self.filtered(
            lambda h: h.partner_id != h.partner_id.commercial_partner_id
        )
        if contacts:
            raise refused(
                "hold",
                self,
                self.env._(
                    "A hold concerns the whole customer. Choose %(customers)s"
                    " instead of a contact of theirs.",
                    customers=", ".join(
                        contacts.partner_id.commercial_partner_id.mapped("display_name")
                    ),
                ),
            )

    def write(self, vals):
        releasing = self.env.su and set(vals) <= RELEASE_FIELDS
        if not releasing or any(hold.state != "active" for hold in self):
            raise refused(
                "write",
                self,
                self.env._(
                    "The log of holds cannot be changed. Release a hold that is in"
                    " force with its button, and open another one if need be."
                ),
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise refused("unlink", self, self.env._("The log of holds cannot be deleted."))

    def action_release(self, reason=False):
        """Release manual holds; what is due is released by paying it.

        :param str reason: why, kept in the log
        :raise AccessError: unless a credit manager asks
        """
        why_not = self.env._("Only a credit manager releases a hold.")
        check_manager("release", self, why_not)
        if any(hold.kind != "manual" or hold.state != "active" for hold in self):
            raise refused(
                "release",
                self,
                self.env._(
                    "Only a manual hold that is in force can be released by hand."
                    " Overdue documents and broken promises are released by payment;"
                    " for one order, ask for approval on the order."
                ),
            )
        self._check_reason(reason)
        with self.partner_id._o2c_credit_watch(self.company_id):
            self._release(reason)
        return True

    def action_ask_release_reason(self):
        """Open the dialog that asks why."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "o2c.credit.hold.release",
            "name": self.env._("Release hold"),
            "view_mode": "form",
            "target": "new",
            "context": {"default_hold_id": self.id},
        }

    @api.private
    def _release(self, reason):
        """Close holds in the name of the current user, and tell the customer."""
        if not self:
            return
        self.sudo().write(
            {
                "state": "released",
                "release_user_id": self.env.uid,
                "release_date": fields.Datetime.now(),
                "release_reason": reason,
            }
        )
        for hold in self.sudo():
            hold.partner_id.message_post(
                body=self.env._("Credit hold released: %(reason)s", reason=reason)
            )

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise refused(
                "hold", self, self.env._("Say why: the reason is kept in the log.")
            )
