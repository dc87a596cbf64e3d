from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from markupsafe import Markup

from odoo import models
from odoo.tools import format_amount, format_date, formatLang

from odoo.addons.o2c_order_gate.gate_core import Finding

from ..credit_core import judge
from .dates import today

TOGETHER = "o2c_credit_control.confirmed_together"
STOPPED = "o2c_credit_control.mail_activity_type_stopped"
OPEN_STATES = ("draft", "sent")
GATE_UNITS = {"amount": "amount", "days": "days", "count": "none"}


class SaleOrder(models.Model):
    """Contributes credit findings to the gate.

    The debtor is the commercial entity of the invoice address. A manual hold on the
    customer who orders counts as well, so that another invoice address does not help.
    """

    _inherit = "sale.order"

    def _o2c_gate_lock(self):
        # EXTENDS o2c_order_gate
        super()._o2c_gate_lock()
        self.sudo().partner_invoice_id._o2c_credit_lock()

    def _o2c_gate_check(self, checkpoint):
        # EXTENDS o2c_order_gate: orders that are confirmed at once use one credit
        with self._o2c_credit_together():
            super()._o2c_gate_check(checkpoint)

    @contextmanager
    def _o2c_credit_together(self):
        """Remember in the transaction which quotations are being confirmed at once."""
        data = self.env.cr.precommit.data
        before = data.get(TOGETHER, frozenset())
        data[TOGETHER] = before | frozenset(self.ids)
        try:
            yield
        finally:
            data[TOGETHER] = before

    def _o2c_gate_findings(self, checkpoint):
        # EXTENDS o2c_order_gate
        result = super()._o2c_gate_findings(checkpoint)
        for order_id, findings in self._o2c_credit_findings(checkpoint).items():
            result[order_id] = [*result[order_id], *findings]
        return result

    # --------------------------------------------------------------- findings
    def _o2c_credit_findings(self, checkpoint, facts=None):
        """Credit rules that these orders break.

        :param str checkpoint: ``quotation``, ``confirm``, ``portal`` or ``delivery``
        :param facts: what `_o2c_credit_facts` gave, where it was read before
        :return: {order id: list of Finding}, an entry for every order
        """
        found = {}
        facts = facts or self._o2c_credit_facts()
        for company, orders in self.sudo().grouped("company_id").items():
            standings, added = facts[company.id]
            orders = orders.with_company(company)
            for order, policy, breaches in orders._o2c_credit_breaches(
                checkpoint, standings, added
            ):
                found[order.id] = [
                    order._o2c_credit_finding(b, standings, added[order.id], policy)
                    for b in breaches
                ]
        return found

    def _o2c_credit_facts(self):
        """What policies judge these orders by; it costs the queries of a judgement.

        :return: {company id: (standing of each customer, what each order adds)}
        """
        facts = {}
        for company, orders in self.sudo().grouped("company_id").items():
            orders = orders.with_company(company)
            customers = orders.partner_invoice_id | orders.partner_id
            facts[company.id] = (
                customers._o2c_credit_standings(company),
                orders._o2c_credit_added(company),
            )
        return facts

    def _o2c_credit_breaches(self, checkpoint, standings, added):
        """Yield (order, its policy, what it breaks) of orders of one company."""
        company = self.company_id
        payers = self.partner_invoice_id.commercial_partner_id
        policies = self.env["o2c.credit.policy"]._for_partners(payers, company)
        for order in self:
            payer = order.partner_invoice_id.commercial_partner_id
            policy = policies[payer.id]
            breaches = []
            if policy._checks(checkpoint):
                standing = standings[payer.id]
                if checkpoint == "delivery":
                    standing = order._o2c_credit_at_the_door(standing, company)
                breaches = judge(
                    standing,
                    policy._core(),
                    added[order.id],
                    order._o2c_credit_term_days(standing.today),
                )
                breaches += order._o2c_credit_held_elsewhere(standings, policy)
            yield order, policy, breaches

    def _o2c_credit_held_elsewhere(self, standings, policy):
        """The hold on who orders, where somebody else is invoiced."""
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        if customer == self.partner_invoice_id.commercial_partner_id:
            return []
        breaches = judge(standings[customer.id], policy._core())
        return [breach for breach in breaches if breach.code == "credit.hold"]

    def _o2c_credit_added(self, company):
        """{order id: what confirming adds to the exposure, in the company's currency}.

        A confirmed order is in the exposure already. Quotations that are confirmed
        together add up, in the order of their ids.
        """
        together = self.env.cr.precommit.data.get(TOGETHER, frozenset())
        added, so_far = {}, {}
        day = today(self.env)
        for order in self.sorted("id"):
            if order.state not in OPEN_STATES:
                added[order.id] = Decimal(0)
                continue
            amount = order.currency_id._convert(
                order.amount_total, company.currency_id, company, day
            )
            amount = max(Decimal(0), Decimal(str(amount)))
            payer = order.partner_invoice_id.commercial_partner_id.id
            added[order.id] = amount + so_far.get(payer, Decimal(0))
            if order.id in together:
                so_far[payer] = added[order.id]
        return added

    def _o2c_credit_at_the_door(self, standing, company):
        """The customer's standing without the goods of his other orders.

        What leaves now and what he owes already count on delivery. An order that was
        accepted later must not hold back the goods of one accepted before.
        """
        own = self.currency_id._convert(
            self.amount_total, company.currency_id, company, standing.today
        )
        undelivered = min(standing.exposure.undelivered, Decimal(str(max(own, 0))))
        group = standing.group
        if group:
            others = group.undelivered - undelivered
            group = replace(group, total=group.total - others)
        return replace(
            standing,
            exposure=replace(standing.exposure, undelivered=undelivered),
            group=group,
        )

    def _o2c_credit_term_days(self, day):
        """Days from `day` to the last due date that the order's terms give."""
        self.ensure_one()
        dues = [line._get_due_date(day) for line in self.payment_term_id.line_ids]
        return max(((due - day).days for due in dues), default=0)

    def _o2c_credit_finding(self, breach, standings, added, policy):
        self.ensure_one()
        payer = self.partner_invoice_id.commercial_partner_id
        standing = standings[payer.id]
        if breach.code == "credit.hold" and not standing.holds:
            standing = standings[self.partner_id.commercial_partner_id.id]
        group = policy.approver_group_id or self.env.ref(
            "o2c_credit_control.o2c_credit_control_group_manager"
        )
        return Finding(
            policy=breach.code,
            title=self._o2c_credit_title(breach, standing, added),
            measure=breach.measure,
            limit=breach.limit,
            unit=GATE_UNITS[breach.unit],
            approver_group=group.get_external_id()[group.id],
            level=2,
            approvers_needed=policy.approvers_needed or 1,
            facts={
                "customer": payer.id,
                "policy": policy.id,
                "added": str(added),
                **self._o2c_credit_figures(standing),
                "limit": str(policy._core().limit_of(standing)),
            },
        )

    def _o2c_credit_figures(self, standing):
        """What a customer owes and may owe at the time of a decision, as text."""
        exposure, group = standing.exposure, standing.group
        return {
            "exposure": str(exposure.total),
            "limit": str(standing.limit),
            "raised": str(standing.raised),
            "group": group.name if group else "",
            "group_exposure": str(group.total) if group else "",
            "overdue": str(exposure.overdue),
            "oldest_due": str(exposure.oldest_due or ""),
            "broken_promises": str(sum(p.missing for p in standing.broken_promises)),
            "holds": list(standing.holds),
        }

    def _o2c_gate_facts(self):
        # EXTENDS o2c_order_gate: whatever is decided, what the customer owed then
        facts = super()._o2c_gate_facts()
        for company, orders in self.sudo().grouped("company_id").items():
            payers = orders.partner_invoice_id.commercial_partner_id
            standings = payers._o2c_credit_standings(company)
            for order in orders:
                payer = order.partner_invoice_id.commercial_partner_id
                figures = self._o2c_credit_figures(standings[payer.id])
                facts[order.id]["order"].update(figures)
        return facts

    def _o2c_credit_title(self, breach, standing, added):
        """What is wrong and with which figures, for people."""
        env, exposure = self.env, standing.exposure
        currency = self.company_id.currency_id

        def money(amount):
            return format_amount(env, float(amount), currency)

        return {
            "credit.hold": lambda: env._(
                "Customer on hold: %(why)s", why="; ".join(standing.holds)
            ),
            "credit.promise": lambda: env._(
                "Promise of payment not kept (%(missing)s missing)",
                missing=money(breach.measure),
            ),
            "credit.overdue": lambda: env._(
                "Overdue documents for %(overdue)s, the oldest since %(date)s",
                overdue=money(exposure.overdue),
                date=format_date(env, exposure.oldest_due),
            ),
            "credit.review": lambda: env._(
                "The credit limit was to be reviewed by %(date)s",
                date=format_date(env, standing.review_date),
            ),
            "credit.terms": lambda: env._("Payment term longer than the customer's"),
            "credit.limit": lambda: env._(
                "Credit limit: the customer owes or will owe %(exposure)s, and this"
                " order adds %(added)s",
                exposure=money(exposure.total),
                added=money(added),
            ),
            "credit.group": lambda: env._(
                "Limit of the group %(group)s: it owes or will owe %(exposure)s, and"
                " this order adds %(added)s",
                group=standing.group.name,
                exposure=money(standing.group.total),
                added=money(added),
            ),
        }[breach.code]()

    # --------------------------------------------------------------- released
    def _action_cancel(self):
        # EXTENDS sale: what a cancelled order used may be what another one waited for
        confirmed = self.sudo().filtered(lambda order: order.state == "sale")
        if not confirmed:
            return super()._action_cancel()
        payers = confirmed.partner_invoice_id.commercial_partner_id
        with payers._o2c_credit_watch(confirmed.company_id):
            return super()._action_cancel()

    def _o2c_credit_stopped(self, facts=None):
        """Those of these orders that credit control stops now.

        Of confirmed ones those whose goods may not leave: a decision that accepted what
        the order breaks lets it go on.

        :param facts: what `_o2c_credit_facts` gave, where it was read before
        """
        facts = facts or self._o2c_credit_facts()
        stopped = self.browse()
        quotations = self.sudo().filtered(lambda order: order.state in OPEN_STATES)
        for company, orders in quotations.grouped("company_id").items():
            judged = orders.with_company(company)._o2c_credit_breaches(
                "confirm", *facts[company.id]
            )
            stopped = stopped.union(
                *(order for order, _policy, found in judged if found)
            )
        confirmed = self.filtered(lambda order: order.state == "sale")
        found = confirmed._o2c_credit_open_findings(facts)
        return stopped | confirmed.filtered(lambda order: found[order.id])

    def _o2c_credit_open_findings(self, facts=None):
        """{id of a confirmed order: credit findings that keep its goods back}."""
        findings = self._o2c_credit_findings("delivery", facts)
        broken = self.sudo().filtered(lambda order: findings[order.id])
        return {**findings, **broken._o2c_gate_without_accepted(findings)}

    def _o2c_credit_tell_stopped(self):
        """Tell the salespeople of confirmed orders whose goods may not leave any more.

        Quotations have not promised anything to anybody: their banner says it.
        """
        confirmed = self.filtered(lambda order: order.state == "sale")
        known = confirmed.activity_ids.filtered(
            lambda a: a.activity_type_id == self.env.ref(STOPPED)
        )
        fresh = confirmed.filtered(lambda order: not order.activity_ids & known)
        findings = fresh._o2c_credit_open_findings() if fresh else {}
        for order in fresh:
            note = Markup("<br/>").join(f.title for f in findings[order.id])
            order.activity_schedule(
                STOPPED,
                user_id=(order.user_id or order.create_uid).id,
                summary=self.env._("Credit stops the delivery of this order"),
                note=note,
            )

    def _o2c_credit_tell_released(self):
        """Tell the salespeople of orders that were stopped and are not any more."""
        self.activity_unlink([STOPPED])
        for order in self.filtered(lambda o: o.state in (*OPEN_STATES, "sale")):
            order.message_post(
                body=self.env._("Credit is clear again: this order can go on.")
            )
            if order.user_id:
                order.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=order.user_id.id,
                    summary=self.env._("Credit released: go on with this order"),
                )

    # ---------------------------------------------------------------- warning
    def _compute_partner_credit_warning(self):
        # OVERRIDE sale: core reads the user's company instead of the order's, and
        # counts confirmed goods that wait for delivery as nothing
        self.partner_credit_warning = ""
        orders = self.filtered(
            lambda o: o.state in OPEN_STATES and o.partner_invoice_id
        )
        for company, of_company in orders.grouped("company_id").items():
            of_company._o2c_credit_warn_of_policies(company)
            if not company.account_use_credit_limit:
                continue
            payers = of_company.partner_invoice_id.commercial_partner_id
            standings = payers._o2c_credit_standings(company)
            for order in of_company.filtered(lambda o: not o.partner_credit_warning):
                payer = order.partner_invoice_id.commercial_partner_id
                standing = standings.get(payer.id)
                if standing and standing.limit:
                    order.partner_credit_warning = order._o2c_credit_warning(
                        payer, standing
                    )

    def _o2c_credit_warn_of_policies(self, company):
        """Say on these quotations of a company what their policies only warn of."""
        payers = self.partner_invoice_id.commercial_partner_id
        policies = self.env["o2c.credit.policy"]._for_partners(payers, company)
        if not any(policy._checks("quotation") for policy in policies.values()):
            return
        # a form in editing shows what is stored until it is saved
        findings = self._origin._o2c_credit_findings("quotation")
        for order in self:
            titles = [finding.title for finding in findings.get(order._origin.id, ())]
            order.partner_credit_warning = "\n".join(titles)

    def _o2c_credit_warning(self, payer, standing):
        company = self.company_id
        total = float(standing.exposure.total) + self.amount_total / self.currency_rate
        limit = float(standing.limit)
        if company.currency_id.compare_amounts(total, limit) <= 0:
            return ""

        def money(amount):
            return formatLang(self.env, amount, currency_obj=company.currency_id)

        return self.env._(
            "%(customer)s passes the credit limit of %(limit)s: with this order they"
            " owe or will owe %(total)s.",
            customer=payer.name,
            limit=money(limit),
            total=money(total),
        )
