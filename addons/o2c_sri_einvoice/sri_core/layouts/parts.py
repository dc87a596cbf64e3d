"""Order templates of what several documents share."""

from __future__ import annotations

from decimal import Decimal

from .. import documents as doc
from ..xmlmap import (
    AMOUNT,
    CODE,
    DATE,
    FREE,
    YES_NO,
    Constant,
    Group,
    Leaf,
    Many,
    Pairs,
    Record,
)


def opt(tag, path, kind=CODE, default=None):
    return Leaf(tag, path, kind, optional=True, default=default)


TAX_HEAD = (Leaf("codigo", "code"), Leaf("codigoPorcentaje", "rate_code"))
BASE = Leaf("baseImponible", "base", AMOUNT)
VALUE = Leaf("valor", "amount", AMOUNT)
RATE = Leaf("tarifa", "rate", AMOUNT)
OPT_RATE = opt("tarifa", "rate", AMOUNT)
REFUND = opt("valorDevolucionIva", "vat_refund", AMOUNT)

R_TAX = Record(doc.Tax, (*TAX_HEAD, RATE, BASE, VALUE))
R_NOTE_TAX = Record(doc.Tax, (*TAX_HEAD, OPT_RATE, BASE, VALUE))
R_TAX_TOTAL = Record(
    doc.TaxTotal,
    (
        *TAX_HEAD,
        opt("descuentoAdicional", "additional_discount", AMOUNT),
        BASE,
        OPT_RATE,
        VALUE,
        REFUND,
    ),
)
R_LIQUIDATION_TAX_TOTAL = Record(doc.TaxTotal, R_TAX_TOTAL.nodes[:-1])
R_CREDIT_TAX_TOTAL = Record(doc.TaxTotal, (*TAX_HEAD, BASE, VALUE, REFUND))
R_DEBIT_TAX = Record(doc.TaxTotal, (*TAX_HEAD, RATE, BASE, VALUE, REFUND))
R_COMPENSATION = Record(doc.Compensation, (Leaf("codigo", "code"), RATE, VALUE))
R_PAYMENT = Record(
    doc.Payment,
    (
        Leaf("formaPago", "method"),
        Leaf("total", "total", AMOUNT),
        opt("plazo", "term", AMOUNT),
        opt("unidadTiempo", "time_unit"),
    ),
)
R_PLAIN_PAYMENT = Record(doc.Payment, R_PAYMENT.nodes[:2])

PAYMENTS = Many("pagos", "pago", "payments", R_PAYMENT, optional=True)
COMPENSATIONS = Many(
    "compensaciones", "compensacion", "compensations", R_COMPENSATION, optional=True
)
NOTE_CODE_TAGS = ("codigoInterno", "codigoAdicional")
DETAILS = Pairs("detallesAdicionales", "detAdicional", "details", doc.Detail, "valor")
TAIL = (
    Group(
        "maquinaFiscal",
        (
            Leaf("marca", "machine.brand"),
            Leaf("modelo", "machine.model"),
            Leaf("serie", "machine.serial"),
        ),
        when="machine",
    ),
    Pairs("infoAdicional", "campoAdicional", "additional_info", doc.Detail),
)


def _line(fine, tax, code_tags, sale):
    """Line with quantities of two or six decimals; notes lack unit and subsidy."""
    main, aux = code_tags
    unit = (opt("unidadMedida", "unit"),)
    subsidy = (opt("precioSinSubsidio", "price_without_subsidy", fine),)
    return Record(
        doc.Line,
        (
            opt(main, "main_code"),
            opt(aux, "aux_code"),
            Leaf("descripcion", "description", FREE),
            *(unit if sale else ()),
            Leaf("cantidad", "quantity", fine),
            Leaf("precioUnitario", "unit_price", fine),
            *(subsidy if sale else ()),
            # A received note may come without discount; ours always has it.
            opt("descuento", "discount", AMOUNT, default=Decimal(0)),
            Leaf("precioTotalSinImpuesto", "subtotal", AMOUNT),
            DETAILS,
            Many("impuestos", "impuesto", "taxes", tax, optional=not sale),
        ),
    )


def lines(fine):
    tags = ("codigoPrincipal", "codigoAuxiliar")
    return Many("detalles", "detalle", "lines", _line(fine, R_TAX, tags, sale=True))


