"""Signatures: read back by four implementations, and attacks that must fail."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from lxml import etree
from sri_core import builders, certificate, signer
from sri_core import documents as doc
from sri_core.errors import SignatureError
from sri_core.signer import SignatureIds
from unit.sri_core import certs, oracles, samples

IDS = SignatureIds(7)
DS, ETSI = "{http://www.w3.org/2000/09/xmldsig#}", "{http://uri.etsi.org/01903/v1.3.2#}"

# Where canonicalisation goes wrong when it goes wrong.
ODD_TEXTS = {
    "accents": "Ñandú ü áéíóú Ç",
    "ampersand": "A & B &amp; C",
    "markup": "<b>no</b> ]]> <!-- x -->",
    "quotes": "\"doble\" 'simple' «ángulo»",
    "blanks": "dos  blancos   tres",
    "non-breaking": "uno\u00a0dos",
    "beyond the plane": "caja 📦 𝔘",
    "combining": "e\u0301 (é compuesta)",
    "next line": "a\u0085b\u2028c",
    "long": "ñ" * 300,
}


def odd_invoice(text: str) -> doc.Invoice:
    detail = doc.Detail(name=text[:300], value=text[:300])
    line = samples.lines(1)[0]
    line = replace(line, description=text, details=(detail,))
    return samples.invoice(
        count=1,
        buyer=replace(samples.BUYER, name=text),
        lines=(line,),
        additional_info=(detail,) * 15,
    )


@pytest.fixture(scope="module", params=["sha1", "sha256"])
def algorithm(request):
    return request.param


def signed(credential, document=None, algorithm="sha1"):
    xml = builders.build(document or samples.invoice())
    return signer.sign(xml, credential, samples.NOW, IDS, algorithm)


@pytest.fixture(scope="module")
def xml(credential):
    return signed(credential)


# === SHAPE === #


def test_the_signature_has_the_shape_that_the_sri_reads(credential, xml):
    root = etree.fromstring(xml)
    signature = root[-1]
    assert signature.tag == f"{DS}Signature"
    assert root.nsmap == {}
    references = signature.findall(f"{DS}SignedInfo/{DS}Reference")
    assert [r.get("URI") for r in references] == [
        "#Signature-SignedProperties7",
        "#Certificate7",
        "#comprobante",
    ]
    assert references[0].get("Type") == "http://uri.etsi.org/01903#SignedProperties"
    transforms = root.findall(f".//{DS}Transform")
    assert [t.get("Algorithm").rpartition("#")[2] for t in transforms] == [
        "enveloped-signature"
    ]
    assert len(root.findall(f".//{DS}X509Certificate")) == 1
    assert root.findtext(f".//{ETSI}SigningTime") == "2026-03-10T19:30:00-05:00"
    assert root.findtext(f".//{DS}X509IssuerName") == credential.issuer_name
    assert root.findtext(f".//{DS}X509SerialNumber") == str(credential.serial_number)
    qualifying = root.find(f".//{ETSI}QualifyingProperties")
    assert qualifying.get("Target") == "#" + signature.get("Id")
    described = root.find(f".//{ETSI}DataObjectFormat")
    assert described.get("ObjectReference") == "#" + references[2].get("Id")


def test_the_document_stays_byte_for_byte_the_same(credential, xml):
    bare = builders.build(samples.invoice())
    before, _, _ = xml.partition(b"<ds:Signature")
    assert bare == before + b"</factura>"


def test_the_same_input_gives_the_same_bytes(credential):
    assert signed(credential) == signed(credential)


def test_the_signature_names_its_algorithm(credential, algorithm):
    report = signer.verify(signed(credential, algorithm=algorithm))
    assert (report.state, report.error) == ("valid", "")
    assert report.algorithm == f"rsa-{algorithm}"
    assert report.holder == certs.HOLDER
    assert samples.RUC in report.tax_ids
    assert report.signing_time == samples.NOW


def test_a_valid_signature_may_still_be_somebody_elses(credential):
    report = signer.verify(signed(credential))
    assert report.is_by(samples.RUC)
    assert not report.is_by("1790011128001")
    assert not signer.verify(builders.build(samples.invoice())).is_by(samples.RUC)


# === OTHER IMPLEMENTATIONS === #


@pytest.mark.parametrize("name", samples.ISSUED)
@pytest.mark.parametrize(
    "oracle", [oracles.by_signxml, oracles.by_xmlsec, oracles.by_xades]
)
def test_other_implementations_accept_every_type(credential, algorithm, name, oracle):
    xml = signed(credential, samples.ISSUED[name](), algorithm)
    oracle(xml, credential.certificate)


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_other_implementations_accept_odd_texts(credential, text):
    xml = signed(credential, odd_invoice(text))
    assert signer.verify(xml).valid
    oracles.by_signxml(xml, credential.certificate)
    oracles.by_xmlsec(xml, credential.certificate)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</campoAdicional>", "<![CDATA[ <a> & ]]]]><![CDATA[> ]]></campoAdicional>"),
        ("</campoAdicional>", "&#13;&#10;&#9;x</campoAdicional>"),
        ('nombre="Email"', 'nombre="&#10;&quot;E&apos;&#9;&lt;"'),
        ("<infoAdicional>", "<!-- nota --><?nota x?><infoAdicional>\r\n  "),
        ("<infoAdicional>", "<infoAdicional  \n >"),
        ("<factura ", "<!-- antes --><factura "),
    ],
)
def test_xml_that_we_did_not_write_is_signed_as_it_is(credential, old, new):
    text = builders.build(samples.invoice()).decode()
    assert old in text
    xml = signer.sign(text.replace(old, new, 1).encode(), credential, samples.NOW, IDS)
    assert signer.verify(xml).valid
    oracles.by_signxml(xml, credential.certificate)
    oracles.by_xmlsec(xml, credential.certificate)


def test_java_accepts_what_we_sign_and_refuses_what_was_changed(credential, tmp_path):
    documents = [make() for make in samples.ISSUED.values()]
    documents += [odd_invoice(text) for text in ODD_TEXTS.values()]
    files = []
    for number, document in enumerate(documents):
        files.append(tmp_path / f"{number}.xml")
        files[-1].write_bytes(signed(credential, document))
    files.append(tmp_path / "changed.xml")
    files[-1].write_bytes(signed(credential).replace(b"378.31", b"178.31"))
    verdicts = oracles.by_java(tmp_path, files).split()
    assert verdicts == ["valid"] * len(documents) + ["invalid"]


def test_we_accept_what_xmlsec_signs(credential, xml):
    """A signature by another implementation, also with CA certificates inside."""
    xmlsec = pytest.importorskip("xmlsec")
    from cryptography.hazmat.primitives import serialization

    root = etree.fromstring(xml)
    signature = root[-1]
    for value in (*signature.iter(f"{DS}SignatureValue"),):
        value.text = None
    for value in signature.findall(f"{DS}SignedInfo/{DS}Reference/{DS}DigestValue"):
        value.text = None
    xmlsec.tree.add_ids(root, ["id", "Id"])
    context = xmlsec.SignatureContext()
    pem = credential.private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    context.key = xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.PEM)
    context.sign(signature)
    report = signer.verify(etree.tostring(root))
    assert (report.state, report.error) == ("valid", "")


# === WHEN NOT TO SIGN === #


def test_an_expired_certificate_does_not_sign(credential):
    late = certs.END + timedelta(seconds=1)
    with pytest.raises(SignatureError) as caught:
        signer.sign(builders.build(samples.invoice()), credential, late, IDS)
    assert caught.value.messages[0].identifier == "expired"


def test_a_certificate_does_not_sign_before_its_time(credential):
    early = certs.START - timedelta(days=1)
    with pytest.raises(SignatureError) as caught:
        signer.sign(builders.build(samples.invoice()), credential, early, IDS)
    assert caught.value.messages[0].identifier == "not_yet_valid"


def test_an_unknown_algorithm_is_refused(credential):
    with pytest.raises(SignatureError, match="md5"):
        signed(credential, algorithm="md5")


def test_what_does_not_verify_does_not_leave(credential):
    """A key that does not belong to the certificate is caught by the self-check."""
    other, _ = certs.issued(tax_ids=("1712345675",))
    with pytest.raises(SignatureError) as caught:
        signed(replace(credential, private_key=other))
    assert caught.value.messages[0].identifier == "self_check"


# === ODD ISSUER NAMES === #


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (
            [(NameOID.COUNTRY_NAME, "EC"), (NameOID.COMMON_NAME, 'A, "B" + C;<D>\\')],
            'CN=A\\, \\"B\\" \\+ C\\;\\<D\\>\\\\,C=EC',
        ),
        ([(NameOID.COMMON_NAME, " #blancos ")], "CN=\\ #blancos\\ "),
        ([(NameOID.COMMON_NAME, "#1")], "CN=\\#1"),
        # organizationIdentifier, as Uanataca has it: DER of a UTF8String.
        (
            [(NameOID.ORGANIZATION_IDENTIFIER, "VATES-A66721499")],
            "2.5.4.97=#0c0f56415445532d413636373231343939",
        ),
        (
            [(NameOID.SERIAL_NUMBER, "123"), (NameOID.COMMON_NAME, "ÑANDÚ")],
            "CN=ÑANDÚ,2.5.4.5=#1303313233",
        ),
    ],
)
def test_issuer_names_by_rfc_2253(attributes, expected):
    name = x509.Name([x509.NameAttribute(oid, text) for oid, text in attributes])
    assert certificate.rfc2253(name) == expected


# === CHANGES AND ATTACKS === #


def refused(xml: bytes, why: str) -> None:
    report = signer.verify(xml)
    assert report.state == "invalid"
    assert why in report.error


def test_a_document_without_signature():
    assert signer.verify(builders.build(samples.invoice())).state == "none"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"378.31", b"178.31", "#comprobante was changed"),
        (b"2026-03-10T19:30:00", b"2026-03-11T19:30:00", "SignedProperties7 was"),
        (b"<ds:KeyInfo", b"<!-- c --><ds:KeyInfo", None),
        (b"</infoTributaria>", b"</infoTributaria> ", "#comprobante was changed"),
        (b"<ds:Modulus>", b"<ds:Modulus>A", "#Certificate7 was changed"),
        (b'id="comprobante"', b'id="otro"', "refers to #comprobante"),
        (b"<ds:SignatureValue ", b"<ds:SignatureValu ", "well-formed"),
    ],
)
def test_changes_are_found(xml, old, new, why):
    changed = xml.replace(old, new)
    if why is None:
        assert signer.verify(changed).valid
    else:
        refused(changed, why)


def test_reformatting_breaks_the_signature(xml):
    pretty = etree.tostring(
        etree.fromstring(xml, etree.XMLParser(remove_blank_text=True)),
        pretty_print=True,
    )
    refused(pretty, "does not fit")


def parts(xml):
    root = etree.fromstring(xml)
    return root, root[-1]


def forged() -> etree._Element:
    """The factura that an attacker would like to be paid for."""
    return builders.write(samples.invoice(count=20))


def test_signed_original_wrapped_in_a_forged_root(xml):
    """Classic wrapping: the signed factura travels inside of a forged one."""
    original, _ = parts(xml)
    root = forged()
    holder = etree.SubElement(root, "infoAdicional2")
    holder.append(original)
    refused(etree.tostring(root), "not a child of the document")


def test_signature_of_the_original_moved_to_a_forged_root(xml):
    _, signature = parts(xml)
    root = forged()
    root.append(signature)
    refused(etree.tostring(root), "#comprobante was changed")


def test_signature_in_the_root_but_referring_to_a_hidden_original(xml):
    original, signature = parts(xml)
    original.remove(signature)
    root = forged()
    root.set("id", "forged")
    etree.SubElement(root, "hidden").append(original)
    root.append(signature)
    refused(etree.tostring(root), "a part of the document")


def test_hidden_original_inside_of_the_signature(xml):
    """The Object of a signature may hold anything, so also the original."""
    original, signature = parts(xml)
    original.remove(signature)
    root = forged()
    root.set("id", "forged")
    etree.SubElement(signature, f"{DS}Object").append(original)
    root.append(signature)
    refused(etree.tostring(root), "does not cover the document")


def test_two_elements_with_the_same_id(xml):
    original, signature = parts(xml)
    copy = etree.SubElement(original, "copia", id="comprobante")
    original.remove(copy)
    original.insert(0, copy)
    refused(etree.tostring(original), "occurs twice")


def test_two_signatures(xml):
    root, signature = parts(xml)
    root.append(etree.fromstring(etree.tostring(signature)))
    refused(etree.tostring(root), "more than one signature")


def resigned(xml, credential, change):
    """Let somebody with a key of his own change SignedInfo and sign that."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    root, signature = parts(xml)
    info = signature.find(f"{DS}SignedInfo")
    change(root, info)
    data = etree.tostring(info, method="c14n", with_comments=False)
    value = credential.private_key.sign(data, padding.PKCS1v15(), hashes.SHA1())
    signature.find(f"{DS}SignatureValue").text = signer._base64(value)
    return etree.tostring(root)


