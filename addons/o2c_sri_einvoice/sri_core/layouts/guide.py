"""Order template of guía de remisión."""

from __future__ import annotations

from .. import documents as doc
from ..xmlmap import (
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
    DETAILS,
    NESTED,
    RISE,
    SPECIAL,
    TAIL,
    carrier,
    head,
    opt,
)


def guide(fine):
    guide_line = Record(
        doc.GuideLine,
        (
            opt("codigoInterno", "main_code"),
            opt("codigoAdicional", "aux_code"),
            Leaf("descripcion", "description", FREE),
            Leaf("cantidad", "quantity", fine),
            DETAILS,
        ),
    )
    recipient = Record(
        doc.Recipient,
        (
            Leaf("identificacionDestinatario", "id_number"),
            Leaf("razonSocialDestinatario", "name", FREE),
            Leaf("dirDestinatario", "address", FREE),
            Leaf("motivoTraslado", "reason", FREE),
            opt("docAduaneroUnico", "customs_document"),
            opt("codEstabDestino", "establishment"),
            opt("ruta", "route", FREE),
            opt("codDocSustento", "document_type"),
            opt("numDocSustento", "document_number"),
            opt("numAutDocSustento", "document_authorisation"),
            opt("fechaEmisionDocSustento", "document_date", DATE),
            Many("detalles", "detalle", "lines", guide_line),
        ),
    )
    info = Group(
        "infoGuiaRemision",
        (
            BRANCH,
            Leaf("dirPartida", "departure_address", FREE),
            *carrier("carrier"),
            RISE,
            ACCOUNTS,
            SPECIAL,
            Leaf("fechaIniTransporte", "start_date", DATE),
            Leaf("fechaFinTransporte", "end_date", DATE),
            Leaf("placa", "plate"),
        ),
    )
    return Record(
        doc.DeliveryGuide,
        (
            head(doc.DeliveryGuide),
            info,
            Many("destinatarios", "destinatario", "recipients", recipient),
            *TAIL,
        ),
        {**NESTED, "carrier": doc.Party},
    )
