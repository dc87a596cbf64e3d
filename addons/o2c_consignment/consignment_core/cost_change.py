"""What a later cost does to goods that were sold already."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .pricing import HUNDRED
from .settlement import round_money

PASS_ON = "pass_on"
ABSORB = "absorb"
ASK = "ask"


@dataclass(frozen=True)
class Consumed:
    """A consumption as it stands: ``quantity`` is negative for a return."""

    key: Hashable
    quantity: Decimal
    unit_cost: Decimal
    sale_price: Decimal
    invoiced: bool


@dataclass(frozen=True)
class Effect:
    """What changes for one consumption; margins are of the whole quantity.

    ``decision`` is empty while somebody has to choose.
    """

    key: Hashable
    delta: Decimal
    decision: str
    margin_before: Decimal
    margin_after: Decimal


def last_day(first_day: date, later_starts: Iterable[date]) -> date | None:
    """Last day of a new cost: it ends where the next agreed price begins.

    :param later_starts: first days of other agreed prices
    :return: ``None`` when nothing was agreed for later

    >>> last_day(date(2026, 5, 1), [date(2026, 1, 1), date(2026, 7, 1)])
    datetime.date(2026, 6, 30)
    """
    following = [start for start in later_starts if start > first_day]
    return min(following) - timedelta(days=1) if following else None


def change_percent(old: Decimal, new: Decimal) -> Decimal:
    """By how much the cost changes, in percent of the old one."""
    if not old:
        return HUNDRED if new else Decimal(0)
    return (new - old) / old * HUNDRED


def decide(policy: str, threshold: Decimal, percent: Decimal, invoiced: bool) -> str:
    """Who bears the difference.

    What was never invoiced cannot be passed on by a note, and small changes are
    absorbed whatever the policy.
    """
    if not invoiced or abs(percent) <= threshold:
        return ABSORB
    return "" if policy == ASK else policy


def effect(
    consumed: Consumed, new_cost: Decimal, decision: str, digits: int = 2
) -> Effect:
    """Work out one consumption.

    :param decision: ``pass_on`` adds the difference to what the customer pays
    :param digits: decimals of the currency
    """
    delta = round_money(consumed.quantity * new_cost, digits) - round_money(
        consumed.quantity * consumed.unit_cost, digits
    )
    before = round_money(
        consumed.quantity * (consumed.sale_price - consumed.unit_cost), digits
    )
    after = before - (Decimal(0) if decision == PASS_ON else delta)
    return Effect(consumed.key, delta, decision, before, after)


def effects(
    consumptions: Iterable[Consumed],
    new_cost: Decimal,
    policy: str,
    threshold: Decimal = Decimal(0),
    digits: int = 2,
) -> list[Effect]:
    """Work out every consumption by the agreement's policy.

    :param threshold: changes up to this percentage are absorbed
    """
    result = []
    for consumed in consumptions:
        percent = change_percent(consumed.unit_cost, new_cost)
        decision = decide(policy, threshold, percent, consumed.invoiced)
        result.append(effect(consumed, new_cost, decision, digits))
    return result
