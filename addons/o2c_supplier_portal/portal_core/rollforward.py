"""What became of goods, lot by lot and place by place: one line that adds up.

initial + received - sold - returned - lost + moved = current, in each line and in all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

# reason of a movement: (column, 1 when the column shows it as it is, -1 turned round)
COLUMNS = {
    "count": ("initial", 1),
    "receipt": ("received", 1),
    "sale": ("sold", -1),
    "return": ("sold", -1),
    "back": ("returned", -1),
    "loss": ("lost", -1),
    "found": ("lost", -1),
    "use": ("lost", -1),
    "transfer": ("moved", 1),
}


# Columns in the order of a table; `Flow.figures` has their numbers.
FIGURES = ("initial", "received", "sold", "returned", "lost", "moved", "current")


@dataclass(frozen=True, slots=True)
class Flow:
    """The goods of one lot in one place over a period."""

    place: str = ""
    lot: str = ""
    initial: Decimal = Decimal(0)
    received: Decimal = Decimal(0)
    sold: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)
    lost: Decimal = Decimal(0)
    moved: Decimal = Decimal(0)

    @property
    def current(self) -> Decimal:
        """What is there at the end of the period."""
        gone = self.sold + self.returned + self.lost
        return self.initial + self.received + self.moved - gone

    @property
    def figures(self) -> tuple[Decimal, ...]:
        """The numbers of ``FIGURES``."""
        return tuple(getattr(self, name) for name in FIGURES)

    def plus(self, column: str, quantity: Decimal) -> Flow:
        return replace(self, **{column: getattr(self, column) + quantity})


def flows(
    before: Iterable[tuple[str, str, Decimal]],
    during: Iterable[tuple[str, str, str, Decimal]],
) -> list[Flow]:
    """Return a line for each lot in each place, in their order.

    :param before: (place, lot, quantity) of what was there when the period began
    :param during: (place, lot, reason, signed quantity) of the period's movements
    :raise KeyError: a reason that has no column
    """
    lines: dict[tuple[str, str], Flow] = {}

    def add(place: str, lot: str, column: str, quantity: Decimal) -> None:
        line = lines.get((place, lot)) or Flow(place, lot)
        lines[place, lot] = line.plus(column, quantity)

    for place, lot, quantity in before:
        if quantity:
            add(place, lot, "initial", quantity)
    for place, lot, reason, quantity in during:
        column, sign = COLUMNS[reason]
        add(place, lot, column, sign * quantity)
    return [lines[key] for key in sorted(lines)]


def total(lines: Iterable[Flow]) -> Flow:
    """Return the sum of some lines; what moved between places adds up to nothing."""
    result = Flow()
    for line in lines:
        for column in FIGURES[:-1]:
            result = result.plus(column, getattr(line, column))
    return result
