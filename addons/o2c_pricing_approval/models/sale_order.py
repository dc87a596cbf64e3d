from contextlib import contextmanager
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.o2c_order_gate.gate_core import Finding

from ..pricing_core import OrderFacts, evaluate, margin_percent, spread
from .derived import without_typed

UNITS = {
    "discount": "percent",
    "list_discount": "percent",
    "margin": "percent",
    "order_margin": "percent",
    "below_cost": "amount",
    "free_goods": "amount",
    "total": "amount",
    "terms": "days",
}

# facts that the gate has judged, for the write that confirms
JUDGED = "o2c_pricing_approval.judged"
# where it comes from, nobody types it
DERIVED = frozenset({"o2c_agreement_id"})


class SaleOrder(models.Model):
    """Contributes the findings of the pricing policies to the order gate; takes prices,
    terms and way of billing from the customer's commercial agreement."""

    _inherit = "sale.order"

    o2c_agreement_id = fields.Many2one(
        "o2c.commercial.agreement",
        string="Agreement",
        compute="_compute_o2c_agreement_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )

    # ---------------------------------------------------------------- agreement
    @api.depends("partner_id", "company_id")
    def _compute_o2c_agreement_id(self):
        for company, orders in self.grouped("company_id").items():
            in_force = orders._o2c_in_force(company)
            for order in orders:
                partner = order.partner_id.commercial_partner_id
                order.o2c_agreement_id = in_force.get(partner._origin.id)

    def write(self, vals):
        # EXTENDS o2c_order_gate
        vals = without_typed(self, vals, DERIVED)
        if vals.get("state") != "sale":
            return super().write(vals)
        with self._o2c_judged_once():
            result = super().write(vals)
            self.order_line.mapped("o2c_sold_net")
            return result

    @contextmanager
    def _o2c_judged_once(self):
        """What the gate judges in this block is what was sold: computed once for both.

        Prices by price list and agreement are what takes time in a confirmation.
        """
        data = self.env.cr.precommit.data
        data[JUDGED] = {}
        try:
            yield
        finally:
            data.pop(JUDGED, None)

    def _compute_payment_term_id(self):
        # EXTENDS sale: what was agreed comes before the customer's usual terms
        super()._compute_payment_term_id()
        for order in self:
            if term := order.o2c_agreement_id.payment_term_id:
                order.payment_term_id = term

    def _o2c_in_force(self, company):
        """{commercial partner id: agreement} of the customers of these orders."""
        partners = self.partner_id.commercial_partner_id
        return self.env["o2c.commercial.agreement"]._in_force(partners, company)

    def _o2c_agreements(self):
        """{order: agreement that says what is due}.

        A quotation follows what is in force today; a confirmed order what was in force
        when it was confirmed.
        """
        agreements = {}
        for company, orders in self.grouped("company_id").items():
            open_orders = orders.filtered(lambda order: order.state != "sale")
            in_force = open_orders._o2c_in_force(company) if open_orders else {}
            for order in orders:
                partner = order.partner_id.commercial_partner_id
                agreements[order] = (
                    order.o2c_agreement_id.sudo()
                    if order.state == "sale"
                    else in_force.get(partner._origin.id)
                    or self.env["o2c.commercial.agreement"]
                )
        return agreements

    def _o2c_agreed_term(self):
        """Payment terms agreed with the customer of this order."""
        self.ensure_one()
        customer = self.partner_invoice_id.commercial_partner_id
        agreed = self.o2c_agreement_id.payment_term_id
        return agreed or customer.property_payment_term_id

    def _prepare_invoice(self):
        # EXTENDS sale
        return {
            **super()._prepare_invoice(),
            "o2c_agreement_id": self.o2c_agreement_id.id,
        }

    def _get_invoice_grouping_keys(self):
        # EXTENDS sale: an invoice is of one agreement
        return [*super()._get_invoice_grouping_keys(), "o2c_agreement_id"]

    def action_o2c_agreement(self):
        """Open the agreement of this order."""
        self.ensure_one()
        return self.o2c_agreement_id._open_form()

    # --------------------------------------------------------------------- gate
    @api.depends("o2c_agreement_id", "order_line.purchase_price")
    def _compute_o2c_gate(self):
        # EXTENDS o2c_order_gate: agreement and costs count too
        return super()._compute_o2c_gate()

    def _o2c_gate_findings(self, checkpoint):
        # EXTENDS o2c_order_gate
        findings = super()._o2c_gate_findings(checkpoint)
        if checkpoint != "confirm":
            return findings
        for company, orders in self.grouped("company_id").items():
            rules = self.env["o2c.pricing.policy"]._rules(company.id)
            if not rules:
                continue
            judged = orders._o2c_pricing_facts(rules)
            self.env.cr.precommit.data.get(JUDGED, {}).update(judged)
            for order_id, facts in judged.items():
                order = self.browse(order_id)
                findings[order_id] += [
                    order._o2c_pricing_finding(breach)
                    for breach in evaluate(facts, rules)
                ]
        return findings

    def _o2c_pricing_finding(self, breach):
        """The gate's finding for a breach of a pricing limit."""
        self.ensure_one()
        rule, line = breach.rule, breach.line
        return Finding(
            policy=f"pricing.{rule.kind}.{rule.level}",
            title=self._o2c_pricing_title(breach),
            measure=breach.measure,
            limit=breach.limit,
            unit=UNITS[rule.kind],
            direction="below" if rule.floor else "above",
            approver_group=rule.approver_group,
            approver_ids=rule.approver_ids,
            approvers_needed=rule.approvers_needed,
            level=rule.level,
            own_approval_allowed=rule.own_approval_allowed,
            subject=f"line:{line.key}" if line else "",
            facts={
                "rule": rule.id,
                "order_margin": f"{self.margin:.2f}",
                "order_total": f"{self.amount_untaxed:.2f}",
                **(self._o2c_line_figures(line) if line else {}),
            },
        )

    def _o2c_gate_facts(self):
        # EXTENDS o2c_order_gate: whatever is decided, prices and margins at the time
        facts = super()._o2c_gate_facts()
        measured = self._o2c_pricing_measured()
        for order in self.sudo():
            about = facts[order.id]
            about["order"]["order_margin"] = f"{order.margin:.2f}"
            for key, figures in about["lines"].items():
                if line := measured.get(key):
                    figures.update(self._o2c_line_figures(line))
        return facts

    def _o2c_line_figures(self, line):
        """Figures of a line at the time of the decision, as text."""
        return {
            "product": line.name,
            "quantity": str(line.quantity),
            "net": str(round(line.net, 6)),
            "entitled": str(line.entitled),
            "list_price": str(line.list_price),
            "cost": str(line.cost),
            "margin_percent": str(margin_percent(line.net, line.cost)),
        }

    def _o2c_pricing_title(self, breach):
        """The breach in words for people."""
        name = breach.line.name if breach.line else ""
        titles = {
            "discount": self.env._("Discount on %(product)s", product=name),
            "list_discount": self.env._(
                "Discount on the list price of %(product)s", product=name
            ),
            "margin": self.env._("Margin of %(product)s", product=name),
            "below_cost": self.env._("%(product)s below its cost", product=name),
            "order_margin": self.env._("Margin of the order"),
            "free_goods": self.env._("Value of free goods"),
            "total": self.env._("Total of the order"),
            "terms": self.env._("Payment terms longer than agreed"),
        }
        return titles[breach.rule.kind]

    # -------------------------------------------------------------------- facts
    def _o2c_pricing_facts(self, rules=()):
        """{order id: OrderFacts}; of orders and customers only what the rules ask for.

        :param rules: limits that will be judged; none: lines only
        """
        kinds = {rule.kind for rule in rules}
        facts = {}
        prices = self._o2c_prices()
        for order in self:
            lines = order.order_line._o2c_priced()
            wanted = {}
            if any(rule.users or rule.teams for rule in rules):
                wanted.update(order._o2c_sellers(rules))
            if any(rule.segments for rule in rules):
                partner = order.partner_id
                segments = (
                    partner.category_id | partner.commercial_partner_id.category_id
                )
                wanted["segments"] = frozenset(segments.ids)
            if "terms" in kinds:
                wanted.update(order._o2c_terms())
            facts[order.id] = OrderFacts(
                lines=tuple(line._o2c_line_facts(*prices[line]) for line in lines),
                today=self.env["o2c.gate.decision"]._today(),
                deduction=Decimal(str(order._o2c_deduction())),
                company=order.company_id.id,
                currency_rate=Decimal(str(order.currency_rate or 1.0)),
                **wanted,
            )
        return facts

    def _o2c_pricing_measured(self):
        """{line key: LineFacts} with the negative lines of each order taken off."""
        measured = {}
        judged = self.env.cr.precommit.data.get(JUDGED, {})
        others = self.filtered(lambda order: order.id not in judged)
        # superuser: salespeople may not read what price lists are based on
        found = others.sudo()._o2c_pricing_facts() if others else {}
        found.update({id_: judged[id_] for id_ in self.ids if id_ in judged})
        for facts in found.values():
            for line in spread(facts.lines, facts.deduction):
                measured[line.key] = line
        return measured

    def _o2c_deduction(self):
        """Sum of the negative lines, positive, without tax.

        Whatever a negative line is called (discount, reward, delivery, down payment),
        it lowers what the customer pays.
        """
        self.ensure_one()
        return round(
            -sum(s for s in self.order_line.mapped("price_subtotal") if s < 0), 6
        )

    def _o2c_sellers(self, rules):
        """Everybody who sold this order, and his teams if a limit asks for teams."""
        self.ensure_one()
        users = self.user_id | self.create_uid.filtered(
            lambda user: not user.share and not user._is_superuser()
        )
        teams = {}
        if any(rule.teams for rule in rules):
            teams = {user.id: frozenset(user.crm_team_ids.ids) for user in users}
        return {"users": frozenset(users.ids), "teams": teams}

    def _o2c_terms(self):
        """Days of the order's payment terms and of those agreed with the customer."""
        self.ensure_one()
        return {
            "term_days": self._o2c_days(self.payment_term_id),
            "agreed_days": self._o2c_days(self._o2c_agreed_term()),
        }

    def _o2c_days(self, term):
        today = self.env["o2c.gate.decision"]._today()
        due = [line._get_due_date(today) for line in term.line_ids]
        return (max(due) - today).days if due else 0

    def _o2c_prices(self):
        """{line: (entitled, list price)}, by the customer's agreement and price list.

        The customer's own list counts, not the one that was chosen on the order, and
        today's date, not the order's: both can be written by whoever sells.
        """
        prices = {}
        now = fields.Datetime.now()
        agreements = self._o2c_agreements()
        # a country in the context would choose another price list
        clean = self.with_context(country_code=None)
        # of all orders at once: read order by order, they cost a query each
        clean.order_line._origin.fetch(
            ["product_no_variant_attribute_value_ids", "tax_ids"]
        )
        for company, orders in clean.grouped("company_id").items():
            orders = orders.with_company(company)
            rules = orders._o2c_price_rules(now)
            for order in orders:
                agreed = agreements[order].line_ids
                terms = agreed._to_terms(order._origin) if agreed else {}
                for line in order.order_line._o2c_priced():
                    entitled, list_price = line._o2c_price_by(rules[order], now)
                    if term := line._o2c_term(terms):
                        entitled = term._price_for(line, entitled, now)
                    prices[line] = entitled, list_price
        return prices

    def _o2c_price_rules(self, now):
        """{order: rules of its customer's list that may price its lines, in order}.

        Core searches the rules of a list once for each order; here once for each list,
        whatever the number of quotations that are looked at.
        """
        rules = {}
        lists = self.grouped(lambda order: order.partner_id.property_product_pricelist)
        for pricelist, orders in lists.items():
            products = orders.order_line.product_id
            found = pricelist._get_applicable_rules(products, now)
            of_key = found.grouped(
                lambda r: (
                    r.product_id or r.product_tmpl_id or r.categ_id or r.pricelist_id
                )
            )
            place = {rule.id: number for number, rule in enumerate(found)}
            for order in orders:
                mine = found.browse().union(
                    *(
                        of_key[key]
                        for key in order._o2c_rule_keys(pricelist)
                        if key in of_key
                    )
                )
                rules[order] = mine.sorted(lambda rule, at=place: at[rule.id])
        return rules

    def _o2c_rule_keys(self, pricelist):
        """What a price rule may be for, to apply to a line of this order."""
        self.ensure_one()
        products = self.order_line.product_id
        yield pricelist
        yield from products
        yield from products.product_tmpl_id
        for category in products.categ_id:
            path = (category.parent_path or "").split("/")
            yield from category.browse(int(part) for part in path if part)
