"""Documents of other people for demos and tests: a supplier's, a customer's.

They are made with the product's own builders and signer, as any taxpayer's software
would make them, and registered with ``SriSimulator.register`` or
``POST /control/documents``.
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .clock import Clock
from .schemas import load_core

CENT = Decimal("0.01")
# IVA codigoPorcentaje of each rate in per cent (ficha, table 17).
IVA_CODES = {Decimal(0): "0", Decimal(5): "5", Decimal(12): "2", Decimal(15): "4"}
USING_THE_FINANCIAL_SYSTEM = "20"


class CoreMissing(RuntimeError):
    """The product's ``sri_core`` is not there, so nothing can be built or signed."""


@dataclass(frozen=True)
class Taxpayer:
    """Somebody who issues documents himself.

    :param p12: his certificate and key, see :func:`make_p12`
    """

    ruc: str
    name: str
    p12: bytes
    password: str
    address: str = "Guayaquil"


@dataclass(frozen=True)
class Receiver:
    """Somebody to whom a document is addressed; ``id_type`` as in SPEC §2."""

    id_number: str
    name: str
    id_type: str = "04"


@dataclass(frozen=True)
class Sale:
    """A line of a supplier's factura.

    :param discount: USD
    :param iva: rate in per cent, 15, 12, 5 or 0
    """

    description: str
    quantity: Decimal
    unit_price: Decimal
    code: str | None = None
    discount: Decimal = Decimal(0)
    iva: Decimal = Decimal(15)


@dataclass(frozen=True)
class Withheld:
    """An amount withheld.

    :param code: 1 renta, 2 IVA, 6 ISD
    :param retention_code: as 312 for renta or 1 for 30 % of IVA (SPEC §2)
    :param rate: per cent of ``base``
    """

    code: str
    retention_code: str
    base: Decimal
    rate: Decimal


@dataclass(frozen=True)
class Support:
    """An invoice of ours from which a customer withholds.

    :param number: ``001-002-000000123``, hyphens or not
    :param subtotal: USD before IVA
    :param iva: rate in per cent
    :param authorisation: its access key
    """

    number: str
    issue_date: datetime.date
    subtotal: Decimal
    withheld: tuple[Withheld, ...]
    iva: Decimal = Decimal(15)
    authorisation: str | None = None
    support_code: str = "01"

    @property
    def tax(self) -> Decimal:
        return _cents(self.subtotal * self.iva / 100)


@dataclass(frozen=True)
class Issue:
    """Where, when and under which number a document is issued.

    :param now: aware present; None asks the clock
    :param issue_date: date in Ecuador, that of ``now`` by default
    :param environment: 1 pruebas, 2 producción
    """

    sequential: int = 1
    establishment: str = "001"
    emission_point: str = "001"
    environment: str = "1"
    now: datetime.datetime | None = None
    issue_date: datetime.date | None = None
    numeric_code: int | None = None

    @property
    def moment(self) -> datetime.datetime:
        return self.now or Clock().now()

    @property
    def date(self) -> datetime.date:
        return self.issue_date or self.moment.date()


@dataclass(frozen=True)
class Made:
    """A finished document; ``number`` with hyphens, ``total`` in USD."""

    access_key: str
    xml: bytes
    number: str
    total: Decimal


def make_p12(
    ruc: str, name: str, password: str, now: datetime.datetime | None = None
) -> bytes:
    """Make a certificate for signing, as a CA of Ecuador would issue it.

    :param now: aware; the certificate is valid from the day before, for two years
    :return: PKCS#12 file
    :raises CoreMissing: without the product
    """
    moment = now or Clock().now()
    return _core("trial_certificate").make_p12(ruc, name[:64], password, moment)


