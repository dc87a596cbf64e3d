"""Body of guía de remisión: the transport, then each recipient with his goods."""

from __future__ import annotations

from reportlab.platypus import Spacer

from .. import codes
from .. import documents as doc
from .page import GAP, SHADE, WIDTH, box, column_widths, day, fine, grid, labelled
from .sales import additional_info, codes_cell, description_cell

_WIDE, _NARROW = WIDTH * 0.64, WIDTH * 0.36


def guide(document: doc.DeliveryGuide) -> list:
    """Return transport, recipients and goods."""
    story: list = [_transport(document), Spacer(0, GAP)]
    for recipient in document.recipients:
        story += [_recipient(recipient), _goods(recipient), Spacer(0, GAP)]
    if document.additional_info:
        story.append(additional_info(document.additional_info, WIDTH))
    return story


def _transport(document: doc.DeliveryGuide):
    carrier = document.carrier
    rows = [
        [
            labelled("Transportista", carrier.name),
            labelled("Identificación", carrier.id_number),
        ],
        [
            labelled("Punto de partida", document.departure_address),
            labelled("Placa", document.plate),
        ],
        [
            labelled("Fecha inicio transporte", day(document.start_date)),
            labelled("Fecha fin transporte", day(document.end_date)),
        ],
    ]
    return box(rows, [_WIDE, _NARROW])


def _recipient(recipient: doc.Recipient):
    cells = [
        labelled("Destinatario", recipient.name),
        labelled("Identificación", recipient.id_number),
        labelled("Destino (punto de llegada)", recipient.address),
        labelled("Motivo del traslado", recipient.reason),
    ]
    if recipient.document_number:
        kind = codes.SUPPORT_DOCUMENT_NAMES.get(recipient.document_type or "", "")
        sale = f"{kind} {recipient.document_number}".strip()
        cells += [
            labelled("Comprobante de venta", sale),
            labelled("Fecha de emisión", day(recipient.document_date)),
        ]
    optional = (
        ("Autorización del comprobante", recipient.document_authorisation),
        ("Ruta", recipient.route),
        ("Documento aduanero", recipient.customs_document),
        ("Establecimiento destino", recipient.establishment),
    )
    cells += [labelled(name, fact) for name, fact in optional if fact]
    if len(cells) % 2:
        cells.append("")
    rows = [cells[i : i + 2] for i in range(0, len(cells), 2)]
    return box(rows, [_WIDE, _NARROW], ("BACKGROUND", (0, 0), (-1, -1), SHADE))


_GOODS_COLUMNS = (
    ("Cantidad", 15, True),
    ("Código", 20, False),
    ("Descripción", 65, False),
)


def _goods(recipient: doc.Recipient):
    _, code, description = column_widths(_GOODS_COLUMNS)
    return grid(
        _GOODS_COLUMNS,
        [
            (
                fine(line.quantity),
                codes_cell(line, code),
                description_cell(line, description),
            )
            for line in recipient.lines
        ],
    )
