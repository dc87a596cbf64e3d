"""Order templates of nota de crédito and nota de débito."""

from __future__ import annotations

from .. import documents as doc
from ..xmlmap import (
    AMOUNT,
    DATE,
    FREE,
    Group,
    Leaf,
    Many,
    Record,
)
from .parts import (
    ACCOUNTS,
    BRANCH,
    BUYER,
    COMPENSATIONS,
    CURRENCY,
    ISSUE_DATE,
    NESTED,
    PAYMENTS,
    R_CREDIT_TAX_TOTAL,
    R_DEBIT_TAX,
    RISE,
    SPECIAL,
    SUBTOTAL,
    TAIL,
    head,
    note_lines,
)

MODIFIED = (
    Leaf("codDocModificado", "modified.document_type"),
    Leaf("numDocModificado", "modified.number"),
    Leaf("fechaEmisionDocSustento", "modified.issue_date", DATE),
)
_NOTE_NESTED = {**NESTED, "buyer": doc.Party, "modified": doc.ModifiedDocument}
_NOTE_HEAD = (ISSUE_DATE, BRANCH, *BUYER, SPECIAL, ACCOUNTS, RISE, *MODIFIED, SUBTOTAL)


def credit_note(fine):
    info = Group(
        "infoNotaCredito",
        (
            *_NOTE_HEAD,
            COMPENSATIONS,
            Leaf("valorModificacion", "total", AMOUNT),
            CURRENCY,
            Many("totalConImpuestos", "totalImpuesto", "taxes", R_CREDIT_TAX_TOTAL),
            Leaf("motivo", "reason", FREE),
        ),
    )
    return Record(
        doc.CreditNote,
        (head(doc.CreditNote), info, note_lines(fine), *TAIL),
        _NOTE_NESTED,
    )


DEBIT_NOTE = Record(
    doc.DebitNote,
    (
        head(doc.DebitNote),
        Group(
            "infoNotaDebito",
            (
                *_NOTE_HEAD,
                Many("impuestos", "impuesto", "taxes", R_DEBIT_TAX),
                COMPENSATIONS,
                Leaf("valorTotal", "total", AMOUNT),
                PAYMENTS,
            ),
        ),
        Many(
            "motivos",
            "motivo",
            "charges",
            Record(
                doc.Charge,
                (Leaf("razon", "reason", FREE), Leaf("valor", "amount", AMOUNT)),
            ),
        ),
        *TAIL,
    ),
    _NOTE_NESTED,
)
