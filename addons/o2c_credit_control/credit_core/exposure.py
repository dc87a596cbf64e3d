"""What a customer owes or will owe, and how old it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)

# Name of each age bucket and the last day past due that it holds (None: no end).
BUCKETS: tuple[tuple[str, int | None], ...] = (
    ("not_due", 0),
    ("overdue_30", 30),
    ("overdue_60", 60),
    ("overdue_90", 90),
    ("overdue_older", None),
)


def bucket(days_past_due: int) -> str:
    """Name the age bucket of a document.

    :param days_past_due: days since it fell due; zero or less while it is not due

    >>> [bucket(d) for d in (-5, 0, 1, 30, 31, 90, 91)][1:4]
    ['not_due', 'overdue_30', 'overdue_30']
    >>> bucket(91)
    'overdue_older'
    """
    for name, last_day in BUCKETS:
        if last_day is None or days_past_due <= last_day:
            return name
    raise AssertionError("the last bucket has no end")


@dataclass(frozen=True)
class OpenItem:
    """One open receivable: positive is owed to us, negative is his credit."""

    due: date
    amount: Decimal


@dataclass(frozen=True)
class Exposure:
    """Amounts of one customer in one company, in that company's currency.

    The five age buckets are net of credits that nobody matched yet (payments on
    account, credit notes) and of announced deductions. Credits cover the oldest debt
    first: a customer who paid is not late because nobody has matched his payment yet.
    """

    not_due: Decimal = ZERO
    overdue_30: Decimal = ZERO
    overdue_60: Decimal = ZERO
    overdue_90: Decimal = ZERO
    overdue_older: Decimal = ZERO
    # what the customer has paid beyond everything that he owes
    advance: Decimal = ZERO
    # announced reductions of the receivable, already out of the buckets
    deductions: Decimal = ZERO
    draft_invoiced: Decimal = ZERO
    delivered: Decimal = ZERO
    undelivered: Decimal = ZERO
    oldest_due: date | None = None

    @property
    def overdue(self) -> Decimal:
        return self.overdue_30 + self.overdue_60 + self.overdue_90 + self.overdue_older

    @property
    def receivable(self) -> Decimal:
        return self.not_due + self.overdue - self.advance

    @property
    def total(self) -> Decimal:
        return self.receivable + self.draft_invoiced + self.delivered + self.undelivered

    def days_overdue(self, today: date) -> int:
        """Days since the oldest open debt fell due; 0 when nothing is overdue."""
        if self.oldest_due is None:
            return 0
        return max(0, (today - self.oldest_due).days)


def age(items: Iterable[OpenItem], today: date) -> Exposure:
    """Age open items, letting credits cover the oldest debts first.

    This is the definition that the exposure query of the addon implements in SQL;
    the addon's tests compare the two.

    :param items: debts and credits of one customer
    :param today: day to which the age is counted
    """
    items = list(items)
    credit = -sum((i.amount for i in items if i.amount < 0), ZERO)
    amounts = dict.fromkeys((name for name, _last in BUCKETS), ZERO)
    oldest = None
    for item in sorted((i for i in items if i.amount > 0), key=lambda i: i.due):
        covered = min(credit, item.amount)
        credit -= covered
        left = item.amount - covered
        if not left:
            continue
        oldest = oldest or item.due
        amounts[bucket((today - item.due).days)] += left
    return Exposure(**amounts, advance=credit, oldest_due=oldest)
