"""Works out lines and totals of a new document by the SRI's rules (SPEC 1.2).

Line: round2(quantity × price − discount). Tax of the document: per (code, rate code)
round2(sum of bases × rate), which is not the sum of the rounded line taxes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .documents import Detail, Line, Tax, TaxTotal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
_HUNDRED = Decimal(100)
_VAT = "2"
_EXCISE = "3"


def cents(amount: Decimal) -> Decimal:
    """Round half up to cents, as the SRI does."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Rate:
    """A tax to charge.

    :param code: 2 IVA, 3 ICE, 5 IRBPNR.
    :param rate: per cent; for specific taxes what the SRI's table prints.
    :param amount: given for specific taxes (per unit), None to work it out.
    """

    code: str
    rate_code: str
    rate: Decimal
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    subtotal: Decimal
    discount: Decimal
    taxes: tuple[TaxTotal, ...]
    total: Decimal


def line(
    *,
    description: str,
    quantity: Decimal,
    unit_price: Decimal,
    taxes: Iterable[Rate],
    discount: Decimal = ZERO,
    main_code: str | None = None,
    aux_code: str | None = None,
    unit: str | None = None,
    details: tuple[Detail, ...] = (),
) -> Line:
    """Return a line with its subtotal and taxes; IVA is charged on ICE too."""
    subtotal = cents(quantity * unit_price - discount)
    charged: list[Tax] = []
    # IVA last: its base includes the excise of the same line (LRTI art. 58).
    for rate in sorted(taxes, key=lambda r: r.code == _VAT):
        base = subtotal
        if rate.code == _VAT:
            base += sum((t.amount for t in charged if t.code == _EXCISE), ZERO)
        amount = rate.amount
        if amount is None:
            amount = cents(base * rate.rate / _HUNDRED)
        charged.append(
            Tax(
                code=rate.code,
                rate_code=rate.rate_code,
                rate=rate.rate,
                base=base,
                amount=amount,
            )
        )
    return Line(
        description=description,
        quantity=quantity,
        unit_price=unit_price,
        discount=discount,
        subtotal=subtotal,
        taxes=tuple(charged),
        main_code=main_code,
        aux_code=aux_code,
        unit=unit,
        details=details,
    )


def of_lines(lines: Iterable[Line], tip: Decimal = ZERO) -> Totals:
    """Return the totals of a document from its lines."""
    lines = tuple(lines)
    groups: dict[tuple[str, str], list[Tax]] = {}
    for each in lines:
        for tax in each.taxes:
            groups.setdefault((tax.code, tax.rate_code), []).append(tax)
    taxes = tuple(_tax_total(key, group) for key, group in groups.items())
    subtotal = sum((each.subtotal for each in lines), ZERO)
    return Totals(
        subtotal=subtotal,
        discount=sum((each.discount for each in lines), ZERO),
        taxes=taxes,
        total=subtotal + sum((t.amount for t in taxes), ZERO) + tip,
    )


def _tax_total(key: tuple[str, str], group: list[Tax]) -> TaxTotal:
    code, rate_code = key
    base = sum((t.base for t in group), ZERO)
    if code == _VAT:
        amount = cents(base * group[0].rate / _HUNDRED)
    else:
        # ICE and IRBPNR may be amounts per unit: only their sum is sure.
        amount = sum((t.amount for t in group), ZERO)
    return TaxTotal(
        code=code, rate_code=rate_code, rate=group[0].rate, base=base, amount=amount
    )
