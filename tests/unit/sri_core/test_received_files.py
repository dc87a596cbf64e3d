"""Files with documents of others: XML, ZIP, TXT, and what strangers send instead."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sri_core import builders, received_files
from unit.sri_core import samples

INVOICE = samples.invoice()
NOTE = samples.credit_note()
XML = builders.build(INVOICE)
WRAPPED = (
    b'<?xml version="1.0" encoding="UTF-8"?><autorizacion><estado>AUTORIZADO</estado>'
    b"<comprobante><![CDATA[" + XML + b"]]></comprobante></autorizacion>"
)


def packed(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


def sentences(reading):
    return [problem.text for _file, problem in reading.problems]


@pytest.mark.parametrize("data", [XML, WRAPPED, b"\xef\xbb\xbf" + XML, b"\n " + XML])
def test_an_xml_names_its_document(data):
    reading = received_files.read([("a.xml", data)])
    assert reading.problems == ()
    (found,) = reading.found
    assert found.access_key == INVOICE.access_key
    assert found.document == INVOICE


def test_a_zip_holds_documents_and_reports_each_once():
    text = f"x\t{INVOICE.access_key}\n{NOTE.access_key}\n".encode()
    data = packed(b__xml=XML, a__txt=text, ride__pdf=b"%PDF", c__zip=b"PK\x03\x04")
    reading = received_files.read([("mes.zip", data), ("otra.xml", WRAPPED)])
    assert reading.problems == ()
    keys = {found.access_key: found.document for found in reading.found}
    assert keys == {INVOICE.access_key: INVOICE, NOTE.access_key: None}


def test_all_problems_of_all_files():
    reading = received_files.read(
        [
            ("a.xml", b"<factura>"),
            ("b.txt", b"nothing here"),
            ("c.zip", b"PK\x03\x04 broken"),
            ("d.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><factura>&a;</factura>'),
            ("e.xml", XML),
        ]
    )
    assert [name for name, _ in reading.problems] == [
        "a.xml",
        "b.txt",
        "c.zip",
        "d.xml",
    ]
    assert len(reading.found) == 1


def test_a_bomb_is_not_unpacked():
    """30 files of 1 MB of nothing, 30 KB packed."""
    data = packed(**{f"f{n}__txt": b"0" * 1_000_000 for n in range(30)})
    assert "20000000" in sentences(received_files.read([("bomb.zip", data)]))[-1]


def test_a_zip_without_documents():
    (problem,) = sentences(received_files.read([("x.zip", packed(a__pdf=b"%PDF"))]))
    assert "access key" in problem


@given(st.binary(max_size=400), st.sampled_from(["x.xml", "x.zip", "x.txt"]))
def test_anything_is_refused_with_a_reason(data, name):
    reading = received_files.read([(name, data), (name, b"PK\x03\x04" + data)])
    assert reading.found or reading.problems
