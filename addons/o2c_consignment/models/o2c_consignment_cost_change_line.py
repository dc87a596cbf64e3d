from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..consignment_core import Consumed, effect
from .o2c_consignment_consumption import COST_DIGITS


class O2cConsignmentCostChangeLine(models.Model):
    """What a cost change does to one consumption; both margins are kept."""

    _name = "o2c.consignment.cost.change.line"
    _description = "Consignment Cost Change Effect"
    _check_company_auto = True
    _order = "change_id, invoice_id, id"

    change_id = fields.Many2one(
        "o2c.consignment.cost.change", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="change_id.company_id", store=True)
    currency_id = fields.Many2one(related="change_id.currency_id")
    change_state = fields.Selection(related="change_id.state", string="Change State")
    consumption_id = fields.Many2one(
        "o2c.consignment.consumption",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    consumption_state = fields.Char(readonly=True)
    product_id = fields.Many2one(related="consumption_id.product_id", store=True)
    customer_id = fields.Many2one(related="consumption_id.customer_id", store=True)
    sale_order_id = fields.Many2one(related="consumption_id.sale_order_id", store=True)
    sale_line_id = fields.Many2one(
        related="consumption_id.sale_line_id", store=True, index="btree_not_null"
    )
    invoice_id = fields.Many2one("account.move", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    old_cost = fields.Float(digits=COST_DIGITS, readonly=True)
    new_cost = fields.Float(digits=COST_DIGITS, readonly=True)
    delta = fields.Monetary(string="Difference", readonly=True)
    decision = fields.Selection(
        [("pass_on", "Pass on"), ("absorb", "Absorb")],
        help="Who bears the difference.",
    )
    margin_before = fields.Monetary(readonly=True)
    margin_after = fields.Monetary(compute="_compute_margin_after", store=True)
    adjustment_id = fields.Many2one(
        "o2c.consignment.consumption",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The difference, due in the next settlement.",
    )
    note_id = fields.Many2one("account.move", readonly=True, copy=False)
    is_in_force = fields.Boolean(
        compute="_compute_is_in_force", store=True, help="Applied and not reversed."
    )

    _once_on_the_same_goods = models.UniqueIndex(
        "(consumption_id) WHERE is_in_force",
        "The cost of these goods was changed already.",
    )

    @api.depends("change_id.state")
    def _compute_is_in_force(self):
        for line in self:
            line.is_in_force = line.change_id.state == "applied"

    @api.depends("decision", "margin_before", "delta")
    def _compute_margin_after(self):
        for line in self:
            consumed = Consumed(
                key=line,
                quantity=Decimal(repr(line.quantity)),
                unit_cost=Decimal(repr(line.old_cost)),
                sale_price=Decimal(repr(line.consumption_id.sale_unit_price)),
                invoiced=bool(line.invoice_id),
            )
            line.margin_after = float(
                effect(
                    consumed,
                    Decimal(repr(line.new_cost)),
                    line.decision or "",
                    line.currency_id.decimal_places,
                ).margin_after
            )

    def write(self, vals):
        if set(vals) - {"decision"} and not self.env.su:
            raise AccessError(
                self.env._("Effects are worked out; only the decision is yours.")
            )
        if "decision" in vals:
            self.change_id._require_state("preview")
        if vals.get("decision") == "pass_on":
            problems = self._pass_on_problems()
            if problems:
                raise UserError("\n".join(problems))
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _decision_problems(self):
        """What is to be decided, or cannot be done as it was decided.

        :rtype: list[str]
        """
        undecided = self.filtered(lambda line: not line.decision)
        passed = self.filtered(lambda line: line.decision == "pass_on")
        problems = passed._pass_on_problems()
        if undecided:
            problems.append(
                self.env._(
                    "%(count)s lines still ask whether the customer or we bear the "
                    "difference: choose on each line.",
                    count=len(undecided),
                )
            )
        return problems

    def _pass_on_problems(self):
        """Why a difference cannot be passed on: there is no invoice for a note.

        :rtype: list[str]
        """
        return [
            self.env._(
                "%(goods)s of %(order)s has no invoice, and so no note can pass the "
                "difference on. Absorb it; or invoice first and work the effects out "
                "again.",
                goods=line.consumption_id.display_name,
                order=line.sale_order_id.sudo().name
                or line.consumption_id.move_id.sudo().reference
                or line.product_id.display_name,
            )
            for line in self
            if not line.invoice_id
        ]

    def _moved(self):
        """Whether these goods are no longer what the preview saw."""
        self.ensure_one()
        # who works with consignors need not have rights on customers' invoices
        consumption = self.sudo().consumption_id
        return (
            consumption.state != self.consumption_state
            or consumption.unit_cost != self.old_cost
            or consumption._posted_invoice().id != self.invoice_id.id
        )
