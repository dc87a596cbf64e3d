"""Order templates of factura and liquidación de compra."""

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
    R_LIQUIDATION_TAX_TOTAL,
    R_TAX_TOTAL,
    RATE,
    REIMBURSEMENT_TOTALS,
    SPECIAL,
    SUBTOTAL,
    TAIL,
    TAX_HEAD,
    VALUE,
    carrier,
    head,
    lines,
    opt,
    party,
    reimbursements,
)

_EXPORT_HEAD = (
    opt("comercioExterior", "export.kind"),
    opt("incoTermFactura", "export.incoterm"),
    opt("lugarIncoTerm", "export.incoterm_place", FREE),
    opt("paisOrigen", "export.origin_country"),
    opt("puertoEmbarque", "export.loading_port", FREE),
    opt("puertoDestino", "export.destination_port", FREE),
    opt("paisDestino", "export.destination_country"),
    opt("paisAdquisicion", "export.acquisition_country"),
)
_EXPORT_COSTS = (
    opt("fleteInternacional", "export.freight", AMOUNT),
    opt("seguroInternacional", "export.insurance", AMOUNT),
    opt("gastosAduaneros", "export.customs", AMOUNT),
    opt("gastosTransporteOtros", "export.transport", AMOUNT),
)
_INVOICE_INFO = Group(
    "infoFactura",
    (
        ISSUE_DATE,
        BRANCH,
        SPECIAL,
        ACCOUNTS,
        *_EXPORT_HEAD,
        BUYER[0],
        opt("guiaRemision", "guide_number"),
        *BUYER[1:],
        opt("direccionComprador", "buyer.address", FREE),
        SUBTOTAL,
        opt("totalSubsidio", "subsidy", AMOUNT),
        opt("incoTermTotalSinImpuestos", "export.total_incoterm"),
        Leaf("totalDescuento", "discount", AMOUNT),
        *REIMBURSEMENT_TOTALS,
        Many("totalConImpuestos", "totalImpuesto", "taxes", R_TAX_TOTAL),
        COMPENSATIONS,
        opt("propina", "tip", AMOUNT),
        *_EXPORT_COSTS,
        Leaf("importeTotal", "total", AMOUNT),
        CURRENCY,
        opt("placa", "plate"),
        PAYMENTS,
        opt("valorRetIva", "withheld_vat", AMOUNT),
        opt("valorRetRenta", "withheld_income_tax", AMOUNT),
    ),
)
_FUEL = Many(
    "retenciones",
    "retencion",
    "fuel_withholdings",
    Record(doc.FuelWithholding, (*TAX_HEAD, RATE, VALUE)),
    optional=True,
)
_DESTINATION = Record(
    doc.Destination,
    (
        Leaf("motivoTraslado", "reason", FREE),
        opt("docAduaneroUnico", "customs_document"),
        opt("codEstabDestino", "establishment"),
        opt("ruta", "route", FREE),
    ),
)
_VERSION_2 = (
    Group(
        "infoSustitutivaGuiaRemision",
        (
            Leaf("dirPartida", "guide.departure_address", FREE),
            Leaf("dirDestinatario", "guide.arrival_address", FREE),
            Leaf("fechaIniTransporte", "guide.start_date", DATE),
            Leaf("fechaFinTransporte", "guide.end_date", DATE),
            *carrier("guide.carrier"),
            Leaf("placa", "guide.plate"),
            Many("destinos", "destino", "guide.destinations", _DESTINATION),
        ),
        when="guide",
    ),
    Many(
        "otrosRubrosTerceros",
        "rubro",
        "third_party_items",
        Record(
            doc.ThirdPartyItem,
            (Leaf("concepto", "concept", FREE), Leaf("total", "total", AMOUNT)),
        ),
        optional=True,
    ),
)
NEGOTIABLE = Group(
    "tipoNegociable", (Leaf("correo", "negotiable_email"),), when="negotiable_email"
)


def invoice(fine, fuel, version_2):
    return Record(
        doc.Invoice,
        (
            head(doc.Invoice),
            _INVOICE_INFO,
            lines(fine),
            reimbursements("numeroautorizacionDocReemb"),
            *((_FUEL,) if fuel else ()),
            *(_VERSION_2 if version_2 else ()),
            NEGOTIABLE,
            *TAIL,
        ),
        {
            **NESTED,
            "buyer": doc.Party,
            "export": doc.Export,
            "reimbursement_totals": doc.ReimbursementTotals,
            **(
                {"guide": doc.GuideReplacement, "guide.carrier": doc.Party}
                if version_2
                else {}
            ),
        },
    )


def liquidation(fine):
    supplier = party(
        "supplier",
        "tipoIdentificacionProveedor",
        "razonSocialProveedor",
        "identificacionProveedor",
    )
    info = Group(
        "infoLiquidacionCompra",
        (
            ISSUE_DATE,
            BRANCH,
            SPECIAL,
            ACCOUNTS,
            *supplier,
            opt("direccionProveedor", "supplier.address", FREE),
            SUBTOTAL,
            Leaf("totalDescuento", "discount", AMOUNT),
            *REIMBURSEMENT_TOTALS,
            Many(
                "totalConImpuestos", "totalImpuesto", "taxes", R_LIQUIDATION_TAX_TOTAL
            ),
            Leaf("importeTotal", "total", AMOUNT),
            CURRENCY,
            PAYMENTS,
        ),
    )
    return Record(
        doc.PurchaseLiquidation,
        (
            head(doc.PurchaseLiquidation),
            info,
            lines(fine),
            reimbursements("numeroautorizacionDocReemb", compensations=False),
            NEGOTIABLE,
            *TAIL,
        ),
        {
            **NESTED,
            "supplier": doc.Party,
            "reimbursement_totals": doc.ReimbursementTotals,
        },
    )
