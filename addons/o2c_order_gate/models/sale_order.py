from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..gate_core import Content, answerable, canonical, uncovered
from .messages import finding_list, finding_text, refusal

# Writing one of these on a confirmed order changes what was agreed.
AGREED_FIELDS = frozenset(
    {
        "company_id",
        "currency_id",
        "fiscal_position_id",
        "order_line",
        "partner_id",
        "partner_invoice_id",
        "payment_term_id",
        "pricelist_id",
    }
)
# Writing these along with the state leaves what was agreed as it is.
CONFIRMATION_FIELDS = frozenset(
    {"date_order", "locked", "signature", "signed_by", "signed_on", "state"}
)
OPEN_STATES = ("draft", "sent")
GUARDED = "o2c_order_gate.guarded"


class SaleOrder(models.Model):
    """One gate that policies plug into: contributors give findings, decisions cover
    them, and every write that commits the company meets the check.

    Extend `_o2c_gate_findings`, `_o2c_gate_content` and `_o2c_gate_lock` with super().
    """

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
    o2c_gate_request_ids = fields.One2many(
        "o2c.gate.request", "order_id", string="Approval requests", copy=False
    )
    o2c_gate_decision_ids = fields.One2many(
        "o2c.gate.decision", "order_id", string="Decisions", copy=False
    )
    o2c_gate_decision_count = fields.Integer(compute="_compute_o2c_gate_decision_count")

    # ------------------------------------------------------------------ API
    def _o2c_gate_findings(self, checkpoint):
        """Policies that these orders break; extend it, and look at all orders at once.

        :param str checkpoint: ``confirm`` or ``delivery``
        :return: {order id: list of Finding}, an entry for every order of self
        """
        return {order.id: [] for order in self}

    def _o2c_gate_content(self):
        """What these orders agree, as JSON-able content that decisions are bound to.

        Extend ``agreed`` with what else customer and seller commit to, never with
        something that a recalculation, a note or a tag changes.

        :return: {order id: {"agreed": mapping with "lines", "costs": mapping}}
        """
        content = {}
        for order in self:
            lines = order.order_line._o2c_gate_relevant()
            content[order.id] = {
                "agreed": {
                    "company": order.company_id.id,
                    "partner": order.partner_id.id,
                    "invoice_partner": order.partner_invoice_id.id,
                    "payment_term": order.payment_term_id.id,
                    "pricelist": order.pricelist_id.id,
                    "currency": order.currency_id.id,
                    "lines": lines._o2c_gate_line_contents(),
                },
                "costs": lines._o2c_gate_costs(),
            }
        return content

    def _o2c_gate_lock(self):
        """Take the locks under which the findings are computed; extend it.

        Called in the transaction that confirms or delivers, before the check.
        """

    def _o2c_gate_uncovered(self, checkpoint):
        """Findings of these orders that no valid decision accepts.

        :param str checkpoint: ``confirm`` or ``delivery``
        :return: {order id: list of Finding}, an entry for every order of self
        """
        return {
            order_id: rest
            for order_id, (_all, rest) in self._o2c_gate_assess(checkpoint).items()
        }

    def _o2c_gate_check(self, checkpoint):
        """Refuse when an order breaks a policy that nobody accepted.

        :param str checkpoint: ``confirm`` or ``delivery``
        :raise UserError: with every such finding of every order, and who may accept it
        """
        self._o2c_gate_refuse(self._o2c_gate_uncovered(checkpoint), checkpoint)

    # ------------------------------------------------------------- assessing
    def _o2c_gate_assess(self, checkpoint):
        """Per order: (all findings, uncovered findings).

        Superuser rights, because the salesperson may not read what a policy looks at
        (costs, receivables); the orders are the caller's.
        """
        context = self.env.context
        # the caller's context is not to steer what is judged (price list by country…),
        # so it is replaced on purpose: pylint: disable=context-overridden
        kept = {key: context[key] for key in ("lang", "tz") if key in context}
        orders = self.sudo().with_context(kept)
        findings = {}
        for company, of_company in orders.grouped("company_id").items():
            # the order's company decides, not the one that the user is working in
            found = of_company.with_company(company)._o2c_gate_findings(checkpoint)
            findings.update(found)
        with_findings = orders.filtered(lambda order: findings[order.id])
        rest = with_findings._o2c_gate_without_accepted(findings)
        return {
            order.id: (findings[order.id], rest.get(order.id, [])) for order in orders
        }

    def _o2c_gate_without_accepted(self, findings):
        """{order id: findings that the decisions of self do not cover}."""
        if not self:
            return {}
        today = self.env["o2c.gate.decision"]._today()
        accepted = self.env["o2c.gate.decision"]._acceptances(self)
        contents = self._o2c_gate_content() if accepted else {}
        rest = {}
        for order in self:
            fingerprint = ""
            if order.id in accepted:
                fingerprint = order._o2c_gate_fingerprint(contents[order.id])
            rest[order.id] = uncovered(
                findings[order.id], accepted.get(order.id, ()), fingerprint, today
            )
        return rest

    def _o2c_gate_fingerprint(self, data):
        """Fingerprint that binds decisions in the order's present state."""
        self.ensure_one()
        content = Content.of(data)
        if self.state in OPEN_STATES:
            return content.fingerprint
        return content.agreed_fingerprint

    def _o2c_gate_refuse(self, rest, checkpoint):
        """Raise one error for all orders that have findings in ``rest``."""
        broken = self.filtered(lambda order: rest.get(order.id))
        if broken:
            raise UserError(refusal(broken, rest, checkpoint))

    # ------------------------------------------------------------ enforcement
    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS sale: an order that is born confirmed is confirmed all the same
        orders = super().create(vals_list)
        confirmed = orders.filtered(lambda order: order.state == "sale")
        if confirmed:
            confirmed._o2c_gate_lock()
            confirmed._o2c_gate_check("confirm")
        return orders

    def write(self, vals):
        # EXTENDS sale: the gate stands on the write, so that button, signature,
        # payment, import and RPC all meet it
        confirming = self.browse()
        if vals.get("state") == "sale":
            confirming = self.filtered(lambda order: order.state != "sale")
        if not confirming and AGREED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        with (self - confirming)._o2c_gate_guarding(vals):
            confirming._o2c_gate_lock()
            if CONFIRMATION_FIELDS.issuperset(vals):
                confirming._o2c_gate_check("confirm")
                return super().write(vals)
            # the same write changes more than the state: what results is judged
            result = super().write(vals)
            confirming._o2c_gate_check("confirm")
            return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        decided = self.filtered(lambda order: order.sudo().o2c_gate_decision_ids)
        if decided:
            raise UserError(
                self.env._(
                    "%(orders)s cannot be deleted, because the decisions about it are "
                    "kept for good. Cancel it instead.",
                    orders=", ".join(decided.mapped("name")),
                )
            )

    @contextmanager
    def _o2c_gate_guarding(self, vals=None):
        """Judge what a change of confirmed orders must answer for, after the change.

        Inner writes of the same change (order, then its lines) are judged once, at the
        end of the outermost; the mark lives in the transaction, out of callers' reach.
        """
        guarded = self.env.cr.precommit.data.setdefault(GUARDED, set())
        orders = self.sudo().filtered(
            lambda order: order.state == "sale" and order.id not in guarded
        )
        if not orders or (vals is not None and AGREED_FIELDS.isdisjoint(vals)):
            yield
            return
        before = orders._o2c_gate_snapshot()
        guarded.update(orders.ids)
        try:
            yield
        finally:
            guarded.difference_update(orders.ids)
        orders.exists()._o2c_gate_check_change(before)

    def _o2c_gate_snapshot(self):
        """{order id: (agreed content, all findings, uncovered findings)}."""
        contents = self._o2c_gate_content()
        assessed = self._o2c_gate_assess("confirm")
        return {o.id: (contents[o.id]["agreed"], *assessed[o.id]) for o in self}

    def _o2c_gate_check_change(self, before):
        """Refuse a change that breaks a policy which nobody accepted for it.

        :param dict before: snapshot of the orders before the change
        :raise UserError: with what the change must answer for
        """
        contents = self._o2c_gate_content()
        changed = self.filtered(
            lambda order: (
                order.state == "sale"
                and canonical(before[order.id][0])
                != canonical(contents[order.id]["agreed"])
            )
        )
        if not changed:
            return
        changed._o2c_gate_lock()
        open_after = changed._o2c_gate_uncovered("confirm")
        rest = {}
        for order in changed:
            agreed, known, open_before = before[order.id]
            rest[order.id] = answerable(
                agreed,
                contents[order.id]["agreed"],
                known,
                open_before,
                open_after[order.id],
            )
        changed._o2c_gate_refuse(rest, "confirm")

    def _has_to_be_signed(self):
        # EXTENDS sale: a customer cannot sign what is not cleared
        return super()._has_to_be_signed() and self._o2c_gate_open()

    def _has_to_be_paid(self):
        # EXTENDS sale: nor pay it
        return super()._has_to_be_paid() and self._o2c_gate_open()

    def _o2c_gate_open(self):
        """Whether nothing bars the confirmation of this quotation."""
        self.ensure_one()
        return self.o2c_gate_state in ("clear", "approved")

    def _o2c_gate_held_quotations(self):
        """Quotations among these that cannot be confirmed now."""
        quotations = self.filtered(lambda order: order.state in OPEN_STATES)
        rest = quotations._o2c_gate_uncovered("confirm")
        return quotations.filtered(lambda order: rest[order.id])

    def _o2c_gate_customer_message(self):
        """What a customer is told; policies and figures are not his business."""
        return self.env._(
            "We are still reviewing %(orders)s. You will be able to accept it as soon "
            "as the review is finished; your salesperson will tell you.",
            orders=", ".join(self.mapped("name")),
        )

    def _o2c_gate_tell_paid(self):
        """Tell the salesperson that a quotation was paid but could not be confirmed."""
        self.ensure_one()
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("Paid, but needs approval before it is confirmed"),
            user_id=(self.user_id or self.create_uid).id,
        )

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
        stored = self.filtered(lambda o: o._origin.state in (*OPEN_STATES, "sale"))
        for checkpoint, states in (("confirm", OPEN_STATES), ("delivery", ("sale",))):
            orders = stored._origin.filtered(lambda o, s=states: o.state in s)
            for order_id, assessed in orders._o2c_gate_assess(checkpoint).items():
                order = stored.filtered(lambda o, i=order_id: o._origin.id == i)
                order.o2c_gate_state = order._origin._o2c_gate_state_of(*assessed)
                order.o2c_gate_banner = finding_list(order._origin, assessed[1])

    def _o2c_gate_state_of(self, findings, rest):
        """Value of `o2c_gate_state` for an order with these findings."""
        self.ensure_one()
        if not rest:
            return "approved" if findings else "clear"
        order = self.sudo()
        fingerprint = order._o2c_gate_fingerprint(order._o2c_gate_content()[order.id])
        last = order.o2c_gate_request_ids.sorted("id")[-1:]
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
        # policies are judged live: only open quotations are worth judging in bulk
        orders = self.search([("state", "in", OPEN_STATES)])
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
