"""Promises of payment: what may be promised, and whether it was kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from .exposure import ZERO


@dataclass(frozen=True)
class PromiseError:
    """One reason why a promise cannot be taken.

    :param code: ``amount_positive``, ``amount_cents``, ``amount_open``, ``no_invoice``,
        ``date_past`` or ``date_far``
    :param limit: the amount or date that would have been accepted, if any
    """

    code: str
    limit: Decimal | date | None = None


def check_promise(
    amount: Decimal, day: date, *, open_amount: Decimal, today: date, max_days: int
) -> list[PromiseError]:
    """List everything that is wrong with a promise, nothing when it is acceptable.

    :param open_amount: what is owed on its documents and not promised already
    :param max_days: days from today within which a promise must fall
    """
    problems = []
    if not amount.is_finite() or amount <= 0:
        problems.append(PromiseError("amount_positive"))
    elif amount.normalize().as_tuple().exponent < -2:
        problems.append(PromiseError("amount_cents"))
    elif open_amount <= 0:
        problems.append(PromiseError("no_invoice"))
    elif amount > open_amount:
        problems.append(PromiseError("amount_open", open_amount))
    if day < today:
        problems.append(PromiseError("date_past", today))
    elif day > (last := today + timedelta(days=max_days)):
        problems.append(PromiseError("date_far", last))
    return problems


@dataclass(frozen=True)
class Payment:
    """Money matched with one document.

    :param match: number of the matching; later ones are higher
    :param day: day of the payment, which may lie before its matching
    """

    match: int
    document: int
    day: date
    amount: Decimal


@dataclass(frozen=True)
class Promise:
    """A promise to settle.

    :param after: number of the last matching before it was made; earlier money had
        already reduced the debt and cannot fulfil it
    """

    key: int
    after: int
    due: date
    amount: Decimal
    documents: frozenset[int]


@dataclass(frozen=True)
class Verdict:
    """How a promise stands.

    :param state: ``open``, ``kept``, ``partly`` or ``broken``; what was paid late
        does not change it
    :param paid: matched so far, late or not
    :param missing: still to pay before the promise counts as regularised
    :param kept: how much of the promise was there in time
    """

    state: str
    paid: Decimal
    missing: Decimal
    kept: Decimal = ZERO


def allocate(
    promises: Sequence[Promise], payments: Iterable[Payment]
) -> dict[int, list[Payment]]:
    """Give each payment to the promises that it can fulfil, the earliest due first.

    A payment counts once even where several promises (instalments) share documents,
    and never for a promise that was made after its matching.

    :return: payments by promise key, cut where one payment serves two promises
    """
    taken: dict[int, list[Payment]] = {p.key: [] for p in promises}
    missing = {p.key: p.amount for p in promises}
    in_order = sorted(promises, key=lambda p: (p.due, p.key))
    for payment in sorted(payments, key=lambda p: (p.day, p.match)):
        left = payment.amount
        for promise in in_order:
            if payment.document not in promise.documents:
                continue
            if payment.match <= promise.after:
                continue
            part = min(left, missing[promise.key])
            if part <= 0:
                continue
            taken[promise.key].append(replace(payment, amount=part))
            missing[promise.key] -= part
            left -= part
    return taken


def settle(
    promise: Promise, payments: Iterable[Payment], *, today: date, still_open: Decimal
) -> Verdict:
    """Decide a promise by the payments that were allocated to it.

    :param today: a promise is decided the day after its date
    :param still_open: what its documents still owe; nothing more is missing than that
        (a credit note or a withholding may have reduced the debt meanwhile)
    """
    payments = list(payments)
    paid = sum((p.amount for p in payments), ZERO)
    in_time = sum((p.amount for p in payments if p.day <= promise.due), ZERO)
    missing = max(ZERO, min(promise.amount - paid, still_open))
    if in_time >= promise.amount:
        return Verdict("kept", paid, ZERO, promise.amount)
    if today <= promise.due:
        # settled early by other means: there is nothing left to promise
        if not missing:
            return Verdict("kept", paid, missing, promise.amount)
        return Verdict("open", paid, missing, in_time)
    return Verdict("partly" if in_time else "broken", paid, missing, in_time)


def instalments(
    amount: Decimal, count: int, first: date, every: int
) -> list[tuple[date, Decimal]]:
    """Split an amount into equal parts, cents left over in the first ones.

    :param count: how many parts, one or more
    :param first: day of the first part
    :param every: days between two parts

    >>> instalments(Decimal("100"), 3, date(2026, 1, 1), 15)[0]
    (datetime.date(2026, 1, 1), Decimal('33.34'))
    """
    cents = int(amount * 100)
    part, over = divmod(cents, count)
    return [
        (
            first + timedelta(days=every * number),
            Decimal(part + (number < over)) / 100,
        )
        for number in range(count)
    ]