def test_a_signature_that_does_not_cover_the_document(xml, credential):
    def drop_document(root, info):
        info.remove(info[-1])

    refused(resigned(xml, credential, drop_document), "does not cover the document")


def test_a_signature_that_does_not_cover_its_properties(xml, credential):
    def drop_properties(root, info):
        info.remove(info[2])

    refused(resigned(xml, credential, drop_properties), "its own properties")


def test_a_transform_that_leaves_nothing_to_sign(xml, credential):
    def xpath(root, info):
        transforms = info.find(f".//{DS}Transforms")
        etree.SubElement(
            transforms,
            f"{DS}Transform",
            Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116",
        )

    refused(resigned(xml, credential, xpath), "Unexpected transforms")


def test_a_reference_to_a_file_is_not_followed(xml, credential):
    def outside(root, info):
        info[-1].set("URI", "file:///etc/passwd")

    refused(resigned(xml, credential, outside), "which is not there")


def test_properties_that_name_another_certificate(xml, credential):
    """Somebody with a second certificate for the same key swaps the two."""

    def other_digest(root, info):
        root.find(f".//{ETSI}CertDigest/{DS}DigestValue").text = "A" * 27 + "="
        properties = root.find(f".//{ETSI}SignedProperties")
        data = etree.tostring(properties, method="c14n", with_comments=False)
        digest = signer._base64(hashlib.sha1(data).digest())
        info[2].find(f"{DS}DigestValue").text = digest

    refused(resigned(xml, credential, other_digest), "name another certificate")


def test_the_certificate_of_somebody_else(xml):
    """Same content, but the X509Certificate is exchanged."""
    _, other = certs.issued(tax_ids=("1712345675",))
    from cryptography.hazmat.primitives.serialization import Encoding

    root, signature = parts(xml)
    der = other.public_bytes(Encoding.DER)
    signature.find(f".//{DS}X509Certificate").text = signer._base64(der)
    refused(etree.tostring(root), "does not fit its certificate")


def test_signing_times_of_all_seen_forms_are_read(credential):
    for text in ("2026-03-10T19:30:00.123-05:00", "2026-03-11T00:30:00+00:00"):
        moment = datetime.fromisoformat(text)
        xml = signer.sign(builders.build(samples.invoice()), credential, moment, IDS)
        found = signer.verify(xml).signing_time
        assert found == moment.replace(microsecond=0)
        assert found.tzinfo is not None
