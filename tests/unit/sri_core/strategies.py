"""Documents out of hypothesis: every optional field comes and goes.

Amounts are worked out by ``totals`` where they have to agree, so that a generated
document is one that may be issued.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

from hypothesis import strategies as st
from sri_core import access_key, totals
from sri_core import documents as doc

# Accents, markup, quotes and signs beyond the basic plane; no control characters,
# which the builder removes.
_LETTERS = st.characters(
    codec="utf-8",
    exclude_categories=("C", "Z"),
    include_characters=" &<>\"'ñÑáü€",
)


def text(limit=60):
    """One line without blanks at its ends, at most ``limit`` characters."""
    return st.text(_LETTERS, min_size=1, max_size=limit).map(str.strip).filter(bool)


def digits(least, most=None):
    return st.text("0123456789", min_size=least, max_size=most or least)


def amounts(most=99999, places=2):
    return st.integers(0, most * 10**places).map(lambda n: D(n).scaleb(-places))


def maybe(strategy):
    return st.none() | strategy


dates = st.dates(date(2020, 1, 1), date(2029, 12, 31))
codes = st.text("ABCXYZ0189-/&", min_size=1, max_size=25)
numbers = st.tuples(digits(3), digits(3), digits(9)).map("-".join)
details = st.builds(doc.Detail, name=text(), value=text(300))
machines = st.builds(doc.Machine, brand=text(30), model=text(30), serial=text(30))
few = {"min_size": 1, "max_size": 3}


def tuples(strategy, **sizes):
    return st.lists(strategy, **sizes).map(tuple)


issuers = st.builds(
    doc.Issuer,
    ruc=digits(10).map(lambda d: d + "001"),
    legal_name=text(300),
    main_address=text(300),
    trade_name=maybe(text(300)),
    establishment_address=maybe(text(300)),
    # 3 to 5: the withholding's schema is the narrowest.
    special_taxpayer=maybe(st.text("ABC123", min_size=3, max_size=5)),
    keeps_accounts=maybe(st.booleans()),
    withholding_agent=maybe(digits(1, 8)),
    rimpe=maybe(st.just("CONTRIBUYENTE RÉGIMEN RIMPE")),
)


@st.composite
def parties(draw, address=True, types=("04", "05", "06", "08")):
    kind = draw(st.sampled_from(types))
    length = {"04": 13, "05": 10}.get(kind)
    number = digits(length) if length else st.text("AB012", min_size=1, max_size=20)
    return doc.Party(
        id_type=kind,
        id_number=draw(number.filter(lambda n: n != doc.FINAL_CONSUMER_ID)),
        name=draw(text(300)),
        address=draw(maybe(text(300))) if address else None,
    )


@st.composite
def headers(draw, code):
    issuer = draw(issuers)
    issued = draw(dates)
    environment = draw(st.sampled_from("12"))
    place = draw(st.tuples(digits(3), digits(3)))
    sequential = draw(st.integers(1, 999_999_999))
    key = access_key.build(
        issued, code, issuer.ruc, environment, *place, sequential, draw(digits(8))
    )
    return {
        "issuer": issuer,
        "environment": environment,
        "access_key": key,
        "establishment": place[0],
        "emission_point": place[1],
        "sequential": f"{sequential:09}",
        "issue_date": issued,
        "machine": draw(maybe(machines)),
        "additional_info": draw(tuples(details, max_size=15)),
    }


rates = st.lists(
    st.sampled_from(
        [
            totals.Rate("2", "0", D(0)),
            totals.Rate("2", "4", D(15)),
            totals.Rate("2", "5", D(5)),
            totals.Rate("2", "6", D(0)),
            totals.Rate("2", "7", D(0)),
        ]
    ),
    min_size=1,
    max_size=1,
)
excise = maybe(st.just(totals.Rate("3", "3053", D(10))))


@st.composite
def lines(draw, vat_only=False, note=False):
    quantity = draw(amounts(9999, 6))
    price = draw(amounts(999, 6))
    gross = totals.cents(quantity * price)
    # A discount of the whole line at most.
    discount = draw(st.integers(0, int(gross * 100)).map(lambda n: D(n).scaleb(-2)))
    extra = None if vat_only else draw(excise)
    line = totals.line(
        description=draw(text(300)),
        quantity=quantity,
        unit_price=price,
        discount=min(discount, gross),
        taxes=[*draw(rates), *([extra] if extra else [])],
        main_code=draw(maybe(codes)),
        aux_code=draw(maybe(codes)),
        unit=None if note else draw(maybe(text(50))),
        details=draw(tuples(details, max_size=3)),
    )
    if line.subtotal < 0:
        line = replace(line, subtotal=D(0))
    return line


payments = st.builds(
    doc.Payment,
    method=st.sampled_from(["01", "15", "19", "20", "21"]),
    total=amounts(),
    term=maybe(amounts(360)),
    time_unit=maybe(text(10)),
)


def _paid(draw, total):
    return tuple(
        replace(p, total=total if i == 0 else D(0))
        for i, p in enumerate(draw(tuples(payments, **few)))
    )


reimbursements = st.builds(
    doc.Reimbursement,
    supplier_id_type=st.sampled_from(["04", "05", "06", "08"]),
    supplier_id=codes.map(lambda c: c[:20]),
    supplier_kind=st.sampled_from(["01", "02"]),
    document_type=st.just("01"),
    establishment=digits(3),
    emission_point=digits(3),
    sequential=digits(9),
    issue_date=dates,
    authorisation=digits(10, 49),
    supplier_country=maybe(digits(3)),
    taxes=tuples(
        st.builds(
            doc.ReimbursementTax,
            code=st.just("2"),
            rate_code=st.just("4"),
            rate=st.just(D(15)),
            base=amounts(),
            amount=amounts(),
        ),
        **few,
    ),
)


def _reimbursed(draw):
    found = draw(tuples(reimbursements, max_size=2))
    taxes = [t for r in found for t in r.taxes]
    base = sum((t.base for t in taxes), D(0))
    tax = sum((t.amount for t in taxes), D(0))
    if not found:
        return {}
    return {
        "reimbursements": found,
        "reimbursement_totals": doc.ReimbursementTotals(
            document_code="41", total=base + tax, base=base, tax=tax
        ),
    }


@st.composite
def invoices(draw):
    sold = draw(tuples(lines(), **few))
    sums = totals.of_lines(sold)
    export = draw(maybe(exports))
    costs = ("freight", "insurance", "customs", "transport")
    total = sums.total + sum(
        (getattr(export, c) or D(0) for c in costs if export), D(0)
    )
    invoice = doc.Invoice(
        **draw(headers("01")),
        **_reimbursed(draw),
        buyer=draw(parties()),
        lines=sold,
        subtotal=sums.subtotal,
        discount=sums.discount,
        taxes=sums.taxes,
        total=total,
        payments=_paid(draw, total),
        currency=draw(maybe(st.just("DOLAR"))),
        guide_number=draw(maybe(numbers)),
        plate=draw(maybe(text(20))),
        export=export,
        tip=draw(maybe(st.just(D(0)))),
        withheld_vat=draw(maybe(amounts())),
        withheld_income_tax=draw(maybe(amounts())),
        negotiable_email=draw(maybe(text(100))),
    )
    if draw(st.booleans()):
        invoice = replace(
            invoice,
            version="2.1.0",
            guide=draw(maybe(guide_replacements)),
            third_party_items=draw(tuples(third_party_items, max_size=2)),
        )
    return invoice


exports = st.builds(
    doc.Export,
    incoterm=maybe(st.text("ABC", min_size=1, max_size=10)),
    incoterm_place=maybe(text(300)),
    origin_country=maybe(digits(3)),
    loading_port=maybe(text()),
    destination_port=maybe(text()),
    destination_country=maybe(digits(3)),
    acquisition_country=maybe(digits(3)),
    total_incoterm=maybe(st.text("ABC", min_size=1, max_size=10)),
    freight=maybe(amounts()),
    insurance=maybe(amounts()),
    customs=maybe(amounts()),
    transport=maybe(amounts()),
)
guide_replacements = st.builds(
    doc.GuideReplacement,
    departure_address=text(),
    arrival_address=text(),
    start_date=dates,
    end_date=dates,
    carrier=parties(address=False),
    plate=text(20),
    destinations=tuples(
        st.builds(
            doc.Destination,
            reason=text(),
            customs_document=maybe(text(64)),
            establishment=maybe(digits(3)),
            route=maybe(text()),
        ),
        **few,
    ),
)
third_party_items = st.builds(doc.ThirdPartyItem, concept=text(), total=amounts())


@st.composite
def liquidations(draw):
    bought = draw(tuples(lines(vat_only=True), **few))
    sums = totals.of_lines(bought)
    return doc.PurchaseLiquidation(
        **draw(headers("03")),
        **_reimbursed(draw),
        supplier=draw(parties()),
        lines=bought,
        subtotal=sums.subtotal,
        discount=sums.discount,
        taxes=sums.taxes,
        total=sums.total,
        payments=_paid(draw, sums.total),
    )


modified = st.builds(
    doc.ModifiedDocument,
    document_type=st.just("01"),
    number=numbers,
    issue_date=dates,
)


@st.composite
def credit_notes(draw):
    returned = draw(tuples(lines(note=True), **few))
    sums = totals.of_lines(returned)
    return doc.CreditNote(
        **draw(headers("04")),
        buyer=draw(parties(address=False)),
        modified=draw(modified),
        lines=returned,
        subtotal=sums.subtotal,
        taxes=tuple(replace(t, rate=None) for t in sums.taxes),
        total=sums.total,
        reason=draw(text(300)),
    )


@st.composite
def debit_notes(draw):
    charges = draw(
        tuples(st.builds(doc.Charge, reason=text(), amount=amounts()), **few)
    )
    subtotal = sum((c.amount for c in charges), D(0))
    tax = totals.cents(subtotal * D("0.15"))
    return doc.DebitNote(
        **draw(headers("05")),
        buyer=draw(parties(address=False)),
        modified=draw(modified),
        charges=charges,
        subtotal=subtotal,
        taxes=(
            doc.TaxTotal(
                code="2", rate_code="4", rate=D(15), base=subtotal, amount=tax
            ),
        ),
        total=subtotal + tax,
        payments=_paid(draw, subtotal + tax) if draw(st.booleans()) else (),
    )


guide_lines = st.builds(
    doc.GuideLine,
    description=text(300),
    quantity=amounts(9999, 6),
    main_code=maybe(codes),
    aux_code=maybe(codes),
    details=tuples(details, max_size=3),
)
recipients = st.builds(
    doc.Recipient,
    id_number=codes.map(lambda c: c[:20]),
    name=text(300),
    address=text(300),
    reason=text(300),
    lines=tuples(guide_lines, **few),
    customs_document=maybe(text(20)),
    establishment=maybe(digits(3)),
    route=maybe(text(300)),
    document_type=maybe(digits(2)),
    document_number=maybe(numbers),
    document_authorisation=maybe(digits(10, 49)),
    document_date=maybe(dates),
)


@st.composite
def guides(draw):
    header = draw(headers("06"))
    return doc.DeliveryGuide(
        **header,
        departure_address=draw(text(300)),
        carrier=draw(parties(address=False, types=("04", "05", "06"))),
        start_date=header["issue_date"],
        end_date=header["issue_date"],
        plate=draw(text(20)),
        recipients=draw(tuples(recipients, **few)),
    )


@st.composite
def retentions(draw):
    base = draw(amounts())
    # Three digits at most, with or without decimals: 1.75, 2, 100.
    rate = draw(st.sampled_from([D("1.75"), D(2), D(10), D("0.2"), D(100)]))
    return doc.Retention(
        code=draw(st.sampled_from("126")),
        retention_code=draw(st.text("0123ABC", min_size=1, max_size=5)),
        base=base,
        rate=rate,
        amount=totals.cents(base * rate / 100),
    )


@st.composite
def support_documents(draw):
    base = draw(amounts())
    tax = totals.cents(base * D("0.15"))
    return doc.SupportDocument(
        document_type=draw(digits(2)),
        number=draw(digits(15)),
        issue_date=draw(dates),
        accounting_date=draw(maybe(dates)),
        authorisation=draw(maybe(digits(10, 49))),
        support_code=draw(digits(2)),
        payment_place=draw(st.sampled_from(["01", "02"])),
        foreign_regime=draw(maybe(digits(2))),
        foreign_country=draw(maybe(digits(3))),
        double_taxation_treaty=draw(maybe(st.booleans())),
        subject_to_withholding=draw(maybe(st.booleans())),
        tax_haven=draw(maybe(st.booleans())),
        subtotal=base,
        total=base + tax,
        taxes=(
            doc.SupportTax(code="2", rate_code="4", base=base, rate=D(15), amount=tax),
        ),
        retentions=draw(tuples(retentions(), **few)),
        reimbursements=draw(tuples(reimbursements.map(_two_digit_type), max_size=1)),
        payments=(doc.Payment(method="20", total=base + tax),),
    )


def _two_digit_type(reimbursement):
    return replace(reimbursement, compensations=())


@st.composite
def withholdings(draw):
    return doc.Withholding(
        **draw(headers("07")),
        subject=draw(parties(address=False)),
        period=f"{draw(st.integers(1, 12)):02}/2026",
        related_party=draw(st.booleans()),
        support_documents=draw(tuples(support_documents(), **few)),
    )


documents = st.one_of(
    invoices(),
    liquidations(),
    credit_notes(),
    debit_notes(),
    guides(),
    withholdings(),
)
