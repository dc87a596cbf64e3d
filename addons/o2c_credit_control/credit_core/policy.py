"""When a customer may not confirm or receive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .exposure import ZERO, Exposure


@dataclass(frozen=True)
class Policy:
    """Credit rules of one company for one segment or customer.

    :param grace_days: days after the due date in which a document is not yet late
    :param max_overdue_days: days beyond grace that the oldest debt may be late
    :param overdue_minimum: overdue total up to which lateness is forgiven, in the
        company's currency (cents left by rounding must not stop a customer)
    :param limit: credit limit of those who have none of their own, zero for none
    :param tolerance_percent: percent by which the exposure may pass the limit
    :param limit_required: without a limit there is no credit at all
    :param block_broken_promise: a promise not kept stops the customer
    :param review_lapses: a limit whose review date has passed gives no credit
    :param max_term_days: longest payment term, in days; 0 for any
    """

    grace_days: int = 0
    max_overdue_days: int = 0
    overdue_minimum: Decimal = ZERO
    limit: Decimal = ZERO
    tolerance_percent: Decimal = ZERO
    limit_required: bool = False
    block_broken_promise: bool = True
    review_lapses: bool = False
    max_term_days: int = 0

    def limit_of(self, standing: Standing) -> Decimal:
        """The customer's own limit, else that of the policy; zero for none."""
        return standing.limit or self.limit

    def in_force(self, standing: Standing) -> Decimal:
        """That limit with what raises it today; zero while there is no limit."""
        limit = self.limit_of(standing)
        return limit and limit + standing.raised

    def allowed(self, limit: Decimal) -> Decimal:
        """Exposure up to which the customer may go, tolerance included."""
        return limit * (1 + self.tolerance_percent / 100)


@dataclass(frozen=True)
class BrokenPromise:
    """What is still missing from a promise whose date has passed."""

    date: date
    missing: Decimal


@dataclass(frozen=True)
class GroupStanding:
    """What affiliated customers owe together, in all companies of their group.

    :param limit: limit of the group; it and the amounts are in the currency of the
        company that asks
    :param total: exposure of all members
    :param undelivered: the part of it that is confirmed and not delivered
    """

    name: str
    limit: Decimal
    total: Decimal
    undelivered: Decimal = ZERO


@dataclass(frozen=True)
class Standing:
    """Facts about one customer in one company on one day.

    :param limit: credit limit of his own, zero for none
    :param raised: what guarantees and temporary limits add to the limit today
    :param secured: guarantees and insurances in force
    :param review_date: day from which the limit has to be reviewed, if any
    :param holds: reasons of the manual holds in force
    """

    today: date
    exposure: Exposure = Exposure()
    limit: Decimal = ZERO
    raised: Decimal = ZERO
    secured: Decimal = ZERO
    review_date: date | None = None
    group: GroupStanding | None = None
    holds: tuple[str, ...] = ()
    broken_promises: tuple[BrokenPromise, ...] = ()

    @property
    def at_risk(self) -> Decimal:
        """Exposure that no guarantee or insurance secures."""
        return max(ZERO, self.exposure.total - self.secured)


@dataclass(frozen=True)
class Breach:
    """One rule that is broken: by how much, and in which unit.

    :param code: ``credit.hold``, ``credit.promise``, ``credit.overdue``,
        ``credit.review``, ``credit.terms``, ``credit.limit`` or ``credit.group``
    :param unit: ``amount``, ``days`` or ``count``
    """

    code: str
    measure: Decimal
    limit: Decimal
    unit: str


def judge(
    standing: Standing, policy: Policy, added: Decimal = ZERO, term_days: int = 0
) -> list[Breach]:
    """Tell every rule that a customer breaks, the gravest first.

    :param added: amount of what is about to be committed, not yet in the exposure
    :param term_days: payment term of what is about to be committed, in days
    """
    found = (
        _hold(standing),
        _promise(standing, policy),
        _overdue(standing, policy),
        _review(standing, policy),
        _terms(policy, term_days),
        _limit(standing, policy, added),
        _group(standing, added),
    )
    return [breach for breach in found if breach]


def _hold(standing: Standing) -> Breach | None:
    if not standing.holds:
        return None
    return Breach("credit.hold", Decimal(len(standing.holds)), ZERO, "count")


def _promise(standing: Standing, policy: Policy) -> Breach | None:
    missing = sum((p.missing for p in standing.broken_promises), ZERO)
    if not policy.block_broken_promise or missing <= 0:
        return None
    return Breach("credit.promise", missing, ZERO, "amount")


def _overdue(standing: Standing, policy: Policy) -> Breach | None:
    days = standing.exposure.days_overdue(standing.today)
    allowed = policy.grace_days + policy.max_overdue_days
    if days <= allowed or standing.exposure.overdue <= policy.overdue_minimum:
        return None
    return Breach("credit.overdue", Decimal(days), Decimal(allowed), "days")


def _review(standing: Standing, policy: Policy) -> Breach | None:
    day = standing.review_date
    if not policy.review_lapses or day is None or day >= standing.today:
        return None
    return Breach("credit.review", Decimal((standing.today - day).days), ZERO, "days")


def _terms(policy: Policy, term_days: int) -> Breach | None:
    if not policy.max_term_days or term_days <= policy.max_term_days:
        return None
    allowed = Decimal(policy.max_term_days)
    return Breach("credit.terms", Decimal(term_days), allowed, "days")


def _limit(standing: Standing, policy: Policy, added: Decimal) -> Breach | None:
    limit = policy.limit_of(standing)
    if not limit and not policy.limit_required:
        return None
    total = standing.exposure.total + added
    allowed = policy.allowed(limit) + standing.raised
    if total <= allowed or total <= 0:
        return None
    return Breach("credit.limit", total, allowed, "amount")


def _group(standing: Standing, added: Decimal) -> Breach | None:
    group = standing.group
    if group is None or not group.limit or group.total + added <= group.limit:
        return None
    return Breach("credit.group", group.total + added, group.limit, "amount")
