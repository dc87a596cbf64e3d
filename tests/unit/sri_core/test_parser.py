"""Reading what others send: wrappers, oddities, and files made to do harm."""

import html
from datetime import datetime, timedelta, timezone
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sri_core import authorisation, builders, parser, secure_xml, signer
from sri_core.errors import ParseError
from sri_core.signer import SignatureIds
from unit.sri_core import samples


def moment(*parts: int) -> datetime:
    """Return a time in Ecuador."""
    return datetime(*parts, tzinfo=timezone(timedelta(hours=-5)))


@pytest.fixture(scope="module")
def xml(credential):
    bare = builders.build(samples.invoice())
    return signer.sign(bare, credential, samples.NOW, SignatureIds(7))


def refused(data, code):
    with pytest.raises(ParseError) as caught:
        parser.parse(data)
    assert code in [m.identifier for m in caught.value.messages]
    return caught.value


# === WRAPPERS === #


def wrapped(inner: str, state="AUTORIZADO", when="2026-03-10T19:31:05-05:00"):
    return (
        f"<autorizacion><estado>{state}</estado>"
        "<numeroAutorizacion>123</numeroAutorizacion>"
        f"<fechaAutorizacion>{when}</fechaAutorizacion><ambiente>PRUEBAS</ambiente>"
        f"<comprobante>{inner}</comprobante><mensajes/></autorizacion>"
    )


def bare(xml: bytes) -> str:
    """The comprobante without its declaration, as nested elements have it."""
    return xml.decode().partition("?>")[2].strip()


WRAPPERS = {
    "cdata": lambda xml: wrapped(f"<![CDATA[{xml.decode()}]]>"),
    "blanks around": lambda xml: wrapped(f"\n  <![CDATA[\n{xml.decode()}\n]]>\n"),
    "escaped": lambda xml: wrapped(html.escape(xml.decode(), quote=False)),
    "escaped twice": lambda xml: wrapped(
        html.escape(html.escape(xml.decode(), quote=False), quote=False)
    ),
    "soap": lambda xml: (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        '<soap:Body><n:r xmlns:n="http://ec.gob.sri.ws.autorizacion">'
        "<RespuestaAutorizacionComprobante><autorizaciones>"
        + wrapped(f"<![CDATA[{xml.decode()}]]>")
        + "</autorizaciones></RespuestaAutorizacionComprobante></n:r></soap:Body>"
        "</soap:Envelope>"
    ),
    "foreign namespace": lambda xml: wrapped(f"<![CDATA[{xml.decode()}]]>").replace(
        "<autorizacion>", '<autorizacion xmlns="urn:x">'
    ),
}


@pytest.mark.parametrize("wrap", WRAPPERS.values(), ids=WRAPPERS)
def test_the_comprobante_comes_out_of_any_wrapper_verbatim(xml, wrap):
    parsed = parser.parse(wrap(xml).encode())
    assert parsed.document == samples.invoice()
    assert parsed.xml == xml
    assert signer.verify(parsed.xml).valid
    assert parsed.authorisation.authorised
    assert parsed.authorisation.number == "123"


def test_a_comprobante_nested_as_elements_still_verifies(xml):
    parsed = parser.parse(wrapped(bare(xml)))
    assert parsed.document == samples.invoice()
    assert signer.verify(parsed.xml).valid


def test_a_bare_comprobante_has_no_authorisation(xml):
    parsed = parser.parse(xml)
    assert parsed.authorisation is None
    assert parsed.xml == xml
    assert (parsed.document_type, parsed.version) == ("01", "1.1.0")
    assert parsed.access_key == samples.invoice().access_key


@pytest.mark.parametrize("prefix", ["\ufeff", "\n\n  ", "\ufeff\n"])
def test_marks_before_the_declaration(xml, prefix):
    assert parser.parse(prefix + xml.decode()).document == samples.invoice()


def test_a_byte_order_mark(xml):
    assert parser.parse(b"\xef\xbb\xbf" + xml).document == samples.invoice()


def test_other_encodings(xml):
    text = bare(xml).replace("€", "")
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?>' + text
    assert parser.parse(latin.encode("latin-1")).document == samples.invoice()
    # As text, the declaration is kept true.
    parsed = parser.parse(wrapped(f"<![CDATA[{latin}]]>"))
    assert parsed.xml == latin.encode("latin-1")
    assert signer.verify(parsed.xml).valid
    assert parser.parse(text.encode("utf-16")).document == samples.invoice()


