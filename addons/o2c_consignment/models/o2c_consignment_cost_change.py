from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..consignment_core import Consumed, effects
from .legal_time import end_of_day, legal_today


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
    )
    note_ids = fields.Many2many(
        "account.move",
        "o2c_cost_change_note_rel",
        string="Customer Notes",
        readonly=True,
        copy=False,
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
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code(self._name)
            if vals.get("state", "draft") != "draft":
                raise UserError(self.env._("A cost change starts as a draft."))
        return super().create(vals_list)

    def write(self, vals):
        frozen = {"agreement_id", "product_id", "new_cost", "date_from"} & vals.keys()
        if frozen:
            self._require_state("draft")
        if vals.get("state") in ("applied", "reversed"):
            self._require_manager()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        self._require_state("draft", "preview")

    # === ACTION METHODS === #

    def action_preview(self):
        """Find the goods concerned and work out every effect.

        :raises UserError: nothing is concerned, or the goods changed cost already
        """
        for change in self:
            change._require_state("draft", "preview")
            change.check_access("write")
            change.sudo().line_ids.unlink()
            consumptions = change._affected()
            change._check_not_changed(consumptions)
            change.sudo().line_ids = [
                Command.create(vals) for vals in change._prepare_lines(consumptions)
            ]
            change.state = "preview"

    def action_draft(self):
        self._require_state("preview")
        self.check_access("write")
        self.sudo().line_ids.unlink()
        self.state = "draft"

    def action_apply(self):
        """Approve: post the difference and draft the notes to the customers.

        :raises AccessError: not a manager
        :raises UserError: decisions are missing, or something moved since the preview
        """
        self._require_manager()
        for change in self:
            change._require_state("preview")
            change._check_complete()
            change.write({"state": "applied", "approved_by_id": self.env.uid})
            change._price_later_sales()
            change._restate_consumptions()
            # purchasing approves; drafting customers' notes is accounting's right
            change.sudo()._create_notes()
            change._notify()

    def action_reverse(self):
        """Take the change back.

        :raises UserError: a customer's note is posted, or the difference is settled
        """
        self._require_manager()
        for change in self:
            change._require_state("applied")
            change._check_reversible()
            change._undo()
            change.state = "reversed"

    # === BUSINESS METHODS === #

    def _affected(self):
        self.ensure_one()
        consumptions = self.env["o2c.consignment.consumption"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("consignor_id", "=", self.consignor_id.id),
                ("product_id", "=", self.product_id.id),
                ("kind", "!=", "adjustment"),
                ("is_chargeable", "=", True),
                (
                    "date",
                    ">=",
                    end_of_day(fields.Date.subtract(self.date_from, days=1)),
                ),
            ],
            order="date, id",
        )
        return consumptions.filtered(lambda c: c.unit_cost != self.new_cost)

    def _check_not_changed(self, consumptions):
        changed = consumptions.cost_change_line_ids.filtered("is_in_force")
        if changed:
            raise UserError(
                self.env._(
                    "%(changes)s changed the cost of %(count)s of these goods already. "
                    "Reverse it first, or start on a later day.",
                    changes=", ".join(changed.change_id.mapped("name")),
                    count=len(changed),
                )
            )

    def _prepare_lines(self, consumptions):
        self.ensure_one()
        agreement = self.agreement_id
        consumed = [
            Consumed(
                key=consumption,
                quantity=Decimal(repr(consumption.quantity)),
                unit_cost=Decimal(repr(consumption.unit_cost)),
                sale_price=Decimal(repr(consumption.sale_unit_price)),
                invoiced=bool(consumption._posted_invoice()),
            )
            for consumption in consumptions
        ]
        return [
            {
                "consumption_id": effect.key.id,
                "consumption_state": effect.key.state,
                "invoice_id": effect.key._posted_invoice().id,
                "quantity": effect.key.quantity,
                "old_cost": effect.key.unit_cost,
                "new_cost": self.new_cost,
                "delta": float(effect.delta),
                "decision": effect.decision or False,
                "margin_before": float(effect.margin_before),
            }
            for effect in effects(
                consumed,
                Decimal(repr(self.new_cost)),
                agreement.cost_change_policy,
                Decimal(repr(agreement.cost_change_threshold)),
                self.currency_id.decimal_places,
            )
        ]

    def _check_complete(self):
        self.ensure_one()
        undecided = self.line_ids.filtered(lambda line: not line.decision)
        if undecided:
            raise UserError(
                self.env._(
                    "%(count)s lines still ask whether the customer or we bear the "
                    "difference: choose on each line.",
                    count=len(undecided),
                )
            )
        # Lock first: a settlement drawn up meanwhile must not miss the new cost.
        consumptions = self.line_ids.consumption_id
        consumptions.sudo().lock_for_update()
        moved = self.line_ids.filtered(
            lambda line: (
                line.consumption_id.state != line.consumption_state
                or line.consumption_id.unit_cost != line.old_cost
            )
        )
        if moved or self._affected() - consumptions:
            raise UserError(
                self.env._(
                    "Goods were sold, returned or settled since the preview of "
                    "%(name)s. Work it out again.",
                    name=self.name,
                )
            )

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
