"""Body of factura, liquidación de compra, nota de crédito and nota de débito."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from reportlab.platypus import Spacer, Table

from .. import codes
from .. import documents as doc
from .page import (
    ACCENT,
    GAP,
    LINE,
    RIGHT,
    SHADE,
    SMALL,
    STRONG,
    STRONG_RIGHT,
    WIDTH,
    box,
    column_widths,
    day,
    fine,
    fit,
    grid,
    labelled,
    money,
    rate,
    side_by_side,
    text,
)

_TOTALS_WIDTH = WIDTH * 0.4
_NOTES_WIDTH = WIDTH - _TOTALS_WIDTH - GAP
SHORT_INFO, _SHORT_PAYMENTS = 1500, 8
# Customers look for these rows even when they are zero.
_USUAL_ROWS = ("0", "6", "7")


def invoice(document: doc.Invoice) -> list:
    """Return receiver, lines, payments and totals of a factura."""
    extra = []
    if document.guide_number:
        extra.append(labelled("Guía de remisión", document.guide_number))
    if document.plate:
        extra.append(labelled("Placa", document.plate))
    story = [_receiver(document.buyer, document, extra), Spacer(0, GAP)]
    if document.export:
        story += [_export(document.export), Spacer(0, GAP)]
    story += [_lines(document.lines), Spacer(0, GAP)]
    story += _replaced_guide(document.guide)
    return story + _bottom(document, _invoice_totals(document), document.payments)


def liquidation(document: doc.PurchaseLiquidation) -> list:
    """Return supplier, lines, payments and totals of a liquidación de compra."""
    return [
        _receiver(document.supplier, document, []),
        Spacer(0, GAP),
        _lines(document.lines),
        Spacer(0, GAP),
        *_bottom(
            document,
            _totals(document, discount=document.discount),
            document.payments,
        ),
    ]


def credit_note(document: doc.CreditNote) -> list:
    """Return receiver, modified document, lines and totals of a nota de crédito."""
    discount = sum((line.discount for line in document.lines), Decimal(0))
    return [
        _receiver(document.buyer, document, []),
        Spacer(0, GAP),
        _modified(document.modified, document.reason),
        Spacer(0, GAP),
        _lines(document.lines),
        Spacer(0, GAP),
        *_bottom(document, _totals(document, discount=discount), ()),
    ]


def debit_note(document: doc.DebitNote) -> list:
    """Return receiver, modified document, charges and totals of a nota de débito."""
    charges = grid(
        [("Razón de la modificación", 80, False), ("Valor", 20, True)],
        [(text(c.reason), money(c.amount)) for c in document.charges],
    )
    return [
        _receiver(document.buyer, document, []),
        Spacer(0, GAP),
        _modified(document.modified, None),
        Spacer(0, GAP),
        charges,
        Spacer(0, GAP),
        *_bottom(document, _totals(document), document.payments),
    ]


# === PARTS === #


def _receiver(party: doc.Party, document, extra: list):
    kind = codes.ID_TYPES.get(party.id_type, "Identificación").capitalize()
    kind = "RUC" if party.id_type == "04" else kind
    cells = [
        labelled("Razón social / Nombres y apellidos", party.name),
        labelled("Fecha de emisión", day(document.issue_date)),
        labelled("Identificación", f"{party.id_number} ({kind})"),
        *extra,
    ]
    if party.address:
        cells.insert(3, labelled("Dirección", party.address))
    if len(cells) % 2:
        cells.append("")
    rows = [cells[i : i + 2] for i in range(0, len(cells), 2)]
    return box(rows, [WIDTH * 0.64, WIDTH * 0.36])


def _modified(modified: doc.ModifiedDocument, reason: str | None):
    kind = codes.SUPPORT_DOCUMENT_NAMES.get(
        modified.document_type, modified.document_type
    )
    rows = [
        [
            labelled("Comprobante que se modifica", f"{kind} {modified.number}"),
            labelled("Fecha de emisión", day(modified.issue_date)),
        ]
    ]
    if reason:
        rows.append([labelled("Razón de modificación", reason), ""])
    return box(
        rows, [WIDTH * 0.64, WIDTH * 0.36], ("BACKGROUND", (0, 0), (-1, -1), SHADE)
    )


def _export(export: doc.Export):
    facts = [
        ("Incoterm", export.incoterm),
        ("Lugar", export.incoterm_place),
        ("País de origen", export.origin_country),
        ("Puerto de embarque", export.loading_port),
        ("Puerto de destino", export.destination_port),
        ("País de destino", export.destination_country),
        ("País de adquisición", export.acquisition_country),
    ]
    cells = [labelled(name, fact) for name, fact in facts if fact]
    cells += [""] * (-len(cells) % 3)
    rows = [cells[i : i + 3] for i in range(0, len(cells), 3)] or [["", "", ""]]
    return box(rows, [WIDTH / 3] * 3)


def _replaced_guide(guide: doc.GuideReplacement | None) -> list:
    if guide is None:
        return []
    rows = [
        [
            labelled(
                "Transportista", f"{guide.carrier.name} {guide.carrier.id_number}"
            ),
            labelled("Placa", guide.plate),
        ],
        [
            labelled("Partida", guide.departure_address),
            labelled("Inicio", day(guide.start_date)),
        ],
        [
            labelled("Llegada", guide.arrival_address),
            labelled("Fin", day(guide.end_date)),
        ],
    ]
    rows += [
        [labelled("Motivo", d.reason), labelled("Ruta", d.route)]
        for d in guide.destinations
    ]
    return [box(rows, [WIDTH * 0.64, WIDTH * 0.36]), Spacer(0, GAP)]


_LINE_COLUMNS = (
    ("Código", 15, False),
    ("Descripción", 41, False),
    ("Cantidad", 12, True),
    ("Precio unitario", 12, True),
    ("Descuento", 10, True),
    ("Precio total", 12, True),
)


def _lines(lines: Iterable[doc.Line]):
    code, description, *_ = column_widths(_LINE_COLUMNS)
    return grid(
        _LINE_COLUMNS,
        [
            (
                codes_cell(line, code),
                description_cell(line, description),
                _quantity(line),
                fine(line.unit_price),
                money(line.discount),
                money(line.subtotal),
            )
            for line in lines
        ],
    )


def codes_cell(line: doc.Line | doc.GuideLine, width: float):
    """Return main and auxiliary code for a column of that width."""
    if not line.aux_code:
        return fit(line.main_code, width)
    return [text(line.main_code), text(line.aux_code, SMALL)]


def description_cell(line: doc.Line | doc.GuideLine, width: float):
    """Return description and details for a column of that width."""
    if not line.details:
        return fit(line.description, width)
    return [
        text(line.description),
        *(labelled(d.name, d.value, SMALL) for d in line.details),
    ]


def _quantity(line: doc.Line):
    if not line.unit:
        return fine(line.quantity)
    return text(f"{fine(line.quantity)} {line.unit}", RIGHT)


# === TOTALS === #


def _tax_label(tax: doc.TaxTotal) -> str:
    """``15%`` or the words for what has no rate; unknown codes show themselves."""
    if tax.code == codes.IVA and tax.rate_code == "8" and tax.rate is not None:
        return rate(tax.rate)
    known = codes.IVA_RATES.get(tax.rate_code)
    return known[1] if known else f"código {tax.rate_code}"


def _subtotals(taxes: tuple[doc.TaxTotal, ...]) -> list[tuple[str, Decimal]]:
    vat = [t for t in taxes if t.code == codes.IVA]
    rows = [(f"SUBTOTAL {_tax_label(t)}", t.base) for t in vat]
    present = {t.rate_code for t in vat}
    rows += [
        (f"SUBTOTAL {codes.IVA_RATES[code][1]}", Decimal(0))
        for code in _USUAL_ROWS
        if code not in present
    ]
    return rows


def _totals(document, discount: Decimal | None = None) -> list[tuple[str, Decimal]]:
    taxes = document.taxes
    rows = _subtotals(taxes)
    rows.append(("SUBTOTAL SIN IMPUESTOS", document.subtotal))
    if discount is not None:
        rows.append(("TOTAL DESCUENTO", discount))
    rows += [("ICE", t.amount) for t in taxes if t.code == codes.ICE]
    rows += [
        (f"IVA {_tax_label(t)}", t.amount)
        for t in taxes
        if t.code == codes.IVA and t.rate_code not in _USUAL_ROWS
    ]
    rows += [("IRBPNR", t.amount) for t in taxes if t.code == codes.IRBPNR]
    refunds = [t.vat_refund for t in taxes if t.vat_refund]
    rows += [("DEVOLUCIÓN DE IVA", -refund) for refund in refunds]
    rows.append(("VALOR TOTAL", document.total))
    return rows


def _invoice_totals(document: doc.Invoice) -> list[tuple[str, Decimal]]:
    *rows, total = _totals(document, discount=document.discount)
    if export := document.export:
        costs = (
            ("FLETE INTERNACIONAL", export.freight),
            ("SEGURO INTERNACIONAL", export.insurance),
            ("GASTOS ADUANEROS", export.customs),
            ("OTROS GASTOS DE TRANSPORTE", export.transport),
        )
        rows += [(name, amount) for name, amount in costs if amount]
    rows.append(("PROPINA", document.tip or Decimal(0)))
    rows += [(i.concept.upper(), i.total) for i in document.third_party_items]
    if document.subsidy:
        rows.append(("AHORRO POR SUBSIDIO", document.subsidy))
    return [*rows, total]


# === BOTTOM === #


def _bottom(
    document: doc.Document,
    totals: list[tuple[str, Decimal]],
    payments: tuple[doc.Payment, ...],
) -> list:
    info = document.additional_info
    story: list = []
    # Beside the totals only what fits there for sure: those two columns are one row
    # and cannot break over a page.
    if sum(len(d.name) + len(d.value) for d in info) > SHORT_INFO:
        story += [additional_info(info, WIDTH), Spacer(0, GAP)]
        info = ()
    if len(payments) > _SHORT_PAYMENTS:
        story += [_payments(payments, WIDTH), Spacer(0, GAP)]
        payments = ()
    left: list = [additional_info(info, _NOTES_WIDTH)] if info else []
    if payments:
        left += [Spacer(0, GAP)] if left else []
        left.append(_payments(payments, _NOTES_WIDTH))
    return [*story, side_by_side(left, [_totals_box(totals)], _NOTES_WIDTH)]


def additional_info(details: tuple[doc.Detail, ...], width: float):
    """Return the box of additional fields, RUC Proveedor included."""
    rows = [[text("Información adicional", STRONG), ""]]
    name_width, value_width = width * 0.3, width * 0.7
    rows += [[fit(d.name, name_width), fit(d.value, value_width)] for d in details]
    return box(
        rows,
        [name_width, value_width],
        ("BACKGROUND", (0, 0), (-1, 0), SHADE),
        ("SPAN", (0, 0), (-1, 0)),
    )


def _payments(payments: tuple[doc.Payment, ...], width: float):
    rows = [
        [
            text("Forma de pago", STRONG),
            text("Valor", STRONG_RIGHT),
            text("Plazo", STRONG),
        ]
    ]
    rows += [
        [
            text(codes.PAYMENT_METHODS.get(p.method, p.method)),
            money(p.total),
            text(f"{_term(p.term)} {p.time_unit or ''}" if p.term else ""),
        ]
        for p in payments
    ]
    return box(
        rows,
        [width * 0.6, width * 0.2, width * 0.2],
        ("BACKGROUND", (0, 0), (-1, 0), SHADE),
        ("ALIGN", (1, 1), (1, -1), "RIGHT"),
    )


def _term(term: Decimal) -> str:
    """Return a number of days or months without idle zeros."""
    return f"{term.normalize():f}"


def _totals_box(totals: list[tuple[str, Decimal]]) -> Table:
    label_width = _TOTALS_WIDTH * 0.66
    rows = [[fit(name, label_width), money(amount)] for name, amount in totals]
    last = len(rows) - 1
    return box(
        rows,
        [label_width, _TOTALS_WIDTH - label_width],
        ("ALIGN", (1, 0), (1, -1), "RIGHT"),
        ("LINEBELOW", (0, 0), (-1, -2), 0.4, LINE),
        ("FONT", (0, last), (0, last), STRONG.fontName, STRONG.fontSize),
        ("FONT", (1, last), (1, last), "Helvetica-Bold", 9, 10),
        ("TEXTCOLOR", (1, last), (1, last), ACCENT),
        ("BACKGROUND", (0, last), (-1, last), SHADE),
        ("VALIGN", (0, last), (-1, last), "MIDDLE"),
    )
