"""Each difference that the SRI would refuse (error 52) is found and named."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from sri_core import arithmetic
from sri_core import documents as doc
from unit.sri_core import samples


def kinds(document):
    return [problem.identifier for problem in arithmetic.find(document)]


def invoice(line=None, tax=None, **changes):
    """Return the sample with a change to its first line or first tax total."""
    document = samples.invoice(**changes)
    if line:
        first = replace(document.lines[0], **line)
        document = replace(document, lines=(first, *document.lines[1:]))
    if tax:
        first = replace(document.taxes[0], **tax)
        document = replace(document, taxes=(first, *document.taxes[1:]))
    return document


def paid(amount):
    return (doc.Payment(method="20", total=D(amount)),)


def iva(base, amount, rate=15, rate_code="4"):
    return (
        doc.Tax(
            code="2", rate_code=rate_code, rate=D(rate), base=D(base), amount=D(amount)
        ),
    )


@pytest.mark.parametrize("name", samples.ISSUED)
def test_samples_add_up(name):
    assert arithmetic.check(samples.ISSUED[name]()) == []


# The sample: 320.00 at 15 % and 10.31 at 0 %: 330.31 + 48.00 = 378.31.
@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            invoice(line={"subtotal": D("320.02")}),
            ["line_subtotal", "line_base", "subtotal"],
        ),
        (invoice(line={"taxes": iva("300.00", "45.00")}), ["line_base", "tax_base"]),
        (invoice(line={"taxes": iva("320.00", "48.02")}), ["line_tax"]),
        (invoice(line={"taxes": iva("320.00", "38.40", 12)}), ["tax_rate"]),
        (invoice(subtotal=D("330.33")), ["subtotal", "total"]),
        (invoice(discount=D("4.00")), ["discount"]),
        (invoice(tax={"base": D("319.00")}), ["tax_base", "tax_amount"]),
        (invoice(tax={"amount": D("48.02")}), ["tax_amount", "total"]),
        (invoice(tax={"rate": D(12)}), ["tax_rate", "tax_amount"]),
        (invoice(total=D("378.33")), ["total", "payments"]),
        (invoice(payments=paid("378.29")), ["payments"]),
        (
            invoice(tip=D("33.05"), total=D("411.36"), payments=paid("411.36")),
            ["tip"],
        ),
        (invoice(taxes=samples.invoice().taxes[:1]), ["tax_base"]),
    ],
)
def test_a_difference_is_named(document, expected):
    assert kinds(document) == expected


@pytest.mark.parametrize(
    "document",
    [
        # One cent of slack: two authorised samples have it (SPEC 1.2).
        invoice(line={"subtotal": D("320.01")}),
        invoice(subtotal=D("330.32")),
        invoice(total=D("378.32")),
        invoice(payments=()),
        invoice(tip=D("33.03"), total=D("411.34"), payments=paid("411.34")),
    ],
)
def test_one_cent_is_no_difference(document):
    assert arithmetic.check(document) == []


def test_problems_speak_both_languages():
    (problem, *_) = arithmetic.find(invoice(total=D("400.00")))
    assert problem.text == "The total should be 378.31; the document says 400.00."
    assert problem.es == "El total debe ser 378.31; el documento dice 400.00."
    assert arithmetic.check(invoice(total=D("400.00")))[0] == problem.text


def test_a_tax_totalled_twice():
    document = samples.invoice()
    assert "tax_twice" in kinds(replace(document, taxes=document.taxes * 2))


def test_a_line_tax_without_total():
    document = samples.invoice()
    assert "tax_base" in kinds(replace(document, taxes=document.taxes[:1]))


def test_export_costs_are_part_of_the_total():
    export = doc.Export(freight=D("20.00"), insurance=D("1.69"))
    document = invoice(export=export, total=D("400.00"), payments=paid("400.00"))
    assert arithmetic.check(document) == []


def test_items_of_third_parties_may_be_in_or_out_of_the_total():
    items = (doc.ThirdPartyItem(concept="Tasa", total=D("1.69")),)
    inside = invoice(third_party_items=items, total=D("380.00"), payments=paid("380"))
    assert arithmetic.check(inside) == []
    assert arithmetic.check(invoice(third_party_items=items)) == []
    neither = invoice(third_party_items=items, total=D("379.00"), payments=paid("379"))
    assert kinds(neither) == ["total"]


def test_a_vat_refund_lowers_the_total():
    tax = {"vat_refund": D("8.31")}
    document = invoice(tax=tax, total=D("370.00"), payments=paid("370.00"))
    assert arithmetic.check(document) == []


def test_a_note_uses_the_rate_of_its_lines():
    # A sale at 12 %: the note's totals carry no rate, its lines do.
    note = samples.credit_note()
    line = replace(note.lines[0], taxes=iva("320.00", "38.40", 12, "2"))
    totals = (
        doc.TaxTotal(code="2", rate_code="2", base=D("320.00"), amount=D("38.40")),
    )
    old = replace(
        note,
        lines=(line,),
        taxes=totals,
        subtotal=D("320.00"),
        total=D("358.40"),
    )
    assert arithmetic.check(old) == []
    wrong = replace(totals[0], amount=D("48.00"))
    assert "tax_amount" in kinds(replace(old, taxes=(wrong,), total=D("368.00")))


def test_charges_of_a_debit_note():
    assert kinds(samples.debit_note(subtotal=D("25.00"))) == ["charges", "total"]


def test_reimbursements_are_summed():
    tax = doc.ReimbursementTax(
        code="2", rate_code="4", rate=D(15), base=D(100), amount=D(15)
    )
    passed_on = doc.Reimbursement(
        supplier_id_type="04",
        supplier_id="1790011128001",
        supplier_kind="01",
        document_type="01",
        establishment="001",
        emission_point="001",
        sequential="000000001",
        issue_date=samples.TODAY,
        authorisation="1" * 49,
        taxes=(tax,),
    )
    right = doc.ReimbursementTotals(
        document_code="41", total=D(115), base=D(100), tax=D(15)
    )
    wrong = replace(right, tax=D(14))
    document = samples.invoice(reimbursements=(passed_on,), reimbursement_totals=right)
    assert arithmetic.check(document) == []
    assert kinds(replace(document, reimbursement_totals=wrong)) == ["reimbursement"]


def support(**changes):
    document = samples.withholding()
    (bill,) = document.support_documents
    return replace(document, support_documents=(replace(bill, **changes),))


def test_withholding():
    (bill,) = samples.withholding().support_documents
    over = replace(bill.retentions[0], amount=D("20.02"))
    assert kinds(support(retentions=(over,))) == ["retention"]
    assert kinds(support(total=D("1100.00"))) == ["support_total", "payments"]
    assert kinds(support(payments=paid("1100.00"))) == ["payments"]
    tax = replace(bill.taxes[0], amount=D("120.00"))
    assert kinds(support(taxes=(tax,))) == ["tax_amount"]
    # A bill with a tip: its total is more than what is listed.
    with_tip = support(total=D("1250.00"), payments=paid("1250.00"))
    assert kinds(with_tip) == []


def test_old_withholding():
    document = samples.flat_withholding()
    assert kinds(document) == []
    row = replace(document.rows[0], amount=D("10.00"))
    assert kinds(replace(document, rows=(row,))) == ["retention"]


def test_a_guide_has_no_amounts():
    assert arithmetic.find(samples.guide()) == []
