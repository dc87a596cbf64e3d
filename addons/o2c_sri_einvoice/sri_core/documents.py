"""The legal documents as plain values: Decimal money in USD, dates of Ecuador.

Field names are English; the docstrings name the SRI's tag where it is not obvious.
Totals are stored, not derived, so that a parsed document says what its XML says;
``totals`` works them out for new documents and ``arithmetic`` checks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import ClassVar

value = dataclass(frozen=True, slots=True, kw_only=True)

PRUEBAS, PRODUCCION = "1", "2"
FINAL_CONSUMER_ID = "9999999999999"


@value
class Issuer:
    """Who issues the document, with his legends.

    :param keeps_accounts: ``obligadoContabilidad``; None leaves the tag out.
    :param special_taxpayer: resolution number (``contribuyenteEspecial``).
    :param withholding_agent: resolution number without leading zeros, ≤ 8 digits.
    :param rimpe: full legend, see ``codes.RIMPE_LEGENDS``.
    :param rise: legend of the former RISE regime (NC, ND and guía only).
    """

    ruc: str
    legal_name: str
    main_address: str
    trade_name: str | None = None
    establishment_address: str | None = None
    special_taxpayer: str | None = None
    keeps_accounts: bool | None = None
    withholding_agent: str | None = None
    rimpe: str | None = None
    rise: str | None = None


@value
class Party:
    """Buyer, supplier, withheld subject or carrier.

    :param id_type: 04 RUC, 05 cédula, 06 passport, 07 final consumer, 08 foreign id.
    """

    id_type: str
    id_number: str
    name: str
    address: str | None = None


FINAL_CONSUMER = Party(
    id_type="07", id_number=FINAL_CONSUMER_ID, name="CONSUMIDOR FINAL"
)


@value
class Tax:
    """A tax of a line: ``code`` 2 IVA, 3 ICE, 5 IRBPNR; ``rate`` in per cent."""

    code: str
    rate_code: str
    base: Decimal
    amount: Decimal
    rate: Decimal | None = None


@value
class TaxTotal:
    """A tax of the whole document, one per (code, rate_code)."""

    code: str
    rate_code: str
    base: Decimal
    amount: Decimal
    rate: Decimal | None = None
    additional_discount: Decimal | None = None
    vat_refund: Decimal | None = None


@value
class Detail:
    """Name and text: a line detail (≤ 3 a line) or an additional field (≤ 15)."""

    name: str
    value: str


@value
class Line:
    """A line of a factura, liquidación or nota de crédito.

    :param discount: amount in USD, not a percentage.
    :param subtotal: ``precioTotalSinImpuesto``.
    """

    description: str
    quantity: Decimal
    unit_price: Decimal
    subtotal: Decimal
    taxes: tuple[Tax, ...]
    discount: Decimal = Decimal(0)
    main_code: str | None = None
    aux_code: str | None = None
    unit: str | None = None
    price_without_subsidy: Decimal | None = None
    details: tuple[Detail, ...] = ()


@value
class Payment:
    """``formaPago`` of table 24 with its amount; ``term`` counts ``time_unit``."""

    method: str
    total: Decimal
    term: Decimal | None = None
    time_unit: str | None = None


@value
class Compensation:
    code: str
    rate: Decimal
    amount: Decimal


@value
class ReimbursementTax:
    code: str
    rate_code: str
    rate: Decimal
    base: Decimal
    amount: Decimal


@value
class Reimbursement:
    """A supplier's document that is passed on (``reembolsoDetalle``)."""

    supplier_id_type: str
    supplier_id: str
    supplier_kind: str
    document_type: str
    establishment: str
    emission_point: str
    sequential: str
    issue_date: date
    authorisation: str
    taxes: tuple[ReimbursementTax, ...]
    supplier_country: str | None = None
    compensations: tuple[Compensation, ...] = ()


@value
class ReimbursementTotals:
    """``document_code`` is 41; the amounts are those of all reimbursements."""

    document_code: str | None = None
    total: Decimal | None = None
    base: Decimal | None = None
    tax: Decimal | None = None


@value
class Export:
    """Foreign trade block of a factura (``comercioExterior`` = EXPORTADOR)."""

    kind: str = "EXPORTADOR"
    incoterm: str | None = None
    incoterm_place: str | None = None
    origin_country: str | None = None
    loading_port: str | None = None
    destination_port: str | None = None
    destination_country: str | None = None
    acquisition_country: str | None = None
    total_incoterm: str | None = None
    freight: Decimal | None = None
    insurance: Decimal | None = None
    customs: Decimal | None = None
    transport: Decimal | None = None


@value
class FuelWithholding:
    """Presumptive withholding of fuel sellers (``retenciones/retencion``)."""

    code: str
    rate_code: str
    rate: Decimal
    amount: Decimal


