"""What a change of prices would have made of past sales."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .measure import percent


@dataclass(frozen=True)
class Sold:
    """What a customer bought of a product; amounts in the company's currency.

    :param old: unit price by the price list as it is
    :param new: unit price by the price list as it would be
    """

    customer: int
    quantity: Decimal
    sales: Decimal
    cost: Decimal
    old: Decimal
    new: Decimal


@dataclass(frozen=True)
class Impact:
    """The same quantities at the changed prices, for one customer."""

    customer: int
    sales: Decimal
    new_sales: Decimal
    cost: Decimal

    @property
    def change(self):
        """How much more he would have paid."""
        return self.new_sales - self.sales

    @property
    def margin_percent(self):
        """Margin as it was."""
        return percent(self.sales - self.cost, self.sales)

    @property
    def new_margin_percent(self):
        """Margin as it would have been."""
        return percent(self.new_sales - self.cost, self.new_sales)


def impacts(sold: Iterable[Sold]):
    """One Impact for each customer whose prices change, most affected first.

    The price list's difference is added to what he paid: whoever was given 5 % less
    pays 5 % less of nothing but the old price.
    """
    sums = {}
    for row in sold:
        if row.old == row.new:
            continue
        change = (row.new - row.old) * row.quantity
        before = sums.get(row.customer, (Decimal(0),) * 3)
        added = (row.sales, row.sales + change, row.cost)
        sums[row.customer] = tuple(map(sum, zip(before, added, strict=True)))
    found = [Impact(customer, *amounts) for customer, amounts in sums.items()]
    return sorted(found, key=lambda impact: -abs(impact.change))
