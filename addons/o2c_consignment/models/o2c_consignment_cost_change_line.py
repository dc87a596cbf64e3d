from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError

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
        return super().write(vals)