def test_the_authorised_one_is_taken_among_several(xml):
    refusal = wrapped("", state="NO AUTORIZADO", when="2026-03-11T08:00:00-05:00")
    good = wrapped(f"<![CDATA[{xml.decode()}]]>")
    found = parser.parse(f"<autorizaciones>{refusal}{good}</autorizaciones>")
    assert found.authorisation.authorised


def test_a_comprobante_cannot_pose_as_its_own_authorisation(xml):
    """The SRI's answer has priority over what the issuer wrote inside."""
    fake = wrapped(f"<![CDATA[{xml.decode()}]]>")
    inner = bare(xml).replace("</detalles>", f"<x>{fake}</x></detalles>")
    (found,) = authorisation.find(
        etree.fromstring(wrapped(inner, state="NO AUTORIZADO"))
    )
    assert not found.authorised


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-08-04T13:15:44-05:00", moment(2025, 8, 4, 13, 15, 44)),
        ("2025-08-04T13:15:58.000-05:00", moment(2025, 8, 4, 13, 15, 58)),
        ("2022-12-12 14:59:53", moment(2022, 12, 12, 14, 59, 53)),
        ("23/09/2015 01:51:56.770", moment(2015, 9, 23, 1, 51, 56, 770000)),
        ("23/09/2015 01:51:56", moment(2015, 9, 23, 1, 51, 56)),
        ("2015-09-23T06:51:56Z", moment(2015, 9, 23, 1, 51, 56)),
        ("23/09/2015 01:51:56-05:00", moment(2015, 9, 23, 1, 51, 56)),
    ],
)
def test_dates_of_authorisation(text, expected):
    assert authorisation.read_date(text) == expected


@pytest.mark.parametrize("text", ["", "mañana", "2025-13-40T00:00:00"])
def test_what_is_no_date(text):
    assert authorisation.read_date(text) is None


def test_messages_of_a_refusal(xml):
    message = (
        "<mensaje><identificador>39</identificador><mensaje>FIRMA INVALIDA</mensaje>"
        "<informacionAdicional>detalle</informacionAdicional><tipo>ERROR</tipo>"
        "</mensaje>"
    )
    text = wrapped(f"<![CDATA[{xml.decode()}]]>", state="NO AUTORIZADO")
    text = text.replace("<mensajes/>", f"<mensajes>{message}</mensajes>")
    (found,) = parser.parse(text).authorisation.messages
    assert (found.identifier, found.text) == ("39", "FIRMA INVALIDA")
    assert (found.additional, found.kind) == ("detalle", "ERROR")


# === CONTENT === #


def changed(old: str, new: str) -> bytes:
    text = builders.build(samples.invoice()).decode()
    assert old in text
    return text.replace(old, new, 1).encode()


def test_blanks_around_values_are_ignored():
    parsed = parser.parse(changed(">378.31<", "> 378.31\n<"))
    assert parsed.document.total == D("378.31")


def test_unknown_elements_are_ignored():
    data = changed("<moneda>", "<nuevo>x</nuevo><moneda>")
    assert parser.parse(data).document == samples.invoice()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (">378.31<", ">378,31<", "not_number"),
        (">378.31<", ">NaN<", "not_number"),
        (">378.31<", ">1e9<", "not_number"),
        (">378.31<", f">{'9' * 5000}<", "not_number"),
        (">10/03/2026<", ">2026-03-10<", "not_date"),
        (">10/03/2026<", ">31/02/2026<", "not_date"),
        ("<obligadoContabilidad>SI", "<obligadoContabilidad>TAL VEZ", "not_yes_no"),
        (">01</codDoc>", ">04</codDoc>", "wrong_code"),
        ('version="1.1.0"', 'version="3.0.0"', "unknown_version"),
        ("<importeTotal>378.31</importeTotal>", "", "missing"),
        ("<factura ", "<recibo ", "not_xml"),
    ],
)
def test_what_cannot_be_read_is_named(old, new, code):
    refused(changed(old, new), code)


def test_problems_come_all_at_once_with_their_places():
    data = changed(">10.000000<", ">diez<").replace(b">10/03/2026<", b">hoy<")
    error = refused(data, "not_number")
    assert [m.text for m in error.messages] == [
        "infoFactura/fechaEmision: “hoy” is not a date dd/mm/yyyy.",
        "detalles/detalle[1]/cantidad: “diez” is not a number.",
    ]
    assert error.messages[0].es.startswith("infoFactura/fechaEmision: «hoy» no es")


