from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError

from ..gate_core import Content, answerable, canonical, uncovered
from .messages import log_refused, refusal

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

    # ------------------------------------------------------------------ API
    def _o2c_gate_findings(self, checkpoint):
        """Policies that these orders break; extend it, and look at all orders at once.

        :param str checkpoint: ``confirm``, ``portal`` or ``delivery``
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

    def _o2c_gate_serialise(self):
        """Let transactions that change the same order meet at its row.

        A line has a row of its own: a confirmation would not notice that another
        transaction changes a line at the same time, nor two changes each other. The row
        is updated, not locked: of two updates PostgreSQL refuses the one that read
        first, and Odoo retries it; a lock given back unchanged refuses nobody.
        """
        if self.ids:
            self.env.cr.execute(
                "UPDATE sale_order SET write_date = write_date WHERE id IN %s",
                [tuple(self.ids)],
            )

    def _o2c_gate_facts(self):
        """Figures of these orders that a decision keeps beside the findings; extend it.

        :return: {order id: {"order": {name: figure}, "lines": {line id: {name:
            figure}}}}; figures JSON-able, amounts as text
        """
        return {
            order.id: {
                "order": {
                    "amount_untaxed": f"{order.amount_untaxed:.2f}",
                    "amount_total": f"{order.amount_total:.2f}",
                    "currency": order.currency_id.name,
                    "payment_term": order.payment_term_id.name or "",
                },
                "lines": order.order_line._o2c_gate_relevant()._o2c_gate_line_facts(),
            }
            for order in self
        }

    def _o2c_gate_uncovered(self, checkpoint):
        """Findings of these orders that no valid decision accepts.

        :param str checkpoint: ``confirm``, ``portal`` or ``delivery``
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
            codes = sorted({f.policy for order in broken for f in rest[order.id]})
            log_refused(checkpoint, broken, ", ".join(codes))
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
        if vals.get("state") == "cancel":
            self._o2c_gate_withdraw()
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

    def _o2c_gate_withdraw(self):
        """Nobody is kept waiting for a decision about an order that is cancelled."""
        requests = self.sudo().o2c_gate_request_ids
        requests.filtered(lambda r: r.state == "pending")._close("outdated")

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
        self.filtered(lambda order: order.id not in guarded)._o2c_gate_serialise()
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
        """Whether nothing bars the customer from confirming this quotation."""
        self.ensure_one()
        return not self.o2c_gate_held

    def _o2c_gate_held_quotations(self):
        """Quotations among these that their customers cannot confirm now."""
        quotations = self.filtered(lambda order: order.state in OPEN_STATES)
        held = self.browse()
        for checkpoint in ("confirm", "portal"):
            rest = (quotations - held)._o2c_gate_uncovered(checkpoint)
            held |= quotations.filtered(lambda order, of=rest: of.get(order.id))
        return held

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
