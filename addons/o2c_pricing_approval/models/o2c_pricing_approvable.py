from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.o2c_order_gate.gate_core.content import digest
from odoo.addons.o2c_order_gate.models.messages import refused

APPROVER = "o2c_pricing_approval.o2c_pricing_approval_group_approver"
ACTIVITY = "o2c_pricing_approval.mail_activity_type_approval"
# written by the methods of these models alone
KEPT = frozenset(
    {
        "applied_on",
        "asked_by",
        "asked_on",
        "author_id",
        "decided_on",
        "editor_ids",
        "state",
    }
)


class PricingApprovable(models.AbstractModel):
    """Something about prices that counts only once somebody else has approved it.

    Its content is open to changes while it is a draft; afterwards nobody changes it, by
    any path. A model that inherits it names its content in `_o2c_content` and guards
    its lines with `_o2c_check_draft`.
    """

    _name = "o2c.pricing.approvable"
    _description = "Prices to Approve"
    _inherit = ["mail.thread", "mail.activity.mixin"]

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("pending", "Waiting"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    author_id = fields.Many2one(
        "res.users",
        string="Proposed by",
        default=lambda self: self.env.user,
        readonly=True,
        required=True,
        copy=False,
    )
    asked_by = fields.Many2one("res.users", readonly=True, copy=False)
    asked_on = fields.Datetime(readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    decision_ids = fields.One2many(
        "o2c.pricing.decision",
        "res_id",
        string="Decisions",
        domain=lambda self: [("res_model", "=", self._name)],
    )
    editor_ids = fields.Many2many(
        "res.users",
        string="Written by",
        readonly=True,
        copy=False,
        help="Everybody who wrote some of the content: they do not approve it.",
    )
    may_decide = fields.Boolean(compute="_compute_may_decide")

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_may_decide(self):
        for record in self:
            record.may_decide = record.state == "pending" and not record._why_not()

    # ------------------------------------------------------------------ hooks
    def _o2c_content(self):
        """JSON-able content of this record that a decision is bound to."""
        raise NotImplementedError

    def _o2c_free_fields(self):
        """Fields that may change at any time: they agree nothing."""
        return {"message_follower_ids", "activity_ids", "message_ids"}

    def _o2c_problems(self):
        """Texts: what keeps this draft from being approved."""
        return []

    def _o2c_authors(self):
        """Everybody who had a hand in the content; none of them approves it."""
        self.ensure_one()
        return self.author_id | self.create_uid | self.asked_by | self.editor_ids

    def _o2c_approved(self):
        """What happens once it is approved."""

    # ---------------------------------------------------------------- guarding
    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS mail: who writes it is its author, and it is a draft. All is said, for
        # what is left out has a default, and callers bring defaults in their context
        nothing = dict.fromkeys(KEPT & self._fields.keys(), False)
        draft = {**nothing, "state": "draft", "author_id": self.env.uid}
        return super().create([{**vals, **draft} for vals in vals_list])

    def write(self, vals):
        # EXTENDS mail
        if not KEPT.isdisjoint(vals):
            raise refused(
                "write",
                self,
                self.env._("The state changes by asking for approval and deciding."),
            )
        if not self._o2c_free_fields().issuperset(vals):
            self._o2c_edited()
        return super().write(vals)

    def _o2c_edited(self):
        """Remember that the current user wrote some of the content of these drafts.

        :raise UserError: when one of them is no draft
        """
        self._o2c_check_draft()
        user = self.env.user
        if not user._is_superuser():
            new = self.sudo().filtered(lambda record: user not in record.editor_ids)
            new._o2c_set({"editor_ids": [fields.Command.link(user.id)]})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._o2c_check_draft()
        if self.sudo().decision_ids:
            raise refused(
                "unlink",
                self,
                self.env._("Decisions about it are kept for good, so it is kept too."),
            )

    def _o2c_check_draft(self):
        """Refuse a change of what waits for approval or is approved.

        :raise UserError: naming the records
        """
        closed = self.filtered(lambda record: record.state != "draft")
        if closed:
            raise refused(
                "write",
                self,
                self.env._(
                    "%(names)s can only be changed while it is a draft. Set it back "
                    "to draft, or propose the change in a new one.",
                    names=", ".join(closed.mapped("display_name")),
                ),
            )

    def _o2c_set(self, vals):
        """Write past our own guard; for the methods of this addon alone."""
        return super().write(vals)

    def _o2c_fingerprint(self):
        self.ensure_one()
        return digest(self._o2c_content())

    # ---------------------------------------------------------------- deciding
    def action_ask(self):
        """Ask the approvers of prices to accept these drafts.

        :raise UserError: with everything that is missing
        """
        self.check_access("write")
        self._o2c_check_draft()
        problems = [problem for record in self for problem in record._o2c_problems()]
        if problems:
            raise UserError("\n".join(problems))
        self._o2c_set(
            {
                "state": "pending",
                "asked_by": self.env.user.id,
                "asked_on": fields.Datetime.now(),
            }
        )
        for record in self:
            record._o2c_notify()
        return True

    def action_to_draft(self):
        """Take back what waits or was refused, to change it."""
        self.check_access("write")
        if any(record.state not in ("pending", "refused") for record in self):
            raise UserError(
                self.env._("Only what waits or was refused goes back to draft.")
            )
        self._o2c_set({"state": "draft", "asked_on": False})
        self.activity_unlink([ACTIVITY])
        return True

    def action_approve(self, reason):
        """Accept these, as the current user.

        :param str reason: why; kept in the decision
        :raise UserError: with every record that he cannot approve, and why
        """
        self._o2c_check_decidable(reason)
        problems = [
            problem for record in self.sudo() for problem in record._o2c_problems()
        ]
        if problems:
            raise UserError("\n".join(problems))
        self._o2c_decide("accept", reason)
        self.sudo()._o2c_approved()
        return True

    def action_refuse(self, reason):
        """Refuse these, as the current user.

        :param str reason: why; kept in the decision
        """
        self._o2c_check_decidable(reason)
        self._o2c_decide("refuse", reason)
        return True

    def _o2c_check_decidable(self, reason):
        self.check_access("read")
        self.sudo().lock_for_update(allow_referencing=True)
        self.invalidate_recordset(["state"])
        problems = []
        if not (reason or "").strip():
            problems.append(
                self.env._("Write the reason: it is kept with the decision.")
            )
        for record in self:
            if problem := record._why_not():
                problems.append(f"{record.display_name}: {problem}")
        if problems:
            raise refused("decide", self, "\n".join(problems))

    def _why_not(self):
        """Why the current user cannot decide this, or None."""
        self.ensure_one()
        if self.state != "pending":
            return self.env._("it does not wait for a decision.")
        if not self.env.user.has_group(APPROVER):
            return self.env._("only approvers of prices decide on it.")
        if self.company_id not in self.env.user.company_ids:
            return self.env._("it is of a company that is not yours.")
        if self.env.user in self.sudo()._o2c_authors():
            return self.env._("nobody approves his own prices. Somebody else has to.")
        return None

    def _o2c_decide(self, decision, reason):
        accepted = decision == "accept"
        title = self.env._("Approved") if accepted else self.env._("Refused")
        body = Markup("<b>%s</b>: %s") % (title, reason)
        for record in self.sudo():
            self.env["o2c.pricing.decision"]._record(
                record,
                decision,
                reason,
                content=record._o2c_content(),
                fingerprint=record._o2c_fingerprint(),
                asked_by=record.asked_by,
                asked_on=record.asked_on,
            )
            record.message_post(
                body=body,
                author_id=self.env.user.partner_id.id,
                partner_ids=record.asked_by.partner_id.ids,
            )
        self.sudo()._o2c_set(
            {
                "state": "approved" if accepted else "refused",
                "decided_on": fields.Datetime.now(),
            }
        )
        self.sudo().activity_unlink([ACTIVITY])

    def _o2c_notify(self):
        """Give everybody who may approve this an activity."""
        self.ensure_one()
        record = self.sudo()
        authors = record._o2c_authors()
        for user in self.env.ref(APPROVER).sudo().all_user_ids - authors:
            if self.company_id in user.company_ids and not user._is_superuser():
                record.activity_schedule(
                    ACTIVITY,
                    user_id=user.id,
                    summary=self.env._("Approve %(name)s", name=record.display_name),
                )
