"""The legal documents as plain values: Decimal money in USD, dates of Ecuador.

Totals are stored, not derived, so that a parsed document says what its XML says;
``totals`` works them out for new documents and ``arithmetic`` checks them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import ClassVar

from .parts import (
    FINAL_CONSUMER as FINAL_CONSUMER,
)
from .parts import (
    FINAL_CONSUMER_ID as FINAL_CONSUMER_ID,
)
from .parts import (
    BananaPurchase as BananaPurchase,
)
from .parts import (
    Charge as Charge,
)
from .parts import (
    Compensation as Compensation,
)
from .parts import (
    Destination as Destination,
)
from .parts import (
    Detail as Detail,
)
from .parts import (
    Dividend as Dividend,
)
from .parts import (
    Export as Export,
)
from .parts import (
    FlatRetention as FlatRetention,
)
from .parts import (
    FuelWithholding as FuelWithholding,
)
from .parts import (
    GuideLine as GuideLine,
)
from .parts import (
    GuideReplacement as GuideReplacement,
)
from .parts import (
    Issuer as Issuer,
)
from .parts import (
    Line as Line,
)
from .parts import (
    Machine as Machine,
)
from .parts import (
    ModifiedDocument as ModifiedDocument,
)
from .parts import (
    Party as Party,
)
from .parts import (
    Payment as Payment,
)
from .parts import (
    Recipient as Recipient,
)
from .parts import (
    Reimbursement as Reimbursement,
)
from .parts import (
    ReimbursementTax as ReimbursementTax,
)
from .parts import (
    ReimbursementTotals as ReimbursementTotals,
)
from .parts import (
    Retention as Retention,
)
from .parts import (
    SupportDocument as SupportDocument,
)
from .parts import (
    SupportTax as SupportTax,
)
from .parts import (
    Tax as Tax,
)
from .parts import (
    TaxTotal as TaxTotal,
)
from .parts import (
    ThirdPartyItem as ThirdPartyItem,
)
from .parts import (
    value,
)

PRUEBAS, PRODUCCION = "1", "2"


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
