"""Values that the legal documents are made of: parties, lines, taxes, payments.

Field names are English; the docstrings name the SRI's tag where it is not obvious.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

value = dataclass(frozen=True, slots=True, kw_only=True)

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
class ModifiedDocument:
    """The document that a note changes; ``number`` with hyphens."""

    document_type: str
    number: str
    issue_date: date


@value
class Charge:
    """A reason of a nota de débito with its amount before taxes."""

    reason: str
    amount: Decimal


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
