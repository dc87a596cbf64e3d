"""Checks the amounts of a document as the SRI does (its error 52).

Shares no code with ``totals`` or the builders, so that one mistake cannot hide
another. One cent of slack: authorised samples differ by that between line sums and
header (SPEC 1.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from . import documents as doc
from .codes import IVA, IVA_RATES
from .errors import Message
from .texts import message

SLACK = Decimal("0.01")
_CENT = Decimal("0.01")
_NO_TAX = Decimal("0.00")
_DIFFERENTIATED = "8"


def check(document: doc.Document) -> list[str]:
    """Return what does not add up, in English; empty when all is well."""
    return [problem.text for problem in find(document)]


def find(document: doc.Document) -> list[Message]:
    """Return what does not add up as messages in both languages."""
    checker = _CHECKERS.get(type(document))
    return list(checker(document)) if checker else []


def _differs(a: Decimal, b: Decimal) -> bool:
    return abs(a - b) > SLACK


def _percent(base: Decimal, rate: Decimal) -> Decimal:
    return (base * rate).scaleb(-2).quantize(_CENT, ROUND_HALF_UP)


def _add(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((a for a in amounts if a is not None), _NO_TAX)


def _expect(
    problem: str, expected: Decimal, found: Decimal, /, **facts
) -> Iterator[Message]:
    if _differs(expected, found):
        yield message(problem, expected=expected, found=found, **facts)


# === SALES === #


def _check_lines(lines: tuple[doc.Line, ...]) -> Iterator[Message]:
    for number, line in enumerate(lines, 1):
        gross = line.quantity * line.unit_price
        expected = (gross - line.discount).quantize(_CENT, ROUND_HALF_UP)
        yield from _expect("line_subtotal", expected, line.subtotal, line=number)
        yield from _check_line_taxes(line, number)


def _check_line_taxes(line: doc.Line, number: int) -> Iterator[Message]:
    excise = _add(t.amount for t in line.taxes if t.code == "3")
    for tax in line.taxes:
        if tax.code != IVA:
            continue
        name = f"{tax.code}/{tax.rate_code}"
        # ICE is usually part of the IVA base, but not for every product.
        if _differs(tax.base, line.subtotal):
            yield from _expect(
                "line_base", line.subtotal + excise, tax.base, line=number, tax=name
            )
        if tax.rate is not None:
            yield from _expect(
                "line_tax",
                _percent(tax.base, tax.rate),
                tax.amount,
                line=number,
                tax=name,
                base=tax.base,
                rate=tax.rate,
            )


def _check_rates(taxes: Iterable[doc.Tax | doc.TaxTotal]) -> Iterator[Message]:
    seen = set()
    for tax in taxes:
        known = IVA_RATES.get(tax.rate_code) if tax.code == IVA else None
        if known is None or tax.rate is None or tax.rate_code == _DIFFERENTIATED:
            continue
        if Decimal(known[0]) != tax.rate and (tax.rate_code, tax.rate) not in seen:
            seen.add((tax.rate_code, tax.rate))
            yield message(
                "tax_rate", code=tax.rate_code, expected=known[0], found=tax.rate
            )


def _known_rate(total: doc.TaxTotal, lines: tuple[doc.Line, ...]) -> Decimal | None:
    """Rate of a total: its own, else that of its lines, else the SRI's table."""
    if total.rate is not None:
        return total.rate
    of_lines = {
        t.rate
        for line in lines
        for t in line.taxes
        if (t.code, t.rate_code) == (total.code, total.rate_code) and t.rate is not None
    }
    if len(of_lines) == 1:
        return of_lines.pop()
    known = IVA_RATES.get(total.rate_code)
    return Decimal(known[0]) if known and total.rate_code != _DIFFERENTIATED else None


def _check_tax_totals(
    totals: tuple[doc.TaxTotal, ...], lines: tuple[doc.Line, ...]
) -> Iterator[Message]:
    bases: dict[tuple[str, str], Decimal] = {}
    for tax in (t for line in lines for t in line.taxes):
        key = (tax.code, tax.rate_code)
        bases[key] = bases.get(key, _NO_TAX) + tax.base
    seen = set()
    for total in totals:
        key = (total.code, total.rate_code)
        name = "/".join(key)
        if key in seen:
            yield message("tax_twice", tax=name)
        seen.add(key)
        discount = total.additional_discount or _NO_TAX
        yield from _expect(
            "tax_base", bases.pop(key, _NO_TAX) - discount, total.base, tax=name
        )
        yield from _check_tax_amount(total, _known_rate(total, lines))
    for key, base in bases.items():
        yield from _expect("tax_base", base, _NO_TAX, tax="/".join(key))


def _check_tax_amount(total: doc.TaxTotal, rate: Decimal | None) -> Iterator[Message]:
    # ICE and IRBPNR may be amounts per unit, which no rate explains.
    if total.code == IVA and rate is not None:
        yield from _expect(
            "tax_amount",
            _percent(total.base, rate),
            total.amount,
            tax=f"{total.code}/{total.rate_code}",
            base=total.base,
            rate=rate,
        )


