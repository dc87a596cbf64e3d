"""What the pricing policies look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class LineFacts:
    """One priced line; amounts per unit, without tax, in the order's currency.

    :param key: identifies the line to the caller
    :param quantity: in the line's unit of measure, not negative
    :param net: what the customer pays, after every discount on the line itself
    :param entitled: what he is due to pay today by price list or agreement
    :param list_price: the product's sales price
    :param cost: what the goods cost
    :param categories: ids of the product's category and those above it
    """

    key: str
    name: str
    quantity: Decimal
    net: Decimal
    entitled: Decimal
    list_price: Decimal
    cost: Decimal
    categories: frozenset[int] = frozenset()

    @property
    def free(self):
        """Whether goods are handed over for nothing."""
        return self.quantity > 0 and self.net <= 0 and self.entitled > 0


@dataclass(frozen=True)
class OrderFacts:
    """One order.

    :param lines: its priced lines
    :param deduction: sum of the negative lines, as a positive amount without tax
    :param company: company id
    :param users: ids of everybody who sold it; an authority has to be of all of them
    :param teams: {user id: ids of his sales teams}
    :param segments: ids of the customer's categories
    :param term_days: days until the last instalment of the order's payment terms
    :param agreed_days: the same for the terms agreed with the customer
    :param currency_rate: units of the order's currency for one of the company's
    """

    lines: tuple[LineFacts, ...]
    today: date
    deduction: Decimal = Decimal(0)
    company: int = 0
    users: frozenset[int] = frozenset()
    teams: Mapping[int, frozenset[int]] = field(default_factory=dict)
    segments: frozenset[int] = frozenset()
    term_days: int = 0
    agreed_days: int = 0
    currency_rate: Decimal = Decimal(1)

    @property
    def total(self):
        """What the customer pays, without tax."""
        return sum((line.net * line.quantity for line in self.lines), -self.deduction)

    @property
    def cost(self):
        """What the goods cost."""
        return sum((line.cost * line.quantity for line in self.lines), Decimal(0))
