"""Signatures and certificates, each wrong in one way: 39, 40 and 42."""

import re
from datetime import timedelta

import pytest
from simulator_support import YEAR, Factory, Identity, refused_answer, replacing

from sri_simulator import second_opinion, signature
from sri_simulator.comprobante import parse


def _sign_with(factory, identity=None, **signing):
    return Factory(identity or factory.identity, factory.now, signing=signing)


def _refused_signature(client, factory, **signing):
    maker = _sign_with(factory, **signing)
    key = maker.key()
    answer = refused_answer(client, key, maker.factura(key))
    return answer.codes, answer.info


def test_39_no_signature(client, factory):
    key = factory.key()

    answer = refused_answer(client, key, factory.unsigned(key))

    assert (answer.codes, answer.info) == (["39"], "El comprobante no tiene firma")


@pytest.mark.parametrize(
    ("old", "new", "info"),
    [
        ("Arroz añejo", "Arroz viejo", "#comprobante"),
        ("contenido comprobante", "otro contenido", "#Props1"),
        ("<ds:Exponent>AQAB", "<ds:Exponent>AAAA", "#Certificate1"),
        (' Id="Doc1" ', ' Id="Doc2" ', "firma"),
    ],
)
def test_39_altered_after_signing(client, factory, old, new, info):
    codes, text = _refused_signature(client, factory, change=replacing(old, new))

    assert codes == ["39"]
    assert info in text


def test_39_reformatted_after_signing(client, factory):
    codes, _text = _refused_signature(
        client, factory, change=replacing("<infoTributaria>", "\n  <infoTributaria>")
    )

    assert codes == ["39"]


def test_39_digest_of_another_certificate(client, factory):
    other = Identity.make("1790012345001", factory.now)

    codes, text = _refused_signature(client, factory, digested=other.certificate)

    assert (codes, "CertDigest" in text) == (["39"], True)


def test_39_sha256_unless_allowed(sri, client, factory):
    codes, text = _refused_signature(client, factory, algorithm="sha256")
    assert (codes, "RSA-SHA1" in text) == (["39"], True)

    sri.settings.update({"allow_sha256": True})
    maker = _sign_with(factory, algorithm="sha256")
    key = maker.key(sequential=77)
    client.send(maker.factura(key))
    assert client.ask(key).state == "AUTORIZADO"


def test_39_signed_in_the_future(client, factory, moment):
    moment.value -= timedelta(minutes=2)
    key = factory.key()

    answer = refused_answer(client, key, factory.factura(key))

    assert (answer.codes, "futuro" in answer.info) == (["39"], True)


def test_39_certificate_for_ciphering(client, factory):
    identity = Identity.make(factory.identity.ruc, factory.now, signs=False)

    codes, text = _refused_signature(client, factory, identity=identity)

    assert (codes, text) == (["39"], "El certificado no es del tipo firma digital")


def test_39_certificate_of_somebody_else(client, factory):
    identity = Identity.make(factory.identity.ruc, factory.now, holder="0990000000001")

    codes, text = _refused_signature(client, factory, identity=identity)

    assert (codes, "0990000000001" in text) == (["39"], True)


def test_42_expired_certificate(client, factory):
    expired = (-YEAR, timedelta(days=-1))
    identity = Identity.make(factory.identity.ruc, factory.now, valid=expired)

    codes, _text = _refused_signature(client, factory, identity=identity)

    assert codes == ["42"]


def test_40_certificate_not_valid_yet(client, factory):
    later = (timedelta(days=1), YEAR)
    identity = Identity.make(factory.identity.ruc, factory.now, valid=later)

    codes, _text = _refused_signature(client, factory, identity=identity)

    assert codes == ["40"]


def test_40_unreadable_certificate(client, factory):
    codes, _text = _refused_signature(
        client,
        factory,
        change=replacing("<ds:X509Certificate>MII", "<ds:X509Certificate>AAA"),
    )

    assert codes == ["40"]


def _judge(factory, text):
    policy = signature.Policy(now=factory.now)
    return [item.info for item in signature.check(parse(text.encode()), policy)]