@value
class Machine:
    brand: str
    model: str
    serial: str


@value
class Destination:
    reason: str
    customs_document: str | None = None
    establishment: str | None = None
    route: str | None = None


@value
class GuideReplacement:
    """``infoSustitutivaGuiaRemision``: factura 2.x that also serves as guía."""

    departure_address: str
    arrival_address: str
    start_date: date
    end_date: date
    carrier: Party
    plate: str
    destinations: tuple[Destination, ...]


@value
class ThirdPartyItem:
    """``otrosRubrosTerceros``: collected for someone else (factura 2.x)."""

    concept: str
    total: Decimal


@value
class Document:
    """What all six documents share.

    :param environment: ``PRUEBAS`` or ``PRODUCCION``.
    :param sequential: nine digits.
    :param issue_date: date in Ecuador; a guía has no tag for it, only the key.
    :param additional_info: at most 15 fields, RUC Proveedor included.
    """

    CODE: ClassVar[str]
    ROOT: ClassVar[str]
    VERSIONS: ClassVar[tuple[str, ...]]

    version: str
    issuer: Issuer
    environment: str
    access_key: str
    establishment: str
    emission_point: str
    sequential: str
    issue_date: date
    machine: Machine | None = None
    additional_info: tuple[Detail, ...] = ()

    @property
    def number(self) -> str:
        """Number as printed: ``001-002-000000123``."""
        return f"{self.establishment}-{self.emission_point}-{self.sequential}"


@value
class Invoice(Document):
    """Factura (01). 2.x only adds guide replacement and third-party items."""

    CODE = "01"
    ROOT = "factura"
    VERSIONS = ("1.1.0", "2.1.0", "1.0.0", "2.0.0")

    version: str = "1.1.0"
    buyer: Party
    lines: tuple[Line, ...]
    subtotal: Decimal
    taxes: tuple[TaxTotal, ...]
    total: Decimal
    discount: Decimal = Decimal(0)
    tip: Decimal | None = None
    payments: tuple[Payment, ...] = ()
    currency: str | None = "DOLAR"
    guide_number: str | None = None
    plate: str | None = None
    subsidy: Decimal | None = None
    export: Export | None = None
    compensations: tuple[Compensation, ...] = ()
    reimbursement_totals: ReimbursementTotals | None = None
    reimbursements: tuple[Reimbursement, ...] = ()
    withheld_vat: Decimal | None = None
    withheld_income_tax: Decimal | None = None
    fuel_withholdings: tuple[FuelWithholding, ...] = ()
    guide: GuideReplacement | None = None
    third_party_items: tuple[ThirdPartyItem, ...] = ()
    negotiable_email: str | None = None


@value
class PurchaseLiquidation(Document):
    """Liquidación de compra (03): the buyer issues it for his supplier."""

    CODE = "03"
    ROOT = "liquidacionCompra"
    VERSIONS = ("1.1.0", "1.0.0")

    version: str = "1.1.0"
    supplier: Party
    lines: tuple[Line, ...]
    subtotal: Decimal
    taxes: tuple[TaxTotal, ...]
    total: Decimal
    discount: Decimal = Decimal(0)
    payments: tuple[Payment, ...] = ()
    currency: str | None = "DOLAR"
    reimbursement_totals: ReimbursementTotals | None = None
    reimbursements: tuple[Reimbursement, ...] = ()
    negotiable_email: str | None = None


@value
class ModifiedDocument:
    """The document that a note changes; ``number`` with hyphens."""

    document_type: str
    number: str
    issue_date: date


@value
class CreditNote(Document):
    """Nota de crédito (04). Taxes at the rate of the original's date."""

    CODE = "04"
    ROOT = "notaCredito"
    VERSIONS = ("1.1.0", "1.0.0")

    version: str = "1.1.0"
    buyer: Party
    modified: ModifiedDocument
    lines: tuple[Line, ...]
    subtotal: Decimal
    taxes: tuple[TaxTotal, ...]
    total: Decimal
    reason: str
    currency: str | None = "DOLAR"
    compensations: tuple[Compensation, ...] = ()


@value
class Charge:
    """A reason of a nota de débito with its amount before taxes."""

    reason: str
    amount: Decimal


@value
class DebitNote(Document):
    """Nota de débito (05): interest and charges after the sale."""

    CODE = "05"
    ROOT = "notaDebito"
    VERSIONS = ("1.0.0",)

    version: str = "1.0.0"
    buyer: Party
    modified: ModifiedDocument
    charges: tuple[Charge, ...]
    subtotal: Decimal
    taxes: tuple[TaxTotal, ...]
    total: Decimal
    payments: tuple[Payment, ...] = ()
    compensations: tuple[Compensation, ...] = ()


