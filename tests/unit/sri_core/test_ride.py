"""RIDE: what is on the paper is what is in the XML.

The text of each PDF is compared with a golden file (O2C_GOLDEN=1 writes them anew).
"""

import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from sri_core import builders, ride
from sri_core import documents as doc
from sri_core.errors import DocumentError, ParseError
from unit.sri_core import samples, strategies
from unit.sri_core.test_builders import NAMES

pdfium = pytest.importorskip("pypdfium2")

GOLDEN = Path(__file__).parent / "golden"
EVERY = {**samples.ISSUED, "retención 1.0.0": samples.flat_withholding}
RICH = {f"{name} completa": make for name, make in samples.RICH.items()}
FILES = {**NAMES, "retención 1.0.0": "retencion_1.0.0"}


def xml(document) -> bytes:
    return builders.serialise(builders.write(document))


def pages(pdf: bytes) -> list[str]:
    document = pdfium.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


def text(pdf: bytes) -> str:
    """Words of all pages, one line each, whatever the PDF's line ends."""
    return "\n".join("\n".join(page.split("\r\n")) for page in pages(pdf))


@pytest.mark.parametrize("name", EVERY)
def test_golden_text(name):
    found = text(ride.render(samples.wrap(xml(EVERY[name]())))) + "\n"
    path = GOLDEN / f"{FILES[name]}.ride.txt"
    if os.environ.get("O2C_GOLDEN"):
        path.write_text(found)
    assert found == path.read_text()


def printed(document, **options) -> str:
    # Words that the layout broke over lines are searched for without line ends.
    return " ".join(text(ride.render(xml(document), **options)).split())


def test_a_factura_shows_what_the_ficha_asks_for():
    words = " ".join(text(ride.render(samples.wrap(xml(samples.invoice())))).split())
    key = samples.invoice().access_key
    for expected in (
        "R.U.C.: 1790012345001",
        "FACTURA",
        "No.: 001-002-000000123",
        f"NÚMERO DE AUTORIZACIÓN {key}",
        "FECHA Y HORA DE AUTORIZACIÓN: 10/03/2026 19:31:05",
        "AMBIENTE: PRUEBAS",
        "EMISIÓN: NORMAL",
        "MAYORISTA ÑANDÚ & CÍA. S.A.",
        "Dirección matriz: Av. 10 de Agosto N34-56 y Río Coca, Quito",
        "Contribuyente especial Nro.: 5368",
        "Obligado a llevar contabilidad: SI",
        "Agente de retención, resolución Nro.: 1",
        "CONTRIBUYENTE RÉGIMEN RIMPE",
        "ABARROTES «EL ÁGUILA» CÍA. LTDA.",
        "0190098765001 (RUC)",
        'Aceite "La Favorita" 20 L <caja>',
        "4.123456",
        "SUBTOTAL 15% 320.00",
        "SUBTOTAL 0% 10.31",
        "SUBTOTAL NO OBJETO DE IVA 0.00",
        "SUBTOTAL EXENTO DE IVA 0.00",
        "SUBTOTAL SIN IMPUESTOS 330.31",
        "TOTAL DESCUENTO 5.00",
        "IVA 15% 48.00",
        "VALOR TOTAL 378.31",
        "OTROS CON UTILIZACIÓN DEL SISTEMA FINANCIERO 378.31 30 dias",
        "RUC Proveedor 1790099999001",
        "Página 1 de 1",
    ):
        assert expected in words


def test_every_page_of_a_long_document_has_head_and_number():
    found = pages(ride.render(xml(samples.invoice(count=120))))
    assert len(found) > 3
    for number, page in enumerate(found, 1):
        assert f"Página {number} de {len(found)}" in page
        assert samples.invoice().access_key in page
    for page in found[1:-1]:
        assert page.startswith("Código") or "Precio unitario" in page
    assert "VALOR TOTAL" in found[-1]


def test_documents_of_pruebas_say_that_they_are_worth_nothing():
    assert "SIN VALIDEZ TRIBUTARIA" in printed(samples.invoice())


