"""Which withholdings a sale calls for, by dated rules: the same for buyer and seller.

The law looks at who is withheld (his regime) and at what he sells, so one table serves
what we withhold from suppliers and what customers are expected to withhold from us.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

INCOME_TAX, VAT = "1", "2"
ANY = "any"
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in force; an empty condition fits everything.

    :param kind: 1 income tax (on the net amount), 2 IVA (on the IVA).
    :param goods: ``goods``, ``service`` or ``any``.
    :param regime: of who is withheld, or ``any``.
    :param products: ids of products.
    :param category: id of a product category; its children count.
    :param minimum: base of the whole document below which nothing is withheld.
    """

    id: int
    kind: str
    goods: str = ANY
    regime: str = ANY
    document_type: str = ANY
    products: frozenset[int] = frozenset()
    category: int | None = None
    minimum: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class Sold:
    """A line of a sale.

    :param categories: ids of the product's category and all above it.
    :param net: amount without taxes; ``vat`` its IVA.
    """

    goods: str
    product: int | None
    categories: frozenset[int]
    net: Decimal
    vat: Decimal


def propose(
    rules: Iterable[Rule], lines: Iterable[Sold], regime: str, document_type: str
) -> dict[int, Decimal]:
    """Return {rule id: base}: per tax, each line goes to the first rule that fits.

    :param rules: in the order in which they are tried.
    :param regime: of who is withheld.
    """
    fitting = [
        rule
        for rule in rules
        if rule.regime in (ANY, regime) and rule.document_type in (ANY, document_type)
    ]
    bases: dict[Rule, Decimal] = {}
    for line in lines:
        for kind, amount in ((INCOME_TAX, line.net), (VAT, line.vat)):
            rule = next((r for r in fitting if r.kind == kind and _fits(r, line)), None)
            if rule:
                bases[rule] = bases.get(rule, _ZERO) + amount
    return {
        rule.id: base
        for rule, base in bases.items()
        if base > 0 and base >= rule.minimum
    }


def _fits(rule: Rule, line: Sold) -> bool:
    return (
        rule.goods in (ANY, line.goods)
        and (not rule.products or line.product in rule.products)
        and (rule.category is None or rule.category in line.categories)
    )
