"""How an invoice differs from what was ordered and agreed."""

from dataclasses import dataclass
from decimal import Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Billed:
    """A line of an invoice beside the order line that it bills.

    Prices are per unit of the order line, in the order's currency, after the discount.

    :param ordered: None where no order line stands behind the invoice line
    :param agreed: price of the commercial agreement; None where it sets none
    :param taxes: names of the taxes, in any order
    """

    name: str
    price: Decimal
    discount: Decimal
    taxes: frozenset[str]
    ordered: Decimal | None = None
    ordered_discount: Decimal = Decimal(0)
    ordered_taxes: frozenset[str] = frozenset()
    agreed: Decimal | None = None


@dataclass(frozen=True)
class Difference:
    """One difference: ``kind`` is price, discount, agreed, taxes, extra or credited."""

    kind: str
    name: str
    billed: object
    due: object


def differences(line: Billed, tolerance: Decimal):
    """Differences of one line.

    The customer may be billed less than agreed, when the order says so: that was the
    order's approval. Never more, whatever the order says.

    :param Decimal tolerance: percent of the price that is no difference
    """
    if line.ordered is None:
        return [Difference("extra", line.name, line.price, None)] if line.price else []
    found = []
    if _apart(line.price, line.ordered, tolerance):
        found.append(_of_price(line))
    elif line.agreed is not None and line.price > line.agreed:
        if _apart(line.price, line.agreed, tolerance):
            found.append(Difference("agreed", line.name, line.price, line.agreed))
    if line.taxes != line.ordered_taxes:
        found.append(Difference("taxes", line.name, line.taxes, line.ordered_taxes))
    return found


def credit_differences(line: Billed, tolerance: Decimal):
    """Differences of one line of a credit note from what it gives back.

    Less than was charged may be given back, for a part or for whatever was agreed
    afterwards; never more, nor with other taxes. A line that stands for nothing that
    was charged (a rebate, say) is bound by the total of the invoice alone.
    """
    if line.ordered is None:
        return []
    found = []
    if line.price > line.ordered and _apart(line.price, line.ordered, tolerance):
        found.append(Difference("credited", line.name, line.price, line.ordered))
    if line.taxes != line.ordered_taxes:
        found.append(Difference("taxes", line.name, line.taxes, line.ordered_taxes))
    return found


def _of_price(line):
    # the same price before discount: then the discount is what was changed
    whole = 100 - line.discount, 100 - line.ordered_discount
    if all(whole) and line.discount != line.ordered_discount:
        before = line.price / whole[0], line.ordered / whole[1]
        if abs(before[0] - before[1]) * 100 < CENT:
            return Difference(
                "discount", line.name, line.discount, line.ordered_discount
            )
    return Difference("price", line.name, line.price, line.ordered)


def _apart(price, due, tolerance):
    # what rounding of the unit price makes is no difference
    return abs(price - due) > max(abs(due) * tolerance / 100, CENT / 2)
