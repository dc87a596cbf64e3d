"""Body of comprobante de retención, 2.0.0 and 1.0.0 in the same layout."""

from __future__ import annotations

from decimal import Decimal

from reportlab.platypus import Spacer

from .. import codes
from .. import documents as doc
from .page import (
    GAP,
    SHADE,
    STRONG,
    WIDTH,
    box,
    day,
    grid,
    labelled,
    money,
    rate,
    side_by_side,
    text,
)
from .sales import SHORT_INFO, additional_info


def withholding(document: doc.Withholding | doc.FlatWithholding) -> list:
    """Return subject, rows and total withheld."""
    story: list = [_subject(document), Spacer(0, GAP), _rows(document), Spacer(0, GAP)]
    left_width = WIDTH * 0.6 - GAP
    info = document.additional_info
    if sum(len(d.name) + len(d.value) for d in info) > SHORT_INFO:
        story += [additional_info(info, WIDTH), Spacer(0, GAP)]
        info = ()
    left = [additional_info(info, left_width)] if info else []
    return [*story, side_by_side(left, [_total(document)], left_width)]


def _subject(document):
    subject = document.subject
    rows = [
        [
            labelled("Sujeto retenido", subject.name),
            labelled("Fecha de emisión", day(document.issue_date)),
        ],
        [
            labelled("Identificación", subject.id_number),
            labelled("Período fiscal", document.period),
        ],
    ]
    return box(rows, [WIDTH * 0.64, WIDTH * 0.36])


def _rows(document):
    return grid(
        [
            ("Comprobante", 17, False),
            ("Número", 19, False),
            ("Fecha emisión", 12, False),
            ("Período fiscal", 10, False),
            ("Base imponible", 12, True),
            ("Impuesto", 10, False),
            ("Código", 9, False),
            ("% retención", 10, True),
            ("Valor retenido", 12, True),
        ],
        [
            (
                text(_kind(support)),
                _hyphenated(support.number),
                day(support.issue_date),
                document.period,
                money(row.base),
                codes.WITHHELD_TAXES.get(row.code, row.code),
                row.retention_code,
                rate(row.rate),
                money(row.amount),
            )
            for support in document.support_documents
            for row in support.retentions
        ],
    )


def _kind(support: doc.SupportDocument) -> str:
    kind = support.document_type
    return codes.SUPPORT_DOCUMENT_NAMES.get(kind, kind)


def _hyphenated(number: str) -> str:
    if len(number) != 15:
        return number
    return f"{number[:3]}-{number[3:6]}-{number[6:]}"


def _total(document):
    total = sum(
        (row.amount for d in document.support_documents for row in d.retentions),
        Decimal(0),
    )
    width = WIDTH * 0.4
    return box(
        [[text("TOTAL RETENIDO", STRONG), money(total)]],
        [width * 0.6, width * 0.4],
        ("BACKGROUND", (0, 0), (-1, -1), SHADE),
        ("ALIGN", (1, 0), (1, 0), "RIGHT"),
        ("FONT", (1, 0), (1, 0), "Helvetica-Bold", 9, 10),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    )