def note_lines(fine):
    record = _line(fine, R_NOTE_TAX, NOTE_CODE_TAGS, sale=False)
    return Many("detalles", "detalle", "lines", record)


def reimbursements(authorisation_tag, rate=AMOUNT, compensations=True):
    tax = Record(
        doc.ReimbursementTax,
        (
            *TAX_HEAD,
            Leaf("tarifa", "rate", rate),
            Leaf("baseImponibleReembolso", "base", AMOUNT),
            Leaf("impuestoReembolso", "amount", AMOUNT),
        ),
    )
    nodes = (
        Leaf("tipoIdentificacionProveedorReembolso", "supplier_id_type"),
        Leaf("identificacionProveedorReembolso", "supplier_id"),
        opt("codPaisPagoProveedorReembolso", "supplier_country"),
        Leaf("tipoProveedorReembolso", "supplier_kind"),
        Leaf("codDocReembolso", "document_type"),
        Leaf("estabDocReembolso", "establishment"),
        Leaf("ptoEmiDocReembolso", "emission_point"),
        Leaf("secuencialDocReembolso", "sequential"),
        Leaf("fechaEmisionDocReembolso", "issue_date", DATE),
        Leaf(authorisation_tag, "authorisation"),
        Many("detalleImpuestos", "detalleImpuesto", "taxes", tax),
    )
    if compensations:
        nodes += (
            Many(
                "compensacionesReembolso",
                "compensacionReembolso",
                "compensations",
                R_COMPENSATION,
                optional=True,
            ),
        )
    record = Record(doc.Reimbursement, nodes)
    return Many(
        "reembolsos", "reembolsoDetalle", "reimbursements", record, optional=True
    )


REIMBURSEMENT_TOTALS = (
    opt("codDocReembolso", "reimbursement_totals.document_code"),
    opt("totalComprobantesReembolso", "reimbursement_totals.total", AMOUNT),
    opt("totalBaseImponibleReembolso", "reimbursement_totals.base", AMOUNT),
    opt("totalImpuestoReembolso", "reimbursement_totals.tax", AMOUNT),
)


def head(cls):
    """infoTributaria: the same in all documents."""
    return Group(
        "infoTributaria",
        (
            Leaf("ambiente", "environment"),
            Constant("tipoEmision", "1"),
            Leaf("razonSocial", "issuer.legal_name", FREE),
            opt("nombreComercial", "issuer.trade_name", FREE),
            Leaf("ruc", "issuer.ruc"),
            Leaf("claveAcceso", "access_key"),
            Constant("codDoc", cls.CODE),
            Leaf("estab", "establishment"),
            Leaf("ptoEmi", "emission_point"),
            Leaf("secuencial", "sequential"),
            Leaf("dirMatriz", "issuer.main_address", FREE),
            opt("agenteRetencion", "issuer.withholding_agent"),
            opt("contribuyenteRimpe", "issuer.rimpe"),
        ),
    )


ISSUE_DATE = Leaf("fechaEmision", "issue_date", DATE)
BRANCH = opt("dirEstablecimiento", "issuer.establishment_address", FREE)
SPECIAL = opt("contribuyenteEspecial", "issuer.special_taxpayer")
ACCOUNTS = opt("obligadoContabilidad", "issuer.keeps_accounts", YES_NO)
RISE = opt("rise", "issuer.rise")
SUBTOTAL = Leaf("totalSinImpuestos", "subtotal", AMOUNT)
CURRENCY = opt("moneda", "currency")


def party(path, type_tag, name_tag, number_tag):
    return (
        Leaf(type_tag, f"{path}.id_type"),
        Leaf(name_tag, f"{path}.name", FREE),
        Leaf(number_tag, f"{path}.id_number"),
    )


BUYER = party(
    "buyer",
    "tipoIdentificacionComprador",
    "razonSocialComprador",
    "identificacionComprador",
)
CARRIER_TAGS = (
    "razonSocialTransportista",
    "tipoIdentificacionTransportista",
    "rucTransportista",
)


def carrier(path):
    name, kind, number = CARRIER_TAGS
    return (
        Leaf(name, f"{path}.name", FREE),
        Leaf(kind, f"{path}.id_type"),
        Leaf(number, f"{path}.id_number"),
    )


NESTED = {"issuer": doc.Issuer, "machine": doc.Machine}
