from babel.dates import format_timedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import babel_locale_parse, get_lang

from ..gate_core import Content, count, current_level, plan
from .messages import refused

# Amounts from here on are no amounts: PostgreSQL keeps them, nobody owes them.
LARGEST = 1e12


class GateRequest(models.Model):
    """Findings of an order that wait for the people who may accept them.

    Made by `sale.order.action_o2c_request_approval`; decided by `action_approve` and
    `action_refuse`, which write `o2c.gate.decision`. Bound to one content of the order:
    after a change it is outdated and nobody can approve it any more.
    """

    _name = "o2c.gate.request"
    _description = "Approval Request"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    order_id = fields.Many2one(
        "sale.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, index=True, readonly=True
    )
    partner_id = fields.Many2one(related="order_id.partner_id", store=True)
    salesperson_id = fields.Many2one(related="order_id.user_id", store=True)
    amount_untaxed = fields.Monetary(related="order_id.amount_untaxed")
    currency_id = fields.Many2one(related="order_id.currency_id")
    requester_id = fields.Many2one("res.users", required=True, readonly=True)
    requested_on = fields.Datetime(required=True, readonly=True)
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("outdated", "Outdated"),
        ],
        default="pending",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    findings_text = fields.Text(string="Policies broken", readonly=True)
    fingerprint = fields.Char(required=True, readonly=True)
    agreed_fingerprint = fields.Char(required=True, readonly=True)
    step_ids = fields.One2many("o2c.gate.request.step", "request_id", readonly=True)
    decision_ids = fields.One2many("o2c.gate.decision", "request_id", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    waiting_since = fields.Datetime(
        readonly=True, help="Since when it waits for those who decide now."
    )
    reminded_on = fields.Datetime(readonly=True)
    escalated_on = fields.Datetime(readonly=True)
    progress = fields.Char(
        compute="_compute_progress",
        help="How many have accepted, where several have to.",
    )
    age = fields.Char(compute="_compute_age", help="How long it waits or waited.")
    approver_ids = fields.Many2many(
        "res.users", string="Waits for", compute="_compute_approver_ids"
    )
    waits_for_me = fields.Boolean(
        compute="_compute_waits_for_me", search="_search_waits_for_me"
    )

    @api.depends("order_id.name")
    def _compute_display_name(self):
        for request in self:
            request.display_name = request.order_id.name

    @api.depends("requested_on", "decided_on")
    @api.depends_context("lang")
    def _compute_age(self):
        now = fields.Datetime.now()
        locale = babel_locale_parse(get_lang(self.env).code)
        for request in self:
            end = request.decided_on or now
            request.age = format_timedelta(
                end - (request.requested_on or end), granularity="minute", locale=locale
            )

    @api.depends("step_ids.progress")
    @api.depends_context("lang")
    def _compute_progress(self):
        steps = self.sudo().step_ids
        given = {step_id: count(voices) for step_id, voices in steps._voices().items()}
        for request in self:
            needed = sum(request.sudo().step_ids.mapped("approvers_needed"))
            done = sum(
                step.approvers_needed
                if step.state == "approved"
                else min(given[step.id], step.approvers_needed)
                for step in request.sudo().step_ids
            )
            request.progress = needed > 1 and self.env._(
                "%(done)s of %(needed)s approved", done=done, needed=needed
            )

    @api.depends("state", "step_ids.state", "decision_ids")
    def _compute_approver_ids(self):
        waiting, entitled = self._waiting_steps()
        for request in self:
            users = [entitled[step.id] for step in waiting[request.id]]
            request.approver_ids = self.env["res.users"].union(*users)

    @api.depends_context("uid")
    @api.depends("approver_ids")
    def _compute_waits_for_me(self):
        for request in self:
            request.waits_for_me = self.env.user in request.sudo().approver_ids

    def _search_waits_for_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        # only those that name him, a role of his, or whom he stands in for
        asked = self.env["o2c.gate.request.step"]._domain_asking(self.env.user)
        pending = self.search(
            Domain("state", "=", "pending") & Domain("step_ids", "any", asked)
        )
        mine = pending.filtered("waits_for_me")
        wanted = Domain("id", "in", mine.ids)
        return wanted if True in value else ~wanted

    # ------------------------------------------------------------------- open
    @api.model
    def _open_for(self, orders):
        """Pending requests for what these orders break, made where there is none.

        :raise UserError: when one of them breaks nothing
        """
        requests = self.browse()
        nothing = orders.browse()
        orders._o2c_gate_serialise()
        for checkpoint, of_checkpoint in orders.grouped(
            lambda o: "delivery" if o.state == "sale" else "confirm"
        ).items():
            rest = of_checkpoint._o2c_gate_uncovered(checkpoint)
            contents = of_checkpoint.sudo()._o2c_gate_content()
            for order in of_checkpoint:
                if not rest[order.id]:
                    nothing |= order
                    continue
                content = Content.of(contents[order.id])
                requests |= self._open_one(order, content, rest[order.id])
        if nothing:
            raise UserError(
                self.env._(
                    "There is nothing to approve on %(orders)s.",
                    orders=", ".join(nothing.mapped("name")),
                )
            )
        return requests

    @api.model
    def _open_one(self, order, content, findings):
        requests = self.sudo().search(
            [("order_id", "=", order.id), ("state", "=", "pending")]
        )
        same = requests.filtered(lambda r: r._asks(content, findings))
        if same:
            return same[:1].sudo(False)
        requests._close("outdated")
        request = self.sudo().create(
            {
                "order_id": order.id,
                # said, because callers may have a default in their context
                "state": "pending",
                "requester_id": self.env.user.id,
                "requested_on": fields.Datetime.now(),
                "findings_text": order._o2c_gate_findings_text(findings),
                "fingerprint": content.fingerprint,
                "agreed_fingerprint": content.agreed_fingerprint,
                "step_ids": [
                    fields.Command.create(self.step_ids._prepare_vals(step))
                    for step in plan(findings)
                ],
            }
        )
        request._start_waiting()
        return request.sudo(False)

    def _asks(self, content, findings):
        """Whether this request is about exactly this content and these findings."""
        self.ensure_one()
        asked = {f.key: f for step in self.step_ids for f in step._findings()}
        return self.fingerprint == content.fingerprint and all(
            f.key in asked
            and not f.worse_than(asked[f.key].measure)
            and f.approvers_needed <= asked[f.key].approvers_needed
            for f in findings
        )

    # ----------------------------------------------------------------- decide
    def action_approve(self, reason, valid_until=None, amount=None):
        """Accept, for the current user, what waits for him in these requests.

        :param str reason: why; kept in the decision
        :param valid_until: last day (date or ISO text) on which the decision counts
        :param float amount: largest amount accepted, in the company's currency
        :raise UserError: with every request that he cannot approve, and why
        """
        until, amount = self._checked_terms(valid_until, amount)
        steps = self._decidable_steps(reason)
        for request in self:
            mine = steps[request.id]
            request._decide(mine, "accept", reason, valid_until=until, amount=amount)
            mine.sudo()._accepted()
            request.sudo()._go_on(mine)
        return True

    def _go_on(self, decided):
        """Close it, pass it to who decides next, or go on waiting for the others.

        :param decided: steps that somebody has just accepted
        """
        self.ensure_one()
        pending = self.step_ids.filtered(lambda step: step.state == "pending")
        if not pending:
            self._close("approved")
        elif self._current_steps()[:1].level == decided[:1].level:
            self._notify_approvers()
        else:
            self._start_waiting()

    def _checked_terms(self, valid_until, amount):
        """End and amount of an approval, whatever the caller sent.

        :return: (date or None, float or None)
        :raise UserError: with everything that cannot be
        """
        problems, until = [], None
        try:
            until = fields.Date.to_date(valid_until) if valid_until else None
            amount = float(amount) if amount else None
        except (TypeError, ValueError):
            problems.append(
                self.env._("“Valid until” takes a date, the amount takes a number.")
            )
            amount = None
        if until and until < self.env["o2c.gate.decision"]._today():
            problems.append(self.env._("“Valid until” cannot be in the past."))
        if amount is not None and not 0 <= amount < LARGEST:
            problems.append(
                self.env._("The amount accepted cannot be negative, nor without end.")
            )
        if problems:
            raise refused("decide", self, "\n".join(problems))
        return until, amount

    def action_refuse(self, reason):
        """Refuse, as the current user, what waits for him in these requests.

        :param str reason: why; kept in the decision
        :raise UserError: with every request that he cannot refuse, and why
        """
        steps = self._decidable_steps(reason)
        for request in self:
            mine = steps[request.id]
            request._decide(mine, "refuse", reason)
            mine.sudo()._set_decided("refused")
            request.sudo()._close("refused")
        return True

    def _decidable_steps(self, reason):
        """{request id: steps that the current user may decide now}.

        :raise UserError: listing everything that keeps him from deciding
        """
        self.check_access("read")
        problems = []
        if not (reason or "").strip():
            problems.append(
                self.env._("Write the reason: it is kept with the decision.")
            )
        # who waits and what changed is judged once no other decision can come between;
        # the second of two waits here, is retried by Odoo and finds the request closed
        self.env.cr.execute(
            "SELECT id FROM o2c_gate_request WHERE id IN %s"
            " ORDER BY id FOR NO KEY UPDATE",
            [tuple(self.ids) or (0,)],
        )
        waiting, entitled = self._waiting_steps()
        steps, user = {}, self.env.user
        for request in self:
            steps[request.id] = waiting[request.id].filtered(
                lambda step: user in entitled[step.id]
            )
            problem = request._why_not(steps[request.id])
            if problem:
                problems.append(f"{request.sudo().order_id.name}: {problem}")
        if problems:
            raise refused("decide", self, "\n".join(problems))
        return steps

    def _why_not(self, steps):
        """Why the current user cannot decide this request, or None."""
        self.ensure_one()
        request = self.sudo()
        if request.state != "pending":
            return self.env._("this request is already closed.")
        content = Content.of(request.order_id._o2c_gate_content()[request.order_id.id])
        if content.fingerprint != request.fingerprint:
            return self.env._(
                "the order changed after the request. Ask its salesperson to request "
                "approval again."
            )
        if steps:
            return None
        spoken = request._current_steps()._voices().values()
        if any(self.env.user.id in v.people for voices in spoken for v in voices):
            return self.env._("you have accepted it already. Others have to as well.")
        if request._is_own(self.env.user):
            return self.env._("nobody approves his own order. Somebody else has to.")
        return self.env._(
            "it waits for %(who)s, not for you.",
            who=", ".join(request.approver_ids.mapped("name")) or self.env._("nobody"),
        )

    def _decide(self, steps, decision, reason, **options):
        """Write the decision and tell the people of the order."""
        self.ensure_one()
        request = self.sudo()
        for principal, of_principal in steps._by_principal(self.env.user).items():
            self.env["o2c.gate.decision"]._record(
                request.order_id,
                decision=decision,
                findings=[f for step in of_principal for f in step._findings()],
                reason=reason,
                request=request,
                principal=principal,
                **options,
            )
        title = (
            self.env._("Approved") if decision == "accept" else self.env._("Refused")
        )
        body = Markup("<b>%s</b>: %s") % (title, reason)
        partners = (request.requester_id | request.salesperson_id).partner_id
        request.message_post(
            body=body,
            author_id=self.env.user.partner_id.id,
            partner_ids=(partners - self.env.user.partner_id).ids,
        )
        request.order_id.message_post(body=body, author_id=self.env.user.partner_id.id)

    def _is_own(self, user):
        """Whether a user is on the selling side of this order."""
        self.ensure_one()
        order = self.order_id
        return user in (order.user_id | order.create_uid | self.requester_id)

    def _fingerprint_now(self):
        """Its fingerprint as decisions are compared in the order's present state."""
        self.ensure_one()
        if self.order_id.state in ("draft", "sent"):
            return self.fingerprint
        return self.agreed_fingerprint

    def _close(self, state):
        self.write({"state": state, "decided_on": fields.Datetime.now()})
        self.activity_unlink(["o2c_order_gate.mail_activity_type_approval"])

    def _waiting_steps(self):
        """{request id: steps that wait now} and {step id: users who may decide it}."""
        waiting = {request.id: request._current_steps() for request in self}
        steps = self.env["o2c.gate.request.step"].union(*waiting.values())
        return waiting, steps._entitled_users()

    def _current_steps(self):
        """Steps that wait now: those of the lowest level that is not decided."""
        self.ensure_one()
        request = self.sudo()
        if request.state != "pending":
            return request.step_ids.browse()
        level = current_level([(s.level, s.state) for s in request.step_ids])
        return request.step_ids.filtered(
            lambda s: s.state == "pending" and s.level == level
        )
