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
    :param tolerance_percent: percent by which the exposure may pass the limit
    :param limit_required: without a limit there is no credit at all
    :param block_broken_promise: a promise not kept stops the customer
    """

    grace_days: int = 0
    max_overdue_days: int = 0
    overdue_minimum: Decimal = ZERO
    tolerance_percent: Decimal = ZERO
    limit_required: bool = False
    block_broken_promise: bool = True

    def allowed(self, limit: Decimal) -> Decimal:
        """Exposure up to which the customer may go, tolerance included."""
        return limit * (1 + self.tolerance_percent / 100)


@dataclass(frozen=True)
class BrokenPromise:
    """What is still missing from a promise whose date has passed."""

    date: date
    missing: Decimal


@dataclass(frozen=True)
class Standing:
    """Facts about one customer in one company on one day.

    :param limit: credit limit, zero for none
    :param holds: reasons of the manual holds in force
    """

    today: date
    exposure: Exposure = Exposure()
    limit: Decimal = ZERO
    holds: tuple[str, ...] = ()
    broken_promises: tuple[BrokenPromise, ...] = ()


@dataclass(frozen=True)
class Breach:
    """One rule that is broken: by how much, and in which unit.

    :param code: ``credit.hold``, ``credit.overdue``, ``credit.promise`` or
        ``credit.limit``
    :param unit: ``amount``, ``days`` or ``count``
    """

    code: str
    measure: Decimal
    limit: Decimal
    unit: str


def judge(standing: Standing, policy: Policy, added: Decimal = ZERO) -> list[Breach]:
    """Tell every rule that a customer breaks, the gravest first.

    :param added: amount of what is about to be committed, not yet in the exposure
    """
    rules = (_hold, _promise, _overdue)
    found = [breach for rule in rules if (breach := rule(standing, policy))]
    if over := _limit(standing, policy, added):
        found.append(over)
    return found


def _hold(standing: Standing, _policy: Policy) -> Breach | None:
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


def _limit(standing: Standing, policy: Policy, added: Decimal) -> Breach | None:
    if not standing.limit and not policy.limit_required:
        return None
    total = standing.exposure.total + added
    allowed = policy.allowed(standing.limit)
    if total <= allowed or total <= 0:
        return None
    return Breach("credit.limit", total, allowed, "amount")
