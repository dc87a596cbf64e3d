from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .by_hand import refuse_by_hand, refuse_in_values, refuse_preset
from .legal_time import legal_today

# What the preview works out, and what approval leaves behind.
LEFT_BEHIND = {"approved_by_id", "date_to", "notified_on"}
DOCUMENTS = {"entry_ids", "note_ids", "later_ids"}
SUMS = {
    "amount_delta",
    "amount_passed_on",
    "amount_absorbed",
    "margin_before",
    "margin_after",
}
FOLLOWING = {"company_id", "consignor_id"}
KEPT = LEFT_BEHIND | DOCUMENTS | SUMS | FOLLOWING | {"name", "state"}

TRANSITIONS = {
    ("draft", "preview"),
    ("preview", "preview"),
    ("preview", "draft"),
    ("preview", "applied"),
    ("applied", "reversed"),
}


class O2cConsignmentCostChange(models.Model):
    """A later cost of goods that were sold already, handled as one thing.

    Entry points: :meth:`action_preview` finds the affected consumptions and works out
    every effect; :meth:`action_apply` (manager) posts the difference, drafts the notes
    to the customers, restates the margin and prices later sales;
    :meth:`action_reverse` takes all of it back until a note is posted.
    """

    _name = "o2c.consignment.cost.change"
    _description = "Consignment Cost Change"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True
    _order = "date_from desc, id desc"

    name = fields.Char(required=True, copy=False, default="/", readonly=True)
    company_id = fields.Many2one(related="agreement_id.company_id", store=True)
    consignor_id = fields.Many2one(
        related="agreement_id.consignor_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    agreement_id = fields.Many2one(
        "o2c.consignment.agreement",
        required=True,
        index=True,
        domain=[("state", "=", "active")],
        ondelete="restrict",
    )
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict")
    new_cost = fields.Float(required=True, digits="Product Price")
    date_from = fields.Date(
        required=True,
        default=legal_today,
        help="Goods consumed from this day on cost the new price.",
    )
    date_to = fields.Date(
        string="Until",
        readonly=True,
        copy=False,
        help="The next agreed price begins the day after, and stays. Empty: for good.",
    )
    reason = fields.Char(required=True, help="Said to the customers on their notes.")
    reference = fields.Char(help="The consignor's document that announces the change.")
    policy = fields.Selection(related="agreement_id.cost_change_policy")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("preview", "To approve"),
            ("applied", "Applied"),
            ("reversed", "Reversed"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    line_ids = fields.One2many(
        "o2c.consignment.cost.change.line", "change_id", string="Effects"
    )
    entry_ids = fields.Many2many(
        "account.move",
        "o2c_cost_change_entry_rel",
        string="Entries",
        readonly=True,
        copy=False,
        check_company=True,
    )
    note_ids = fields.Many2many(
        "account.move",
        "o2c_cost_change_note_rel",
        string="Customer Notes",
        readonly=True,
        copy=False,
        check_company=True,
    )
    later_ids = fields.Many2many(
        "o2c.consignment.consumption",
        "o2c_cost_change_later_rel",
        string="Later Goods",
        readonly=True,
        copy=False,
        check_company=True,
        help="Goods sold or returned at the new cost after it was applied, that got "
        "their former cost back when the change was reversed.",
    )
    amount_delta = fields.Monetary(compute="_compute_amounts", store=True)
    amount_passed_on = fields.Monetary(compute="_compute_amounts", store=True)
    amount_absorbed = fields.Monetary(compute="_compute_amounts", store=True)
    margin_before = fields.Monetary(compute="_compute_amounts", store=True)
    margin_after = fields.Monetary(compute="_compute_amounts", store=True)

    _cost_positive = models.Constraint(
        "CHECK (new_cost >= 0)", "A cost cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("line_ids.delta", "line_ids.decision", "line_ids.margin_after")
    def _compute_amounts(self):
        for change in self:
            lines = change.line_ids
            passed = lines.filtered(lambda line: line.decision == "pass_on")
            change.amount_delta = sum(lines.mapped("delta"))
            change.amount_passed_on = sum(passed.mapped("delta"))
            change.amount_absorbed = change.amount_delta - change.amount_passed_on
            change.margin_before = sum(lines.mapped("margin_before"))
            change.margin_after = sum(lines.mapped("margin_after"))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        refuse_in_values(self, LEFT_BEHIND | DOCUMENTS | SUMS, vals_list)
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code(self._name)
        changes = super().create(vals_list)
        # not in the values alone: a context brings defaults along
        if any(change.state != "draft" for change in changes):
            raise UserError(self.env._("A cost change starts as a draft."))
        refuse_preset(changes, LEFT_BEHIND | DOCUMENTS)
        for change in changes:
            agreement = change.agreement_id
            refuse_by_hand(change, {n for n in FOLLOWING if change[n] != agreement[n]})
        return changes

    def write(self, vals):
        refuse_by_hand(self, KEPT & vals.keys())
        if {"agreement_id", "product_id", "new_cost", "date_from"} & vals.keys():
            self._require_state("draft")
        if "reason" in vals:
            self._require_state("draft", "preview")
        if "state" in vals:
            self._check_transition(vals["state"])
        return super().write(vals)

    def _check_transition(self, state):
        """Let a change go its way, and a manager apply it and take it back.

        :raises AccessError: not a manager
        :raises UserError: any other way
        """
        if state in ("applied", "reversed"):
            self._require_manager()
        for change in self:
            if (change.state, state) not in TRANSITIONS:
                change._require_state(
                    *(old for old, new in sorted(TRANSITIONS) if new == state)
                )

    def _go(self, state, **vals):
        """Let the change be in another state; nobody enters it.

        :param vals: what is left behind with it
        """
        self.sudo().write({"state": state, **vals})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        self._require_state("draft", "preview")

    # === ACTION METHODS === #

    def action_preview(self):
        """Find the goods concerned and work out every effect.

        :raises UserError: the goods changed cost already, or the agreement ended before
        """
        for change in self:
            change._require_state("draft", "preview")
            change.check_access("write")
            change.sudo().line_ids.unlink()
            change._go("preview", date_to=change._last_day())
            consumptions = change._affected()
            change._check_not_changed(consumptions)
            change.sudo().line_ids = [
                Command.create(vals) for vals in change._prepare_lines(consumptions)
            ]

    def action_draft(self):
        self._require_state("preview")
        self.check_access("write")
        self.sudo().line_ids.unlink()
        self._go("draft", date_to=False)

    def action_apply(self):
        """Approve: post the difference and draft the notes to the customers.

        :raises AccessError: not a manager
        :raises UserError: decisions are missing, or something moved since the preview
        """
        self._require_manager()
        self.check_access("write")
        for change in self:
            change._require_state("preview")
            change._check_complete()
            change._go("applied", approved_by_id=self.env.uid)
            # purchasing approves; prices, entries and customers' notes are not hers
            change.sudo()._apply()

    def action_reverse(self):
        """Take the change back.

        :raises AccessError: not a manager
        :raises UserError: a customer's note is posted, the difference is settled, or
            another change was applied since
        """
        self._require_manager()
        self.check_access("write")
        for change in self:
            change._require_state("applied")
            # as it was applied: what it made, and nothing else, is taken back
            change.sudo()._check_reversible()
            change._go("reversed")
            change.sudo()._undo()

    # === BUSINESS METHODS === #

    def _require_manager(self):
        if not self.env.user.has_group("o2c_consignment.o2c_consignment_group_manager"):
            raise AccessError(
                self.env._("Only a consignment manager can approve cost changes.")
            )

    def _require_state(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for change in self:
            if change.state not in states:
                raise UserError(
                    self.env._(
                        "%(name)s is %(state)s; this can be done only while it is "
                        "%(expected)s.",
                        name=change.name,
                        state=labels[change.state],
                        expected=", ".join(labels[s] for s in states),
                    )
                )
