"""Order templates of comprobante de retención 2.0.0 and, to read it, 1.0.0."""

from __future__ import annotations

from .. import documents as doc
from ..xmlmap import AMOUNT, DATE, FREE, WHOLE, YES_NO, Group, Leaf, Many, Record
from .parts import (
    ACCOUNTS,
    BRANCH,
    ISSUE_DATE,
    NESTED,
    R_PLAIN_PAYMENT,
    REIMBURSEMENT_TOTALS,
    SPECIAL,
    SUBTOTAL,
    TAIL,
    head,
    opt,
    reimbursements,
)

_ID_TYPE = Leaf("tipoIdentificacionSujetoRetenido", "subject.id_type")
_SUBJECT = (
    Leaf("razonSocialSujetoRetenido", "subject.name", FREE),
    Leaf("identificacionSujetoRetenido", "subject.id_number"),
    Leaf("periodoFiscal", "period"),
)
_WITHHELD = (
    Leaf("codigo", "code"),
    Leaf("codigoRetencion", "retention_code"),
    Leaf("baseImponible", "base", AMOUNT),
    Leaf("porcentajeRetener", "rate", AMOUNT),
    Leaf("valorRetenido", "amount", AMOUNT),
)
_RETENTION = Record(
    doc.Retention,
    (
        *_WITHHELD,
        Group(
            "dividendos",
            (
                Leaf("fechaPagoDiv", "dividend.payment_date", DATE),
                Leaf("imRentaSoc", "dividend.income_tax", AMOUNT),
                Leaf("ejerFisUtDiv", "dividend.fiscal_year"),
            ),
            when="dividend",
        ),
        Group(
            "compraCajBanano",
            (
                Leaf("numCajBan", "bananas.boxes"),
                Leaf("precCajBan", "bananas.box_price", AMOUNT),
            ),
            when="bananas",
        ),
    ),
    {"dividend": doc.Dividend, "bananas": doc.BananaPurchase},
)
_SUPPORT_TAX = Record(
    doc.SupportTax,
    (
        Leaf("codImpuestoDocSustento", "code"),
        Leaf("codigoPorcentaje", "rate_code"),
        Leaf("baseImponible", "base", AMOUNT),
        Leaf("tarifa", "rate", AMOUNT),
        Leaf("valorImpuesto", "amount", AMOUNT),
    ),
)
_SUPPORT_DOCUMENT = Record(
    doc.SupportDocument,
    (
        Leaf("codSustento", "support_code"),
        Leaf("codDocSustento", "document_type"),
        Leaf("numDocSustento", "number"),
        Leaf("fechaEmisionDocSustento", "issue_date", DATE),
        opt("fechaRegistroContable", "accounting_date", DATE),
        opt("numAutDocSustento", "authorisation"),
        Leaf("pagoLocExt", "payment_place"),
        opt("tipoRegi", "foreign_regime"),
        opt("paisEfecPago", "foreign_country"),
        opt("aplicConvDobTrib", "double_taxation_treaty", YES_NO),
        opt("pagExtSujRetNorLeg", "subject_to_withholding", YES_NO),
        opt("pagoRegFis", "tax_haven", YES_NO),
        *REIMBURSEMENT_TOTALS[1:],
        SUBTOTAL,
        Leaf("importeTotal", "total", AMOUNT),
        Many("impuestosDocSustento", "impuestoDocSustento", "taxes", _SUPPORT_TAX),
        Many("retenciones", "retencion", "retentions", _RETENTION),
        # Whole per cents without decimals: the only tarifa that is a string.
        reimbursements("numeroAutorizacionDocReemb", WHOLE, compensations=False),
        Many("pagos", "pago", "payments", R_PLAIN_PAYMENT),
    ),
    {"reimbursement_totals": doc.ReimbursementTotals},
)

WITHHOLDING = Record(
    doc.Withholding,
    (
        head(doc.Withholding),
        Group(
            "infoCompRetencion",
            (
                ISSUE_DATE,
                BRANCH,
                SPECIAL,
                ACCOUNTS,
                _ID_TYPE,
                opt("tipoSujetoRetenido", "subject_kind"),
                Leaf("parteRel", "related_party", YES_NO),
                *_SUBJECT,
            ),
        ),
        Many("docsSustento", "docSustento", "support_documents", _SUPPORT_DOCUMENT),
        *TAIL,
    ),
    {**NESTED, "subject": doc.Party},
)

_ROW = Record(
    doc.FlatRetention,
    (
        *_WITHHELD,
        opt("codDocSustento", "document_type"),
        opt("numDocSustento", "document_number"),
        opt("fechaEmisionDocSustento", "document_date", DATE),
    ),
)
FLAT_WITHHOLDING = Record(
    doc.FlatWithholding,
    (
        head(doc.FlatWithholding),
        Group(
            "infoCompRetencion",
            (ISSUE_DATE, BRANCH, SPECIAL, ACCOUNTS, _ID_TYPE, *_SUBJECT),
        ),
        Many("impuestos", "impuesto", "rows", _ROW),
        *TAIL,
    ),
    {**NESTED, "subject": doc.Party},
)
