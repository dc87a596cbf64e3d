from dataclasses import replace
from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_amount, formatLang

from odoo.addons.o2c_order_gate.models.messages import approvers, finding_list

from ..pricing_core import evaluate, order_margin_percent, scaled


class PricingSimulator(models.TransientModel):
    """What an order would cost, earn and need, at another discount; changes nothing."""

    _name = "o2c.pricing.simulator"
    _description = "Price Simulator"

    order_id = fields.Many2one(
        "sale.order",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    discount = fields.Float(
        string="Further discount (%)",
        digits="Discount",
        help="On top of the prices that the quotation has now; negative to raise them.",
    )
    amount_untaxed = fields.Monetary(string="Untaxed amount", compute="_compute_result")
    margin = fields.Monetary(compute="_compute_result")
    margin_percent = fields.Float(string="Margin (%)", compute="_compute_result")
    summary = fields.Char(string="In short", compute="_compute_result")
    needs = fields.Html(string="It needs", compute="_compute_result", sanitize=False)

    @api.constrains("discount")
    def _check_discount(self):
        for simulation in self:
            if not -100 <= simulation.discount <= 100:
                raise ValidationError(
                    self.env._("Simulate between −100 % and 100 % of discount.")
                )

    @api.depends("order_id", "discount")
    def _compute_result(self):
        for simulation in self:
            simulation._simulate()

    def _simulate(self):
        """Judge the order with every price lowered, as the gate would."""
        self.ensure_one()
        order = self.order_id
        order.check_access("read")
        rules = self.env["o2c.pricing.policy"]._rules(order.company_id.id)
        facts = order.sudo()._o2c_pricing_facts(rules)[order.id]
        factor = 1 - Decimal(str(self.discount)) / 100
        facts = replace(facts, lines=scaled(facts.lines, factor))
        self.amount_untaxed = float(facts.total)
        self.margin = float(facts.total - facts.cost)
        self.margin_percent = float(order_margin_percent(facts))
        findings = [
            order.sudo()._o2c_pricing_finding(breach)
            for breach in evaluate(facts, rules)
        ]
        self.needs = self._needs_html(findings)
        self.summary = self._summary(findings)

    def _summary(self, findings):
        """One sentence to say on the telephone."""
        who = dict.fromkeys(approvers(self.env, finding) for finding in findings)
        return self.env._(
            "With %(discount)s %% the margin is %(margin)s (%(percent)s %%), "
            "needs %(who)s.",
            discount=formatLang(self.env, self.discount, digits=2),
            margin=format_amount(self.env, self.margin, self.currency_id),
            percent=formatLang(self.env, self.margin_percent, digits=2),
            who="; ".join(who) or self.env._("no approval"),
        )

    def _needs_html(self, findings):
        """Who would have to accept what, or that nobody has to."""
        if findings:
            return finding_list(self.order_id, findings)
        return Markup("<p>%s</p>") % self.env._("No approval: it is within policy.")