def test_39_signed_document_inside_a_forged_one(factory):
    """Signature wrapping: the signed part sits inside a root that nobody signed."""
    signed = factory.factura(factory.key(sequential=1)).decode().split("?>", 1)[1]
    forged = factory.unsigned(factory.key(sequential=2)).decode()

    inside = forged.replace("</factura>", signed + "</factura>")
    beside = forged.replace(' id="comprobante"', ' id="otro"')
    tail = signed[signed.index("<ds:Signature") :]
    hidden = signed[: signed.index("<ds:Signature")] + "</factura>"
    beside = beside.replace("</factura>", hidden + tail)

    assert _judge(factory, inside) == [
        "Debe haber una sola firma, hija del elemento raíz"
    ]
    assert _judge(factory, beside) == ["Referencia inesperada: #comprobante"]


def test_39_two_elements_with_the_signed_id(factory):
    text = factory.factura().decode()
    doubled = text.replace("<infoFactura>", '<infoFactura id="comprobante">')

    assert _judge(factory, doubled) == ["El identificador comprobante está repetido"]


REFERENCE_TO_CERTIFICATE = re.compile(
    r'<ds:Reference URI="#Certificate1">.*?</ds:Reference>'
)
ENVELOPED = '<ds:Transform\n Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>'
SERIAL = "<ds:X509SerialNumber>"


@pytest.mark.parametrize(
    ("template", "info"),
    [
        (lambda t: REFERENCE_TO_CERTIFICATE.sub("", t), "hay 2"),
        (replacing('URI="#Certificate1"', 'URI="#Object1"'), "#Object1"),
        (replacing(ENVELOPED, ""), "Transformaciones"),
        (replacing(ENVELOPED, ENVELOPED * 2), "Transformaciones"),
        (replacing("REC-xml-c14n-20010315", "xml-exc-c14n#"), "canonicalización"),
        (replacing(SERIAL, f"{SERIAL}9"), "IssuerSerial"),
        (replacing('Type="http://uri.etsi.org/01903#SignedProperties"', ""), "Type"),
        (replacing("-05:00</etsi:SigningTime>", "</etsi:SigningTime>"), "huso"),
        (replacing("T10:00:00-05:00</etsi", "ayer</etsi"), "no es una fecha"),
    ],
)  # fmt: skip
def test_39_signed_but_not_as_the_sri_wants_it(factory, template, info):
    """The values are right, since they were signed so; the shape is not."""
    maker = _sign_with(factory, template=template)

    problems = _judge(maker, maker.factura().decode())

    assert len(problems) == 1
    assert info in problems[0]


def test_39_root_that_is_not_comprobante(factory):
    maker = _sign_with(factory, template=replacing("#comprobante", "#otro"))

    xml = maker.factura(change=replacing('id="comprobante"', 'id="otro"'))

    assert _judge(maker, xml.decode()) == ["La raíz firmada no es #comprobante"]


def test_39_signature_of_another_document(client, factory):
    signed = factory.factura(factory.key(sequential=1)).decode()
    signature = signed[signed.index("<ds:Signature") : signed.index("</factura>")]
    key = factory.key(sequential=2)
    forged = (
        factory.unsigned(key).decode().replace("</factura>", signature + "</factura>")
    )

    answer = refused_answer(client, key, forged.encode())

    assert (answer.codes, "alterado" in answer.info) == (["39"], True)


def test_own_judgement_agrees_with_signxml(factory):
    """A fourth implementation reads the signatures that these tests are made of."""
    signxml = pytest.importorskip("signxml")
    from signxml import SignatureConfiguration, SignatureMethod
    from signxml.algorithms import DigestAlgorithm

    expected = SignatureConfiguration(
        require_x509=True,
        expect_references=3,
        signature_methods=frozenset([SignatureMethod.RSA_SHA1]),
        digest_algorithms=frozenset([DigestAlgorithm.SHA1]),
    )
    results = signxml.XMLVerifier().verify(
        factory.factura(),
        x509_cert=factory.identity.certificate,
        expect_config=expected,
    )

    assert len(results) == 3


def test_libxmlsec_gives_a_second_opinion(factory, sri):
    pytest.importorskip("xmlsec")
    certificate = factory.identity.certificate
    good = factory.factura()

    assert sri.state()["libxmlsec"] is True
    assert second_opinion.agrees(good, certificate)
    for old, new in [
        (b"Arroz", b"Azroz"),
        (b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA"),
        (b"contenido", b"contenida"),
    ]:
        assert old in good
        assert not second_opinion.agrees(good.replace(old, new), certificate)


def test_both_judges_must_agree(factory, monkeypatch):
    monkeypatch.setattr(second_opinion, "agrees", lambda *_args: False)

    assert _judge(factory, factory.factura().decode()) == [
        "libxmlsec no acepta la firma"
    ]
