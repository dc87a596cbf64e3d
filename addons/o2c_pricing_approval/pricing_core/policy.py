"""Which policy lines apply to an order, and which of them it breaks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .facts import LineFacts, OrderFacts
from .measure import effective_discount, margin_percent, order_margin_percent, spread

LINE_KINDS = ("discount", "list_discount", "margin", "below_cost")
ORDER_KINDS = ("order_margin", "free_goods", "total", "terms")
KINDS = LINE_KINDS + ORDER_KINDS
FLOORS = ("margin", "order_margin", "below_cost")


@dataclass(frozen=True)
class Rule:
    """One line of a policy; empty conditions apply to everything.

    :param kind: one of ``KINDS``
    :param limit: percent, company currency or days, as the kind asks for
    :param users: whose authority it is; has to include everybody who sold
    :param teams: whose authority it is, by team
    """

    id: int
    kind: str
    limit: Decimal = Decimal(0)
    level: int = 1
    company: int = 0
    users: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    segments: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    date_from: date | None = None
    date_to: date | None = None
    approver_group: str = ""
    approver_ids: tuple[int, ...] = ()
    approvers_needed: int = 1
    own_approval_allowed: bool = False

    @property
    def specificity(self):
        """Larger for the rule that speaks more precisely."""
        conditions = (
            self.users,
            self.teams,
            self.segments,
            self.categories,
            self.company,
        )
        return tuple(bool(condition) for condition in conditions)

    @property
    def floor(self):
        """Whether the measure must not be below the limit."""
        return self.kind in FLOORS

    def strictness(self):
        """Larger for the rule that allows less."""
        return self.limit if self.floor else -self.limit

    def applies_to_order(self, order: OrderFacts):
        """Whether the conditions about order, customer and sellers hold."""
        if self.company and self.company != order.company:
            return False
        if self.date_from and order.today < self.date_from:
            return False
        if self.date_to and order.today > self.date_to:
            return False
        if self.segments and not self.segments & order.segments:
            return False
        return self._sellers_have_it(order)

    def _sellers_have_it(self, order):
        # everybody who sold: otherwise naming a colleague with more authority as the
        # salesperson of the order would lend his authority
        if self.users and not (order.users and order.users <= self.users):
            return False
        return not self.teams or (
            bool(order.users)
            and all(
                self.teams & order.teams.get(user, frozenset()) for user in order.users
            )
        )

    def applies_to_line(self, line: LineFacts):
        """Whether the condition about the product holds."""
        return not self.categories or bool(self.categories & line.categories)


@dataclass(frozen=True)
class Breach:
    """A rule that an order breaks; ``line`` is None for rules about all of it."""

    rule: Rule
    line: LineFacts | None
    measure: Decimal
    limit: Decimal


def evaluate(order: OrderFacts, rules: Iterable[Rule]):
    """Every rule that the order breaks.

    Of the rules of one kind and level only the most specific one counts, and the
    strictest among equally specific ones.
    """
    rules = [rule for rule in rules if rule.applies_to_order(order)]
    lines = spread(order.lines, order.deduction)
    breaches = []
    for line in lines:
        mine = [r for r in rules if r.kind in LINE_KINDS and r.applies_to_line(line)]
        free_goods = any(
            r.kind == "free_goods" and r.applies_to_line(line) for r in rules
        )
        for rule in _strongest(mine):
            # given away on purpose: judged as free goods where there is such a rule
            if line.free and free_goods and rule.kind != "margin":
                continue
            breaches += _line_breach(rule, line, order)
    wide = _strongest(r for r in rules if r.kind in ORDER_KINDS)
    for rule in wide:
        breaches += _order_breach(rule, order, lines)
    return sorted(breaches, key=lambda b: (b.rule.level, KINDS.index(b.rule.kind)))


def _strongest(rules):
    chosen = {}
    for rule in rules:
        key = (rule.kind, rule.level)
        best = chosen.get(key)
        rank = (rule.specificity, rule.strictness())
        if best is None or rank > (best.specificity, best.strictness()):
            chosen[key] = rule
    return chosen.values()


def _line_breach(rule, line, order):
    # a quantity of nothing is judged too: what is delivered beyond it is invoiced at
    # the price of the line
    limit = rule.limit
    if rule.kind == "discount":
        measure = effective_discount(line.net, line.entitled)
    elif rule.kind == "list_discount":
        measure = effective_discount(line.net, line.list_price)
    elif rule.kind == "margin":
        measure = margin_percent(line.net, line.cost)
    else:
        measure = _rounded(line.net / order.currency_rate)
        limit = _rounded(line.cost / order.currency_rate)
    if _broken(rule, measure, limit):
        yield Breach(rule, line, measure, limit)


def _order_breach(rule, order, lines):
    if rule.kind == "order_margin":
        measure = order_margin_percent(order)
    elif rule.kind == "free_goods":
        free = [ln for ln in lines if ln.free and rule.applies_to_line(ln)]
        value = sum((ln.entitled * ln.quantity for ln in free), Decimal(0))
        measure = _rounded(value / order.currency_rate)
    elif rule.kind == "total":
        measure = _rounded(order.total / order.currency_rate)
    else:
        measure = Decimal(order.term_days - order.agreed_days)
    if order.lines and _broken(rule, measure, rule.limit):
        yield Breach(rule, None, measure, rule.limit)


def _broken(rule, measure, limit):
    return measure < limit if rule.floor else measure > limit


def _rounded(amount):
    return amount.quantize(Decimal("0.0001"))
