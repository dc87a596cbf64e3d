"""Documents of every type for the tests, with amounts worked out by hand.

The wholesaler ``MAYORISTA`` sells to ``CLIENTE``. All figures are made up.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal as D

from sri_core import access_key, totals
from sri_core import documents as doc

ECUADOR = timezone(timedelta(hours=-5))
NOW = datetime(2026, 3, 10, 19, 30, tzinfo=ECUADOR)
TODAY = NOW.date()
RUC = "1790012345001"
PASSWORD = "clave de prueba"

ISSUER = doc.Issuer(
    ruc=RUC,
    legal_name="MAYORISTA ÑANDÚ & CÍA. S.A.",
    trade_name="El Mayorista",
    main_address="Av. 10 de Agosto N34-56 y Río Coca, Quito",
    establishment_address="Calle Larga 12, Cuenca",
    special_taxpayer="5368",
    keeps_accounts=True,
    withholding_agent="1",
    rimpe="CONTRIBUYENTE RÉGIMEN RIMPE",
)
BUYER = doc.Party(
    id_type="04",
    id_number="0190098765001",
    name="ABARROTES «EL ÁGUILA» CÍA. LTDA.",
    address="Gran Colombia 7-65, Cuenca",
)
IVA_15 = totals.Rate("2", "4", D(15))
IVA_0 = totals.Rate("2", "0", D(0))
INFO = (
    doc.Detail(name="Email", value="compras@elaguila.example"),
    doc.Detail(name="RUC Proveedor", value="1790099999001"),
)


def header(code: str, sequential: int = 123, issued: date = TODAY, **values) -> dict:
    """Return the fields that all documents share, with a matching key."""
    return {
        "issuer": ISSUER,
        "environment": doc.PRUEBAS,
        "access_key": access_key.build(
            issued, code, RUC, "1", "001", "002", sequential, 12345678
        ),
        "establishment": "001",
        "emission_point": "002",
        "sequential": f"{sequential:09}",
        "issue_date": issued,
        "additional_info": INFO,
        **values,
    }


def lines(count: int = 2) -> tuple[doc.Line, ...]:
    """Return lines that alternate between 15 % and 0 %.

    One pair: 10 × 32.50 − 5.00 = 320.00 at 15 %, and 2.5 × 4.123456 = 10.31 at 0 %.
    """
    taxed = totals.line(
        description='Aceite "La Favorita" 20 L <caja>',
        main_code="ACE-20",
        aux_code="7861234567890",
        unit="CAJA",
        quantity=D(10),
        unit_price=D("32.50"),
        discount=D("5.00"),
        taxes=(IVA_15,),
        details=(doc.Detail(name="Lote", value="L-2026/03"),),
    )
    free = totals.line(
        description="Arroz flor 50 kg",
        main_code="ARZ-50",
        quantity=D("2.5"),
        unit_price=D("4.123456"),
        taxes=(IVA_0,),
    )
    return tuple((taxed, free)[i % 2] for i in range(count))


def invoice(count: int = 2, **values) -> doc.Invoice:
    """Return a factura; with two lines: 330.31 + IVA 48.00 = 378.31."""
    sums = totals.of_lines(lines(count))
    return doc.Invoice(
        **{
            **header("01"),
            "buyer": BUYER,
            "lines": lines(count),
            "subtotal": sums.subtotal,
            "discount": sums.discount,
            "taxes": sums.taxes,
            "total": sums.total,
            "tip": D(0),
            "guide_number": "001-002-000000077",
            "payments": (
                doc.Payment(
                    method="20", total=sums.total, term=D(30), time_unit="dias"
                ),
            ),
            **values,
        }
    )


def invoice_2(**values) -> doc.Invoice:
    """Return a factura 2.1.0 that also serves as guía."""
    guide = doc.GuideReplacement(
        departure_address="Bodega Quito",
        arrival_address="Bodega Cuenca",
        start_date=TODAY,
        end_date=TODAY + timedelta(days=1),
        carrier=doc.Party(id_type="05", id_number="1712345675", name="Luis Ñato"),
        plate="ABC1234",
        destinations=(doc.Destination(reason="Venta", route="Quito-Cuenca"),),
    )
    return replace(invoice(), version="2.1.0", guide=guide, **values)


def liquidation(**values) -> doc.PurchaseLiquidation:
    """Return a liquidación for someone without invoices: 320.00 + 48.00."""
    bought = tuple(replace(line, price_without_subsidy=None) for line in lines(1))
    sums = totals.of_lines(bought)
    return doc.PurchaseLiquidation(
        **{
            **header("03"),
            "supplier": doc.Party(
                id_type="05",
                id_number="1712345675",
                name="María Chuquimarca",
                address="Comunidad Ñuñurco",
            ),
            "lines": bought,
            "subtotal": sums.subtotal,
            "discount": sums.discount,
            "taxes": sums.taxes,
            "total": sums.total,
            "payments": (doc.Payment(method="01", total=sums.total),),
            **values,
        }
    )


MODIFIED = doc.ModifiedDocument(
    document_type="01", number="001-002-000000100", issue_date=date(2026, 2, 20)
)


def credit_note(**values) -> doc.CreditNote:
    """Return a nota de crédito for both lines: 330.31 + 48.00."""
    returned = tuple(replace(line, unit=None) for line in lines())
    sums = totals.of_lines(returned)
    return doc.CreditNote(
        **{
            **header("04"),
            "buyer": replace(BUYER, address=None),
            "modified": MODIFIED,
            "lines": returned,
            "subtotal": sums.subtotal,
            "taxes": tuple(replace(t, rate=None) for t in sums.taxes),
            "total": sums.total,
            "reason": "Devolución de mercadería en mal estado",
            **values,
        }
    )


def debit_note(**values) -> doc.DebitNote:
    """Return a nota de débito: 20.00 + 5.50 = 25.50, IVA 15 % = 3.83 (3.825)."""
    return doc.DebitNote(
        **{
            **header("05"),
            "buyer": replace(BUYER, address=None),
            "modified": MODIFIED,
            "charges": (
                doc.Charge(reason="Interés por mora", amount=D("20.00")),
                doc.Charge(reason="Gastos de cobranza", amount=D("5.50")),
            ),
            "subtotal": D("25.50"),
            "taxes": (
                doc.TaxTotal(
                    code="2",
                    rate_code="4",
                    rate=D(15),
                    base=D("25.50"),
                    amount=D("3.83"),
                ),
            ),
            "total": D("29.33"),
            "payments": (doc.Payment(method="20", total=D("29.33")),),
            **values,
        }
    )


def guide(**values) -> doc.DeliveryGuide:
    """Return a guía with two recipients."""
    goods = (
        doc.GuideLine(
            description="Aceite 20 L", quantity=D(10), main_code="ACE-20", aux_code="7"
        ),
        doc.GuideLine(
            description="Arroz flor 50 kg",
            quantity=D("2.5"),
            details=(doc.Detail(name="Lote", value="A1"),),
        ),
    )
    first = doc.Recipient(
        id_number=BUYER.id_number,
        name=BUYER.name,
        address="Gran Colombia 7-65, Cuenca",
        reason="Venta",
        route="Quito - Cuenca",
        document_type="01",
        document_number="001-002-000000123",
        document_authorisation=header("01")["access_key"],
        document_date=TODAY,
        lines=goods,
    )
    second = doc.Recipient(
        id_number=RUC,
        name=ISSUER.legal_name,
        address="Bodega Machala",
        reason="Traslado entre establecimientos",
        establishment="003",
        lines=goods[:1],
    )
    return doc.DeliveryGuide(
        **{
            **header("06"),
            "departure_address": "Bodega Quito, Panamericana Norte km 5",
            "carrier": doc.Party(
                id_type="04", id_number="1712345675001", name="TRANSPORTES ÑUSTA"
            ),
            "start_date": TODAY,
            "end_date": TODAY + timedelta(days=2),
            "plate": "PBA1234",
            "recipients": (first, second),
            **values,
        }
    )


def withholding(**values) -> doc.Withholding:
    """Return a retención for one bill of 1,000.00 + 150.00.

    Renta 312 at 2 %: 20.00. IVA 30 % of 150.00: 45.00.
    """
    bill = doc.SupportDocument(
        document_type="01",
        number="001001000004567",
        issue_date=date(2026, 3, 6),
        accounting_date=date(2026, 3, 9),
        authorisation="0603202601179001112800120010010000045671234567811",
        support_code="06",
        subtotal=D("1000.00"),
        total=D("1150.00"),
        taxes=(
            doc.SupportTax(
                code="2",
                rate_code="4",
                base=D("1000.00"),
                rate=D(15),
                amount=D("150.00"),
            ),
        ),
        retentions=(
            doc.Retention(
                code="1",
                retention_code="312",
                base=D("1000.00"),
                rate=D(2),
                amount=D("20.00"),
            ),
            doc.Retention(
                code="2",
                retention_code="1",
                base=D("150.00"),
                rate=D(30),
                amount=D("45.00"),
            ),
        ),
        payments=(doc.Payment(method="20", total=D("1150.00")),),
    )
    return doc.Withholding(
        **{
            **header("07"),
            "subject": doc.Party(
                id_type="04", id_number="1790011128001", name="PROVEEDOR S.A."
            ),
            "period": "03/2026",
            "support_documents": (bill,),
            **values,
        }
    )


def flat_withholding(**values) -> doc.FlatWithholding:
    """Return a received retención 1.0.0 with the same amounts."""
    rows = tuple(
        doc.FlatRetention(
            code=r.code,
            retention_code=r.retention_code,
            base=r.base,
            rate=r.rate,
            amount=r.amount,
            document_type="01",
            document_number="001001000004567",
            document_date=date(2026, 3, 6),
        )
        for r in withholding().support_documents[0].retentions
    )
    return doc.FlatWithholding(
        **{
            **header("07"),
            "subject": doc.Party(
                id_type="04", id_number="1790011128001", name="PROVEEDOR S.A."
            ),
            "period": "03/2026",
            "rows": rows,
            **values,
        }
    )


ISSUED = {
    "factura": invoice,
    "factura 2.1.0": invoice_2,
    "liquidación": liquidation,
    "nota de crédito": credit_note,
    "nota de débito": debit_note,
    "guía": guide,
    "retención": withholding,
}


# === EVERY FIELD FILLED, TO MEET EACH TYPE OF THE SCHEMAS === #

_MACHINE = doc.Machine(brand="Marca", model="Modelo", serial="Serie")
_COMPENSATION = doc.Compensation(code="1", rate=D(2), amount=D(1))
_REIMBURSEMENT = doc.Reimbursement(
    supplier_id_type="04",
    supplier_id="1790011128001",
    supplier_country="593",
    supplier_kind="01",
    document_type="01",
    establishment="001",
    emission_point="001",
    sequential="000000001",
    issue_date=TODAY,
    authorisation="1" * 49,
    taxes=(
        doc.ReimbursementTax(
            code="2", rate_code="4", rate=D(15), base=D(100), amount=D(15)
        ),
    ),
)
_REIMBURSED = doc.ReimbursementTotals(
    document_code="41", total=D(115), base=D(100), tax=D(15)
)


def rich_invoice() -> doc.Invoice:
    """Return a factura 2.1.0 with every field; its sums do not matter here."""
    line = replace(lines(1)[0], price_without_subsidy=D("40.00"))
    tax = replace(
        invoice().taxes[0], additional_discount=D("1.00"), vat_refund=D("1.00")
    )
    return invoice_2(
        machine=_MACHINE,
        lines=(line,),
        taxes=(tax,),
        export=doc.Export(
            incoterm="FOB",
            incoterm_place="Guayaquil",
            origin_country="593",
            loading_port="Guayaquil",
            destination_port="Callao",
            destination_country="589",
            acquisition_country="589",
            total_incoterm="FOB",
            freight=D(1),
            insurance=D(1),
            customs=D(1),
            transport=D(1),
        ),
        subsidy=D(1),
        plate="ABC1234",
        compensations=(_COMPENSATION,),
        reimbursement_totals=_REIMBURSED,
        reimbursements=(replace(_REIMBURSEMENT, compensations=(_COMPENSATION,)),),
        withheld_vat=D(1),
        withheld_income_tax=D(1),
        fuel_withholdings=(
            doc.FuelWithholding(code="4", rate_code="3", rate=D("0.2"), amount=D(1)),
        ),
        third_party_items=(doc.ThirdPartyItem(concept="Tasa", total=D(1)),),
        negotiable_email="pagos@elaguila.example",
    )


def rich_liquidation() -> doc.PurchaseLiquidation:
    """Return a liquidación with every field."""
    return liquidation(
        machine=_MACHINE,
        reimbursement_totals=_REIMBURSED,
        reimbursements=(_REIMBURSEMENT,),
        negotiable_email="pagos@elaguila.example",
    )


def rich_withholding() -> doc.Withholding:
    """Return a retención 2.0.0 with every field."""
    (bill,) = withholding().support_documents
    retention = replace(
        bill.retentions[0],
        dividend=doc.Dividend(
            payment_date=TODAY, income_tax=D("25.00"), fiscal_year="2025"
        ),
        bananas=doc.BananaPurchase(boxes="1000", box_price=D("6.50")),
    )
    bill = replace(
        bill,
        retentions=(retention,),
        payment_place="02",
        foreign_regime="01",
        foreign_country="110",
        double_taxation_treaty=True,
        subject_to_withholding=False,
        tax_haven=False,
        reimbursement_totals=replace(_REIMBURSED, document_code=None),
        reimbursements=(_REIMBURSEMENT,),
    )
    return withholding(machine=_MACHINE, support_documents=(bill,), subject_kind="01")


def rich_note(make) -> doc.CreditNote | doc.DebitNote:
    """Return a note with every field."""
    issuer = replace(ISSUER, rise="Contribuyente Régimen Simplificado RISE")
    note = make(machine=_MACHINE, issuer=issuer, compensations=(_COMPENSATION,))
    tax = replace(note.taxes[0], vat_refund=D("1.00"))
    return replace(note, taxes=(tax,))


RICH = {
    "factura": rich_invoice,
    "liquidación": rich_liquidation,
    "nota de crédito": lambda: rich_note(credit_note),
    "nota de débito": lambda: rich_note(debit_note),
    "guía": lambda: guide(machine=_MACHINE),
    "retención": rich_withholding,
    "retención 1.0.0": flat_withholding,
}


def wrap(xml: bytes, state: str = "AUTORIZADO", when: str = "") -> bytes:
    """Return the SRI's wrapper around a signed comprobante."""
    when = when or "2026-03-10T19:31:05-05:00"
    key = xml.split(b"<claveAcceso>")[1][:49].decode()
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<autorizacion>'
        f"<estado>{state}</estado><numeroAutorizacion>{key}</numeroAutorizacion>"
        f"<fechaAutorizacion>{when}</fechaAutorizacion><ambiente>PRUEBAS</ambiente>"
        f"<comprobante><![CDATA[{xml.decode()}]]></comprobante><mensajes/>"
        "</autorizacion>"
    ).encode()
