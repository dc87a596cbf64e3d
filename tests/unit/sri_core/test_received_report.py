"""The portal's TXT of received documents, in its forms and damaged."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sri_core import received_report
from sri_core.errors import ParseError
from unit.sri_core import samples

FACTURA = samples.invoice().access_key
NOTE = samples.credit_note().access_key
HEADER = (
    "RUC_EMISOR\tRAZON_SOCIAL_EMISOR\tTIPO_COMPROBANTE\tSERIE_COMPROBANTE\t"
    "CLAVE_ACCESO\tFECHA_AUTORIZACION\tFECHA_EMISION\tIDENTIFICACION_RECEPTOR\t"
    "VALOR_SIN_IMPUESTOS\tIVA\tIMPORTE_TOTAL\tNUMERO_DOCUMENTO_MODIFICADO"
)


def row(key=FACTURA, name="COMPAÑÍA ÑUSTA", total="378.31"):
    return (
        f"1790012345001\t{name}\tFactura\t001-002-000000123\t{key}\t"
        f"10/03/2026 19:31:05\t10/03/2026\t0190098765001\t330.31\t48.00\t{total}\t"
    )


def report(*rows, end="\n", encoding="latin-1"):
    return received_report.read(end.join((HEADER, *rows, "")).encode(encoding))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_twelve_columns(encoding, end):
    found = report(row(), row(NOTE, total="-5.00"), end=end, encoding=encoding)
    first, second = found.rows
    assert first.line == 2
    assert first.access_key == FACTURA
    assert first.issuer_ruc == samples.RUC
    assert first.document_type == "01"
    assert first.issue_date == date(2026, 3, 10)
    assert first.issuer_name == "COMPAÑÍA ÑUSTA"
    assert first.total == D("378.31")
    assert (second.document_type, second.total) == ("04", D("-5.00"))
    assert found.problems == ()


def test_two_lines_a_document():
    text = (
        "COMPROBANTE\tSERIE\tRUC\tRAZON\n"
        f"Factura\t001-002-000000123\n1790012345001\tX\t{FACTURA}\t{FACTURA}\n"
        f"Nota de Crédito\t001-002-000000123\n1790012345001\tX\t{NOTE}\t{NOTE}\n"
    )
    found = received_report.read(text.encode("latin-1"))
    assert [r.access_key for r in found.rows] == [FACTURA, NOTE]
    assert found.rows[0].total is None
    assert found.rows[0].issue_date == samples.TODAY


def test_a_mere_list_of_keys():
    found = received_report.read(f"{FACTURA}\n\n{NOTE}\n{FACTURA}".encode())
    assert [(r.access_key, r.line) for r in found.rows] == [(FACTURA, 1), (NOTE, 3)]


def test_bad_keys_are_named_with_their_line():
    wrong = FACTURA[:-1] + str((int(FACTURA[-1]) + 1) % 10)
    found = report(row(), row(wrong), row(FACTURA[:-1]))
    assert [r.access_key for r in found.rows] == [FACTURA]
    assert [p.text for p in found.problems] == [
        f"Line 3: {wrong} is not a valid access key.",
        f"Line 4: {FACTURA[:-1]} is not a valid access key.",
    ]


@pytest.mark.parametrize("total", ["", "abc", "NaN", "1,5"])
def test_amounts_that_are_none(total):
    assert report(row(total=total)).rows[0].total is None


@pytest.mark.parametrize("data", [b"", b"hola", HEADER.encode(), b"<factura/>"])
def test_files_without_keys_are_refused(data):
    with pytest.raises(ParseError) as caught:
        received_report.read(data)
    assert caught.value.messages[0].identifier == "no_keys"


def test_files_that_are_too_big_are_refused():
    with pytest.raises(ParseError, match="export fewer days"):
        received_report.read(b"x" * (received_report.MAX_BYTES + 1))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_nothing_crashes_it(before, after):
    data = before + b"\n" + row().encode("latin-1") + b"\n" + after
    found = received_report.read(data)
    assert FACTURA in [r.access_key for r in found.rows]


@given(st.text("0123456789\t\n\r abc", max_size=300))
def test_digits_never_crash_it(text):
    try:
        found = received_report.read(text.encode())
    except ParseError:
        return
    assert found.rows or found.problems