def supplier_invoice(
    supplier: Taxpayer, buyer: Receiver, sales: list[Sale], issue: Issue
) -> Made:
    """Make and sign a factura (01) of a supplier.

    :raises CoreMissing: without the product's builders
    """
    documents, totals = _core("documents"), _core("totals")
    lines = tuple(
        totals.line(
            description=sale.description,
            quantity=sale.quantity,
            unit_price=sale.unit_price,
            discount=sale.discount,
            main_code=sale.code,
            taxes=(totals.Rate("2", IVA_CODES[sale.iva], sale.iva),),
        )
        for sale in sales
    )
    sums = totals.of_lines(lines)
    payment = documents.Payment(method=USING_THE_FINANCIAL_SYSTEM, total=sums.total)
    invoice = documents.Invoice(
        **_common(supplier, "01", issue),
        buyer=_party(buyer),
        lines=lines,
        subtotal=sums.subtotal,
        discount=sums.discount,
        taxes=sums.taxes,
        total=sums.total,
        payments=(payment,),
    )
    return _signed(supplier, invoice, issue, sums.total)


def customer_withholding(
    customer: Taxpayer, subject: Receiver, supports: list[Support], issue: Issue
) -> Made:
    """Make and sign a comprobante de retención 2.0.0 (07) of a customer.

    :param subject: from whom is withheld: us
    :raises CoreMissing: without the product's builders
    """
    documents = _core("documents")
    withholding = documents.Withholding(
        **_common(customer, "07", issue),
        subject=_party(subject),
        period=f"{issue.date:%m/%Y}",
        support_documents=tuple(_support(documents, item) for item in supports),
    )
    rows = [row for item in supports for row in item.withheld]
    total = sum((_cents(row.base * row.rate / 100) for row in rows), Decimal(0))
    return _signed(customer, withholding, issue, total)


def _support(documents, item: Support):
    total = item.subtotal + item.tax
    return documents.SupportDocument(
        document_type="01",
        number=item.number.replace("-", ""),
        issue_date=item.issue_date,
        support_code=item.support_code,
        authorisation=item.authorisation,
        subtotal=item.subtotal,
        total=total,
        taxes=(
            documents.SupportTax(
                code="2",
                rate_code=IVA_CODES[item.iva],
                base=item.subtotal,
                rate=item.iva,
                amount=item.tax,
            ),
        ),
        retentions=tuple(
            documents.Retention(
                code=row.code,
                retention_code=row.retention_code,
                base=row.base,
                rate=row.rate,
                amount=_cents(row.base * row.rate / 100),
            )
            for row in item.withheld
        ),
        payments=(documents.Payment(method=USING_THE_FINANCIAL_SYSTEM, total=total),),
    )


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _core(module: str):
    loaded = load_core(module)
    if loaded is None:
        raise CoreMissing(f"sri_core.{module} is not in this checkout")
    return loaded


def _party(receiver: Receiver):
    return _core("documents").Party(
        id_type=receiver.id_type, id_number=receiver.id_number, name=receiver.name
    )


def _common(issuer: Taxpayer, doc_type: str, issue: Issue) -> dict:
    """Return the fields that all documents share."""
    code = issue.numeric_code
    return {
        "issuer": _core("documents").Issuer(
            ruc=issuer.ruc,
            legal_name=issuer.name,
            main_address=issuer.address,
            keeps_accounts=True,
        ),
        "environment": issue.environment,
        "access_key": _core("access_key").build(
            issue.date,
            doc_type,
            issuer.ruc,
            issue.environment,
            issue.establishment,
            issue.emission_point,
            issue.sequential,
            secrets.randbelow(10**8) if code is None else code,
        ),
        "establishment": issue.establishment,
        "emission_point": issue.emission_point,
        "sequential": f"{issue.sequential:09d}",
        "issue_date": issue.date,
    }


def _signed(issuer: Taxpayer, document, issue: Issue, total: Decimal) -> Made:
    credential = _core("certificate").load_p12(
        issuer.p12, issuer.password, issue.moment, ruc=issuer.ruc
    )
    ids = _core("signer").SignatureIds(secrets.randbelow(10**9))
    signed = _core("issue").prepare(document, credential, issue.moment, ids)
    return Made(signed.access_key, signed.xml, document.number, total)
