"""Unsigned XML: golden files per type, cleaning, and problems with their places.

Write the golden files anew with O2C_GOLDEN=1 and look at the difference.
"""

import os
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path

import pytest
from sri_core import builders, xmlmap
from sri_core import documents as doc
from sri_core.errors import DocumentError, Reaction
from unit.sri_core import samples

GOLDEN = Path(__file__).parent / "golden"
NAMES = {
    "factura": "factura_1.1.0",
    "factura 2.1.0": "factura_2.1.0",
    "liquidación": "liquidacion_1.1.0",
    "nota de crédito": "nota_credito_1.1.0",
    "nota de débito": "nota_debito_1.0.0",
    "guía": "guia_1.1.0",
    "retención": "retencion_2.0.0",
}


@pytest.mark.parametrize("name", samples.ISSUED)
def test_golden(name):
    built = builders.build(samples.ISSUED[name]())
    # One element a line, so that a difference can be read.
    lines = built.replace(b"><", b">\n<") + b"\n"
    path = GOLDEN / f"{NAMES[name]}.xml"
    if os.environ.get("O2C_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(lines)
    assert lines.decode() == path.read_text()


def problems(document):
    with pytest.raises(DocumentError) as caught:
        builders.build(document)
    assert caught.value.reaction is Reaction.CORRECT
    return [m.text for m in caught.value.messages]


def with_line(**changes):
    document = samples.invoice()
    lines = (document.lines[0], replace(document.lines[1], **changes))
    return replace(document, lines=lines)


def test_all_problems_come_at_once_with_their_places():
    document = replace(
        with_line(description="", quantity=D("1.1234567")),
        total=D("1.234"),
        buyer=replace(samples.BUYER, name=" "),
        taxes=(),
    )
    assert problems(document) == [
        "infoFactura/razonSocialComprador: a value is missing.",
        "infoFactura/totalConImpuestos: at least one entry is needed.",
        "infoFactura/importeTotal: 1.234 has more than 2 decimals.",
        "detalles/detalle[2]/descripcion: a value is missing.",
        "detalles/detalle[2]/cantidad: 1.1234567 has more than 6 decimals.",
    ]


@pytest.mark.parametrize("bad", [1.5, "1.5", 2, D("NaN"), D("Infinity")])
def test_only_decimals_are_amounts(bad):
    (problem,) = problems(with_line(unit_price=bad))
    assert problem.startswith("detalles/detalle[2]/precioUnitario")
    assert "cannot be written here" in problem


def test_text_and_dates_are_checked_too():
    assert "cannot be written here" in problems(with_line(main_code=7))[0]
    assert "fechaEmision" in problems(samples.invoice(issue_date="10/03/2026"))[0]


def test_optional_parts_are_left_out():
    plain = replace(
        samples.invoice(),
        issuer=doc.Issuer(ruc=samples.RUC, legal_name="X", main_address="Y"),
        guide_number=None,
        tip=None,
        additional_info=(),
    )
    xml = builders.build(plain).decode()
    for tag in ("nombreComercial", "guiaRemision", "propina", "infoAdicional", "pais"):
        assert f"<{tag}" not in xml


def test_zero_has_no_sign():
    xml = builders.build(samples.invoice(tip=D("-0.00")))
    assert b"<propina>0.00</propina>" in xml


def test_old_versions_are_not_issued():
    text = problems(samples.invoice(version="1.0.0"))[0]
    assert text == "factura 1.0.0 can be read but is not issued; use 1.1.0."
    assert "2.0.0" in problems(samples.flat_withholding())[0]


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("  a  b ", "a  b"),
        ("a\nb\r\nc\td", "a b c d"),
        ("a\x00b\x1fc\x7f", "abc\x7f"),
        ("\ud800x", "x"),
        ("Ñandú & <b>", "Ñandú & <b>"),
        ("a\u00a0b", "a\u00a0b"),
        ("📦", "📦"),
    ],
)
def test_cleaning(dirty, clean):
    assert xmlmap.clean(dirty) == clean


def test_free_text_is_cut_but_codes_are_not():
    long = with_line(description="x" * 400, main_code="y" * 30)
    xml = builders.build(long)
    assert b">" + b"x" * 300 + b"<" in xml
    assert b">" + b"y" * 30 + b"<" in xml


def test_additional_fields_are_cleaned_and_empty_ones_left_out():
    info = (
        doc.Detail(name="Nota\n1", value="uno\ndos" + "x" * 400),
        doc.Detail(name="Vacío", value=" \n "),
        doc.Detail(name="", value="x"),
    )
    xml = builders.build(samples.invoice(additional_info=info)).decode()
    assert xml.count("<campoAdicional") == 1
    assert '<campoAdicional nombre="Nota 1">uno dosxxx' in xml
    assert len(xml.partition('"Nota 1">')[2].partition("<")[0]) == 300


def test_the_root_has_no_namespace_and_the_declaration_is_utf_8():
    xml = builders.build(samples.invoice())
    assert xml.startswith(
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<factura id="comprobante" version="1.1.0"><infoTributaria>'
    )
    assert b"xmlns" not in xml
    assert b"\r" not in xml