@value
class GuideLine:
    description: str
    quantity: Decimal
    main_code: str | None = None
    aux_code: str | None = None
    details: tuple[Detail, ...] = ()


@value
class Recipient:
    """A receiver of goods on the road (``destinatario``).

    :param document_number: the sale's number with hyphens.
    :param document_authorisation: its access key or authorisation number.
    """

    id_number: str
    name: str
    address: str
    reason: str
    lines: tuple[GuideLine, ...]
    customs_document: str | None = None
    establishment: str | None = None
    route: str | None = None
    document_type: str | None = None
    document_number: str | None = None
    document_authorisation: str | None = None
    document_date: date | None = None


@value
class DeliveryGuide(Document):
    """Guía de remisión (06)."""

    CODE = "06"
    ROOT = "guiaRemision"
    VERSIONS = ("1.1.0", "1.0.0")

    version: str = "1.1.0"
    departure_address: str
    carrier: Party
    start_date: date
    end_date: date
    plate: str
    recipients: tuple[Recipient, ...]


@value
class SupportTax:
    """Tax of a supporting document (``impuestoDocSustento``)."""

    code: str
    rate_code: str
    base: Decimal
    rate: Decimal
    amount: Decimal


@value
class Dividend:
    payment_date: date
    income_tax: Decimal
    fiscal_year: str


@value
class BananaPurchase:
    boxes: str
    box_price: Decimal


@value
class Retention:
    """One amount withheld: ``code`` 1 renta, 2 IVA, 6 ISD; ``rate`` in per cent."""

    code: str
    retention_code: str
    base: Decimal
    rate: Decimal
    amount: Decimal
    dividend: Dividend | None = None
    bananas: BananaPurchase | None = None


@value
class SupportDocument:
    """The purchase document that a withholding refers to.

    :param number: 15 digits without hyphens.
    :param support_code: ``codSustento`` (table 5); None when read from 1.0.0.
    :param payment_place: 01 in Ecuador, 02 abroad.
    """

    document_type: str
    number: str
    issue_date: date | None
    retentions: tuple[Retention, ...]
    support_code: str | None = None
    accounting_date: date | None = None
    authorisation: str | None = None
    payment_place: str | None = "01"
    foreign_regime: str | None = None
    foreign_country: str | None = None
    double_taxation_treaty: bool | None = None
    subject_to_withholding: bool | None = None
    tax_haven: bool | None = None
    subtotal: Decimal | None = None
    total: Decimal | None = None
    taxes: tuple[SupportTax, ...] = ()
    reimbursement_totals: ReimbursementTotals | None = None
    reimbursements: tuple[Reimbursement, ...] = ()
    payments: tuple[Payment, ...] = ()


@value
class Withholding(Document):
    """Comprobante de retención 2.0.0 (07).

    :param period: fiscal period ``mm/yyyy``.
    :param subject_kind: ``tipoSujetoRetenido`` 01/02, only with id type 08.
    """

    CODE = "07"
    ROOT = "comprobanteRetencion"
    VERSIONS = ("2.0.0",)

    version: str = "2.0.0"
    subject: Party
    period: str
    support_documents: tuple[SupportDocument, ...]
    related_party: bool = False
    subject_kind: str | None = None


@value
class FlatRetention:
    """``impuesto`` of a retención 1.0.0: each row names its own document."""

    code: str
    retention_code: str
    base: Decimal
    rate: Decimal
    amount: Decimal
    document_type: str | None = None
    document_number: str | None = None
    document_date: date | None = None


@value
class FlatWithholding(Document):
    """Comprobante de retención 1.0.0: read when received, never issued."""

    CODE = "07"
    ROOT = "comprobanteRetencion"
    VERSIONS = ("1.0.0",)

    version: str = "1.0.0"
    subject: Party
    period: str
    rows: tuple[FlatRetention, ...]

    @property
    def support_documents(self) -> tuple[SupportDocument, ...]:
        """The rows grouped by document, so that callers read one shape only."""

        def document(row):
            return (
                row.document_type or "",
                row.document_number or "",
                row.document_date or date.min,
            )

        return tuple(
            SupportDocument(
                document_type=kind,
                number=number,
                issue_date=None if issued == date.min else issued,
                payment_place=None,
                retentions=tuple(
                    Retention(
                        code=r.code,
                        retention_code=r.retention_code,
                        base=r.base,
                        rate=r.rate,
                        amount=r.amount,
                    )
                    for r in rows
                ),
            )
            for (kind, number, issued), rows in groupby(
                sorted(self.rows, key=document), key=document
            )
        )


DOCUMENTS = (
    Invoice,
    PurchaseLiquidation,
    CreditNote,
    DebitNote,
    DeliveryGuide,
    Withholding,
    FlatWithholding,
)
