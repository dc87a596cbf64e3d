"""What is due to the consignor, and whether his bill says the same."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Due:
    """Accepted consumptions of a product at one cost: quantity in the product's unit,
    amount to the cent.

    An adjustment of the cost has neither quantity nor unit cost.
    """

    product: Hashable
    unit_cost: Decimal | None
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True)
class BillLine:
    """Consumptions of one product at one cost, as the supplier bills them.

    ``rounding`` is what the sum of the rounded consumptions exceeds the rounded
    product of quantity and cost by; it is billed apart so that the accrual clears.
    """

    product: Hashable
    unit_cost: Decimal
    quantity: Decimal
    amount: Decimal
    rounding: Decimal


@dataclass(frozen=True)
class Match:
    """How the amount on the supplier's document compares with what is due."""

    due: Decimal
    stated: Decimal
    tolerance: Decimal

    @property
    def difference(self) -> Decimal:
        return self.stated - self.due

    @property
    def within_tolerance(self) -> bool:
        return abs(self.difference) <= self.tolerance


def round_money(amount: Decimal, digits: int = 2) -> Decimal:
    """Round half up, as the tax authority and Odoo's currencies do."""
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def group_for_bill(
    dues: Iterable[Due], digits: int = 2, price_digits: int = 2
) -> list[BillLine]:
    """Group by product and cost; lines whose quantities cancel out stay out.

    :param digits: decimals of the currency
    :param price_digits: decimals that the bill's unit prices may have
    """
    groups: dict[tuple, list[Due]] = {}
    for due in dues:
        groups.setdefault((due.product, due.unit_cost), []).append(due)
    lines = [
        _bill_line(key, group, digits, price_digits) for key, group in groups.items()
    ]
    return [line for line in lines if line.quantity or line.rounding]


def _bill_line(
    key: tuple, group: list[Due], digits: int, price_digits: int
) -> BillLine:
    product, unit_cost = key
    total = sum((d.amount for d in group), Decimal(0))
    if unit_cost is None:
        # The amount is billed as one unit.
        quantity = Decimal(1) if total > 0 else Decimal(-1) if total else Decimal(0)
        return BillLine(product, abs(total), quantity, total, Decimal(0))
    quantity = sum((d.quantity for d in group), Decimal(0))
    unit_cost = round_money(unit_cost, price_digits)
    amount = round_money(quantity * unit_cost, digits)
    return BillLine(product, unit_cost, quantity, amount, total - amount)


def match_bill(due: Decimal, stated: Decimal, tolerance: Decimal) -> Match:
    """Compare what is due with what the supplier's document states."""
    return Match(due, stated, tolerance)