def test_documents_of_production_do_not():
    sale = samples.invoice(environment=doc.PRODUCCION)
    assert "SIN VALIDEZ" not in printed(sale)
    assert "AMBIENTE: PRODUCCIÓN" in printed(sale)


def test_a_refused_document_says_so():
    sale = samples.wrap(xml(samples.invoice()), state="NO AUTORIZADO")
    assert "NO AUTORIZADO" in text(ride.render(sale))


def test_the_authorisation_is_shown_in_ecuadorian_time():
    sale = samples.wrap(xml(samples.invoice()), when="2026-03-11T00:31:05+00:00")
    assert "10/03/2026 19:31:05" in text(ride.render(sale))


def test_the_same_document_gives_the_same_bytes():
    sale = samples.wrap(xml(samples.invoice()))
    assert ride.render(sale) == ride.render(sale)


def test_markup_in_texts_is_text():
    line = replace(samples.lines(1)[0], description="<b>x</b> &amp; <font size=99>")
    assert "<b>x</b> &amp; <font size=99>" in printed(samples.invoice(lines=(line,)))


def test_excise_and_unknown_codes_are_shown():
    ice = doc.TaxTotal(
        code="3", rate_code="3053", base=doc.Decimal(5), amount=doc.Decimal(1)
    )
    odd = doc.TaxTotal(
        code="2", rate_code="99", base=doc.Decimal(7), amount=doc.Decimal(2)
    )
    words = printed(samples.invoice(taxes=(ice, odd)))
    assert "ICE 1.00" in words
    assert "SUBTOTAL código 99 7.00" in words
    assert "IVA código 99 2.00" in words


def test_export_and_guide_blocks():
    export = doc.Export(
        incoterm="FOB", loading_port="Guayaquil", freight=doc.Decimal(9)
    )
    words = printed(samples.invoice(export=export))
    assert "Puerto de embarque: Guayaquil" in words
    assert "FLETE INTERNACIONAL 9.00" in words
    assert "Placa: ABC1234" in printed(samples.invoice_2())


# === LOGO === #


def png(size=(60, 20)) -> bytes:
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", size, "#23425f").save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize("size", [(60, 20), (20, 600), (3000, 10)])
def test_logos_of_any_shape(size):
    pdf = ride.render(xml(samples.invoice()), logo=png(size))
    assert len(pages(pdf)) == 1


@pytest.mark.parametrize("logo", [b"no es una imagen", png()[:40]])
def test_an_unreadable_logo_is_an_error(logo):
    with pytest.raises(DocumentError) as caught:
        ride.render(xml(samples.invoice()), logo=logo)
    assert caught.value.messages[0].identifier == "bad_logo"


def test_without_comprobante_there_is_no_ride():
    with pytest.raises(ParseError):
        ride.render(b"<html/>")


# === THE WORST THAT THE SCHEMA ALLOWS === #


@pytest.mark.parametrize("name", EVERY)
def test_longest_texts_fit(name):
    wide = "W" * 300
    issuer = replace(
        samples.ISSUER,
        legal_name=wide,
        trade_name="Ñ" * 300,
        main_address=wide,
        establishment_address=wide,
    )
    info = tuple(doc.Detail(name=f"{i}" * 100, value=wide) for i in range(15))
    document = EVERY[name](issuer=issuer, additional_info=info)
    if hasattr(document, "payments"):
        document = replace(document, payments=document.payments * 40)
    if hasattr(document, "lines"):
        detail = doc.Detail(name=wide, value=wide)
        longest = {
            "description": wide,
            "main_code": "X" * 25,
            "aux_code": "Y" * 25,
            "details": (detail,) * 3,
        }
        lines = tuple(replace(line, **longest) for line in document.lines)
        document = replace(document, lines=lines)
    assert pages(ride.render(xml(document), logo=png((20, 600))))


@pytest.mark.parametrize("name", RICH)
def test_every_field_can_be_printed(name):
    assert pages(ride.render(xml(RICH[name]())))


@given(strategies.documents)
def test_every_document_can_be_printed(document):
    assert document.access_key in text(ride.render(xml(document)))
