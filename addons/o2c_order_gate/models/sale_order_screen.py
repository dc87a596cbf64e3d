from odoo import api, fields, models
from odoo.fields import Domain

from .messages import finding_list, finding_text
from .sale_order import OPEN_STATES

JUDGED_STATES = (*OPEN_STATES, "sale")
# what an order has that is in one of these states of `o2c_gate_state`
POSSIBLE = {
    "requested": Domain("o2c_gate_request_ids.state", "=", "pending"),
    "refused": Domain("o2c_gate_request_ids.state", "=", "refused"),
    "approved": Domain("o2c_gate_decision_ids.decision", "=", "accept"),
}


class SaleOrder(models.Model):
    """What people see of the gate on an order, and what they press."""

    # the checks are in another file: pylint: disable=consider-merging-classes-inherited
    _inherit = "sale.order"

    o2c_gate_state = fields.Selection(
        [
            ("clear", "Clear"),
            ("blocked", "Needs approval"),
            ("requested", "Approval requested"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        string="Approval",
        compute="_compute_o2c_gate",
        search="_search_o2c_gate_state",
    )
    o2c_gate_banner = fields.Html(
        string="Policies broken", compute="_compute_o2c_gate", sanitize=False
    )
    o2c_gate_held = fields.Boolean(
        string="The customer has to wait", compute="_compute_o2c_gate_held"
    )
    o2c_gate_request_ids = fields.One2many(
        "o2c.gate.request", "order_id", string="Approval requests", copy=False
    )
    o2c_gate_decision_ids = fields.One2many(
        "o2c.gate.decision", "order_id", string="Decisions", copy=False
    )
    o2c_gate_decision_count = fields.Integer(compute="_compute_o2c_gate_decision_count")

    # --------------------------------------------------------------- computes
    @api.depends(
        "state",
        "company_id",
        "partner_id",
        "partner_invoice_id",
        "payment_term_id",
        "pricelist_id",
        "user_id",
        "team_id",
        "amount_total",
        "order_line.product_id",
        "order_line.product_uom_id",
        "order_line.product_uom_qty",
        "order_line.price_unit",
        "order_line.discount",
        "o2c_gate_request_ids.state",
        "o2c_gate_decision_ids",
    )
    @api.depends_context("lang")
    def _compute_o2c_gate(self):
        self.o2c_gate_state = "clear"
        self.o2c_gate_banner = False
        # a form in editing shows what is stored until it is saved
        stored = self.filtered(lambda o: o._origin.state in JUDGED_STATES)
        shown = stored.grouped(lambda order: order._origin.id)
        for checkpoint, states in (("confirm", OPEN_STATES), ("delivery", ("sale",))):
            orders = stored._origin.filtered(lambda o, s=states: o.state in s)
            assessed = orders._o2c_gate_assess(checkpoint)
            for order in orders:
                found, rest = assessed[order.id]
                shown[order.id].o2c_gate_state = order._o2c_gate_state_of(found, rest)
                shown[order.id].o2c_gate_banner = finding_list(order, rest)

    @api.depends("o2c_gate_state")
    def _compute_o2c_gate_held(self):
        held = self._origin._o2c_gate_held_quotations()
        for order in self:
            order.o2c_gate_held = order._origin in held

    def _o2c_gate_state_of(self, findings, rest):
        """Value of `o2c_gate_state` for an order with these findings."""
        self.ensure_one()
        if not rest:
            return "approved" if findings else "clear"
        order = self.sudo()
        fingerprint = order._o2c_gate_fingerprint(order._o2c_gate_content()[order.id])
        requests = order.o2c_gate_request_ids.sorted("id", reverse=True)
        # iterated, because a slice would read the request of each order by itself
        last = next(iter(requests), requests)
        same = last and fingerprint in (last.fingerprint, last.agreed_fingerprint)
        if same and last.state == "pending":
            return "requested"
        if same and last.state == "refused":
            return "refused"
        return "blocked"

    def _o2c_gate_findings_text(self, findings):
        """Findings as plain text, one a line."""
        return "\n".join(finding_text(self, finding) for finding in findings)

    def _compute_o2c_gate_decision_count(self):
        counts = dict(
            self.env["o2c.gate.decision"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.o2c_gate_decision_count = counts.get(order, 0)

    def _search_o2c_gate_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        # policies are judged live, so only quotations that can be in such a state are:
        # a few for what somebody asked or decided, the open ones for the others
        possible = Domain.OR(POSSIBLE.get(state, Domain.TRUE) for state in value)
        orders = self.search(Domain("state", "in", OPEN_STATES) & possible)
        found = orders.filtered(lambda order: order.o2c_gate_state in value)
        domain = Domain("id", "in", found.ids)
        if "clear" in value:
            domain |= Domain("state", "not in", OPEN_STATES)
        return domain

    # ---------------------------------------------------------------- actions
    def action_o2c_request_approval(self):
        """Ask the people entitled to accept what these orders break.

        :return: the pending requests, new ones and those that were there
        :raise UserError: when an order breaks nothing
        """
        self.check_access("write")
        return self.env["o2c.gate.request"]._open_for(self)

    def action_o2c_gate_decisions(self):
        """Open the decisions about this order."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "o2c_order_gate.o2c_gate_decision_action"
        )
        return {**action, "domain": [("order_id", "=", self.id)]}