def _check_payments(payments: tuple[doc.Payment, ...], total: Decimal):
    if payments:
        yield from _expect("payments", _add(p.total for p in payments), total)


def _check_reimbursements(document) -> Iterator[Message]:
    totals = document.reimbursement_totals
    if totals is None or not document.reimbursements:
        return
    taxes = [t for r in document.reimbursements for t in r.taxes]
    base, tax = _add(t.base for t in taxes), _add(t.amount for t in taxes)
    for part, expected, found in (
        ("base", base, totals.base),
        ("tax", tax, totals.tax),
        ("total", base + tax, totals.total),
    ):
        if found is not None:
            yield from _expect("reimbursement", expected, found, part=part)


def _check_sale(document) -> Iterator[Message]:
    """What factura, liquidación and nota de crédito share."""
    lines = document.lines
    yield from _check_lines(lines)
    yield from _check_rates([*document.taxes, *(t for x in lines for t in x.taxes)])
    yield from _expect("subtotal", _add(x.subtotal for x in lines), document.subtotal)
    yield from _check_tax_totals(document.taxes, lines)


def _taxed(document) -> Decimal:
    taxes = _add(t.amount for t in document.taxes)
    return document.subtotal + taxes - _add(t.vat_refund for t in document.taxes)


def _check_invoice(invoice: doc.Invoice) -> Iterator[Message]:
    yield from _check_sale(invoice)
    yield from _expect(
        "discount", _add(x.discount for x in invoice.lines), invoice.discount
    )
    expected = _taxed(invoice) + (invoice.tip or _NO_TAX)
    expected -= _add(c.amount for c in invoice.compensations)
    if export := invoice.export:
        expected += _add(
            (export.freight, export.insurance, export.customs, export.transport)
        )
    # The ficha does not say whether third parties' items are inside importeTotal.
    extra = _add(i.total for i in invoice.third_party_items)
    if not extra or _differs(expected + extra, invoice.total):
        yield from _expect("total", expected, invoice.total)
    if invoice.tip and invoice.tip > _percent(invoice.subtotal, Decimal(10)) + SLACK:
        yield message("tip", found=invoice.tip, base=invoice.subtotal)
    yield from _check_payments(invoice.payments, invoice.total)
    yield from _check_reimbursements(invoice)


def _check_liquidation(document: doc.PurchaseLiquidation) -> Iterator[Message]:
    yield from _check_sale(document)
    yield from _expect(
        "discount", _add(x.discount for x in document.lines), document.discount
    )
    yield from _expect("total", _taxed(document), document.total)
    yield from _check_payments(document.payments, document.total)
    yield from _check_reimbursements(document)


def _check_credit_note(note: doc.CreditNote) -> Iterator[Message]:
    yield from _check_sale(note)
    compensations = _add(c.amount for c in note.compensations)
    yield from _expect("total", _taxed(note) - compensations, note.total)


def _check_debit_note(note: doc.DebitNote) -> Iterator[Message]:
    yield from _expect("charges", _add(c.amount for c in note.charges), note.subtotal)
    yield from _check_rates(note.taxes)
    for tax in note.taxes:
        yield from _check_tax_amount(tax, tax.rate)
    compensations = _add(c.amount for c in note.compensations)
    yield from _expect("total", _taxed(note) - compensations, note.total)
    yield from _check_payments(note.payments, note.total)


# === WITHHOLDING === #


def _check_retention(number: str, retention) -> Iterator[Message]:
    yield from _expect(
        "retention",
        _percent(retention.base, retention.rate),
        retention.amount,
        number=number,
        code=retention.retention_code,
        rate=retention.rate,
        base=retention.base,
    )


def _check_withholding(document: doc.Withholding) -> Iterator[Message]:
    for support in document.support_documents:
        for retention in support.retentions:
            yield from _check_retention(support.number, retention)
        for tax in support.taxes:
            yield from _expect(
                "tax_amount",
                _percent(tax.base, tax.rate),
                tax.amount,
                tax=f"{tax.code}/{tax.rate_code}",
                base=tax.base,
                rate=tax.rate,
            )
        # The total may be more: tips and other items are not listed here.
        least = support.subtotal + _add(t.amount for t in support.taxes)
        if least > support.total + SLACK:
            yield message(
                "support_total",
                number=support.number,
                expected=least,
                found=support.total,
            )
        yield from _check_payments(support.payments, support.total)


def _check_flat_withholding(document: doc.FlatWithholding) -> Iterator[Message]:
    for row in document.rows:
        yield from _check_retention(row.document_number or "-", row)


_CHECKERS = {
    doc.Invoice: _check_invoice,
    doc.PurchaseLiquidation: _check_liquidation,
    doc.CreditNote: _check_credit_note,
    doc.DebitNote: _check_debit_note,
    doc.Withholding: _check_withholding,
    doc.FlatWithholding: _check_flat_withholding,
}