def test_a_guide_takes_its_date_from_the_key():
    guide = samples.guide()
    data = builders.build(guide)
    assert parser.parse(data).document.issue_date == samples.TODAY
    refused(data.replace(guide.access_key.encode(), b"1" * 49), "key_invalid")


# === NOT A COMPROBANTE === #


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_xml"),
        (b"hola", "not_xml"),
        ("", "not_xml"),
        (b"\x00\x01\x02", "not_xml"),
        (b"<a>", "not_xml"),
        (b"<html><body>Service unavailable</body></html>", "not_comprobante"),
        ("<autorizacion><estado>X</estado></autorizacion>", "empty_wrapper"),
        (wrapped(""), "empty_wrapper"),
        (wrapped("<![CDATA[hola]]>"), "not_xml"),
        (wrapped("<![CDATA[<otro/>]]>"), "not_comprobante"),
        (b'<?xml version="1.0" encoding="no-such"?><factura/>', "not_xml"),
        (
            b'<?xml version="1.0" encoding="UTF-8"?><factura>\xff\xfe</factura>',
            "not_xml",
        ),
        (b"x" * (secure_xml.MAX_BYTES + 1), "input_too_big"),
        (b"<factura>" + b"a" * 10_000_000 + b"</factura>", "input_too_big"),
    ],
)
def test_other_files_are_refused_with_a_reason(data, code):
    refused(data, code)


# === FILES MADE TO DO HARM === #

LAUGHS = "".join(
    f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' if i else '<!ENTITY l0 "jajaja">'
    for i in range(10)
)


@pytest.mark.parametrize(
    "doctype",
    [
        f"<!DOCTYPE factura [{LAUGHS}]>",
        '<!DOCTYPE factura [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE factura SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE factura [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
        "<!DOCTYPE factura []>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_doctypes_are_refused(doctype, encoding):
    text = f"{doctype}<factura><a b='&l9;'>&x;&l9;</a></factura>"
    with pytest.raises(ParseError) as caught:
        parser.parse(text.encode(encoding))
    assert caught.value.messages[0].identifier in ("doctype", "not_xml")
    with pytest.raises(ParseError):
        parser.parse(wrapped(f"<![CDATA[{text}]]>"))


def test_entities_do_not_read_files(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("do not tell")
    text = (
        f'<!DOCTYPE factura [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        "<factura>&x;</factura>"
    )
    error = refused(text, "doctype")
    assert "do not tell" not in str(error)


def test_deep_nesting_is_refused_not_crashed():
    data = b"<a>" * 50_000 + b"</a>" * 50_000
    refused(data, "not_xml")
    refused(wrapped(f"<![CDATA[{data.decode()}]]>"), "not_xml")


def test_an_include_is_not_followed():
    data = (
        '<factura xmlns:xi="http://www.w3.org/2001/XInclude">'
        '<xi:include href="file:///etc/passwd"/></factura>'
    )
    refused(data, "unknown_version")


@given(st.binary(max_size=300))
def test_bytes_never_crash(data):
    with pytest.raises(ParseError):
        parser.parse(data)


@given(st.text(max_size=300))
def test_text_never_crashes(text):
    with pytest.raises(ParseError):
        parser.parse(text)


VALID = builders.build(samples.credit_note())


@given(
    at=st.integers(0, len(VALID) - 1),
    size=st.integers(0, 40),
    new=st.binary(max_size=20) | st.sampled_from([b"<", b"&", b"</detalle>", b"]]>"]),
)
def test_damaged_files_are_read_or_refused(at, size, new):
    damaged = VALID[:at] + new + VALID[at + size :]
    try:
        parsed = parser.parse(damaged)
    except ParseError as e:
        assert e.messages
    else:
        assert parsed.document.CODE == "04"
    assert signer.verify(damaged).state in ("none", "invalid")


SIGNED_FORM = st.sampled_from([f"<{t}>" for t in ("estado", "comprobante", "mensajes")])


@given(st.lists(SIGNED_FORM | st.text("<>/ab", max_size=8), max_size=12))
def test_strange_wrappers_never_crash(parts):
    with pytest.raises(ParseError):
        parser.parse("<autorizacion>" + "".join(parts) + "</autorizacion>")
