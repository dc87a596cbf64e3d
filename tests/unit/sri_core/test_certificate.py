"""Every kind of .p12 that people load, each with its own answer (SPEC 5)."""

import hashlib
import hmac
import shutil
import subprocess
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from sri_core import certificate, der, texts
from sri_core.errors import CertificateError
from sri_core.trial_certificate import Chain, key_usage, make_p12
from unit.sri_core import certs
from unit.sri_core.samples import NOW, PASSWORD, RUC

# the cases of SPEC 5 that are refused, and what a person may load instead of a .p12
KINDS = (
    "expired",
    "no_key",
    "no_matching_certificate",
    "not_for_signing",
    "not_p12",
    "not_rsa",
    "not_yet_valid",
    "other_holder",
    "wrong_password",
)


def load(data, password=PASSWORD, now=NOW, ruc=RUC):
    return certificate.load_p12(data, password, now, ruc)


def refused(kind, data, **options):
    with pytest.raises(CertificateError) as caught:
        load(data, **options)
    assert caught.value.kind == kind
    (message,) = caught.value.messages
    assert message.es
    assert message.es != message.text
    return message


# === GOOD ONES === #


def test_the_certificate_of_the_company():
    credential = load(certs.p12())
    assert credential.holder == certs.HOLDER
    assert credential.issuer == "AUTORIDAD DE PRUEBAS SUBCA-1"
    assert set(credential.tax_ids) == {RUC[:10], RUC} & set(credential.tax_ids)
    assert RUC in credential.tax_ids
    assert (credential.not_before, credential.not_after) == (certs.START, certs.END)
    assert "PRIVATE" not in repr(credential)
    assert "RSAPrivateKey" not in repr(credential)


def test_a_made_p12_loads_at_its_defaults():
    data = make_p12(RUC, certs.HOLDER, "ñ y espacios", NOW)
    assert load(data, password="ñ y espacios").holder == certs.HOLDER


def test_the_cedula_of_the_holder_is_enough_for_a_natural_person():
    pair = certs.issued(tax_ids=("1712345675",))
    assert load(certs.p12(*pair), ruc="1712345675001").tax_ids == ("1712345675",)


def test_a_certificate_without_numbers_is_left_to_the_sri():
    pair = certs.issued(tax_ids=())
    assert load(certs.p12(*pair)).tax_ids == ()


@pytest.mark.parametrize(
    "algorithm",
    [pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC, pkcs12.PBES.PBESv2SHA256AndAES256CBC],
)
def test_old_and_new_ciphers(algorithm):
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .key_cert_algorithm(algorithm)
        .kdf_rounds(2048)
        .hmac_hash(hashes.SHA1())
        .build(PASSWORD.encode())
    )
    assert load(certs.p12(encryption=encryption)).holder == certs.HOLDER


def test_the_weak_cipher_of_old_files(tmp_path):
    """RC2-40: what Windows exported for years; only OpenSSL still writes it."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("there is no openssl on this machine")
    key, cert = certs.issued()
    (tmp_path / "pair.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + cert.public_bytes(Encoding.PEM)
    )
    done = subprocess.run(
        [
            *(openssl, "pkcs12", "-export", "-legacy", "-in", "pair.pem"),
            *("-out", "old.p12", "-passout", "pass:vieja"),
            *("-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-RC2-40"),
        ],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("this openssl has no legacy ciphers")
    data = (tmp_path / "old.p12").read_bytes()
    assert load(data, password="vieja").holder == certs.HOLDER


def test_the_signing_pair_beside_an_encryption_pair():
    """BCE style: two keys and two certificates in one file."""
    data = two_pairs(certs.issued(signing=False), certs.issued())
    assert load(data).certificate == certs.issued()[1]


def test_the_renewed_certificate_beside_the_old_one():
    soon = NOW + timedelta(days=1)
    data = two_pairs(certs.issued(end=soon), certs.issued())
    assert load(data).not_after == certs.END


def test_the_expired_certificate_beside_the_renewed_one():
    yesterday = NOW - timedelta(days=1)
    data = two_pairs(certs.issued(end=yesterday), certs.issued())
    assert load(data).not_after == certs.END


def test_the_authorities_come_first_in_the_file():
    key, cert = certs.issued()
    data = certs.p12(key, None, others=[*certs.chain().certificates, cert])
    assert load(data).certificate == cert


# === BAD ONES === #


def test_wrong_password():
    refused("wrong_password", certs.p12(), password="otra")


@pytest.mark.parametrize(
    "data", [b"", b"no es un p12", b"\x30\x03\x02\x01\x03", b"\x30\x82"]
)
def test_not_a_p12(data):
    refused("not_p12", data)


def test_a_pem_is_not_a_p12():
    refused("not_p12", certs.issued()[1].public_bytes(Encoding.PEM))


def test_certificates_without_key():
    data = pkcs12.serialize_key_and_certificates(
        None, None, None, certs.chain().certificates, BestAvailableEncryption(b"x")
    )
    refused("no_key", data, password="x")


def test_the_key_of_another_certificate():
    key, _ = certs.issued()
    authority = certs.chain().certificates[0]
    data = certs.p12(key, None, others=[authority])
    refused("no_matching_certificate", data)


def test_expired():
    yesterday = NOW - timedelta(days=1)
    message = refused("expired", certs.p12(*certs.issued(end=yesterday)))
    assert "2026-03-1" in message.text
    assert certs.HOLDER in message.text


def test_not_yet_valid():
    tomorrow = NOW + timedelta(days=1)
    refused("not_yet_valid", certs.p12(*certs.issued(start=tomorrow)))


def test_encryption_only():
    refused("not_for_signing", certs.p12(*certs.issued(signing=False)))


def test_somebody_else():
    message = refused("other_holder", certs.p12(), ruc="1790098765001")
    assert RUC in message.text
    assert "1790098765001" in message.text


def test_an_elliptic_key():
    key = ec.generate_private_key(ec.SECP256R1())
    cert = (
        x509.CertificateBuilder()
        .subject_name(certs.chain().name)
        .issuer_name(certs.chain().name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(certs.START)
        .not_valid_after(certs.END)
        .add_extension(key_usage(signing=True), critical=True)
        .sign(certs.chain().key, hashes.SHA256())
    )
    refused("not_rsa", certs.p12(key, cert))


def test_of_several_bad_ones_the_nearest_is_named():
    yesterday = NOW - timedelta(days=1)
    data = two_pairs(certs.issued(signing=False), certs.issued(end=yesterday))
    refused("expired", data)


def test_each_case_has_a_message_of_its_own():
    """SPEC 5: who loads a file learns from the sentence which case his is."""
    facts = {"holder": "X", "ids": "1", "ruc": "2", "date": "3"}
    said = [texts.message(kind, **facts) for kind in KINDS]
    assert len({m.text for m in said}) == len({m.es for m in said}) == len(KINDS)


# === TWO PAIRS IN A FILE === #


def tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    body = bytes([first * 40 + second])
    for number in rest:
        septets = [number & 0x7F]
        while number := number >> 7:
            septets.insert(0, number & 0x7F | 0x80)
        body += bytes(septets)
    return tlv(0x06, body)


def two_pairs(*pairs) -> bytes:
    """Return a .p12 with two keys, which ``cryptography`` cannot write.

    Key bags in one plain content, certificates in another, and the MAC over both.
    """
    secret = PASSWORD.encode()
    key_bags, cert_bags = b"", b""
    for number, (key, cert) in enumerate(pairs):
        local_id = tlv(
            0x31,
            tlv(
                0x30,
                oid("1.2.840.113549.1.9.21"),
                tlv(0x31, tlv(0x04, bytes([number]))),
            ),
        )
        shrouded = key.private_bytes(
            Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(secret)
        )
        key_bags += tlv(
            0x30, oid("1.2.840.113549.1.12.10.1.2"), tlv(0xA0, shrouded), local_id
        )
        cert_bags += tlv(
            0x30,
            oid("1.2.840.113549.1.12.10.1.3"),
            tlv(
                0xA0,
                tlv(
                    0x30,
                    oid("1.2.840.113549.1.9.22.1"),
                    tlv(0xA0, tlv(0x04, cert.public_bytes(Encoding.DER))),
                ),
            ),
            local_id,
        )

    def data(content: bytes) -> bytes:
        return tlv(0x30, oid("1.2.840.113549.1.7.1"), tlv(0xA0, tlv(0x04, content)))

    safe = tlv(0x30, data(tlv(0x30, key_bags)), data(tlv(0x30, cert_bags)))
    salt = b"12345678"
    mac = hmac.new(mac_key(PASSWORD, salt), safe, "sha1").digest()
    sha1 = tlv(0x30, oid("1.3.14.3.2.26"), tlv(0x05))
    mac_data = tlv(
        0x30,
        tlv(0x30, sha1, tlv(0x04, mac)),
        tlv(0x04, salt),
    )
    return tlv(0x30, tlv(0x02, b"\x03"), data(safe), mac_data)


def mac_key(password: str, salt: bytes) -> bytes:
    """Key derivation of PKCS#12 (RFC 7292, B.2) for one round and 20 bytes."""

    def fill(text: bytes) -> bytes:
        return (text * 64)[: 64 * -(-len(text) // 64)]

    secret = (password + "\0").encode("utf-16-be")
    return hashlib.sha1(b"\x03" * 64 + fill(salt) + fill(secret)).digest()


# === READING DER === #


@pytest.mark.parametrize(
    "data", [b"\x30", b"\x30\x80\x00\x00", b"\x30\x05\x02\x01", b"\x1f\x81\x01\x00"]
)
def test_malformed_der_is_a_value_error(data):
    with pytest.raises(ValueError, match="DER"):
        list(der.read(data))


def test_walking_stops_at_a_reasonable_depth():
    data = b"\x05\x00"
    for _ in range(60):
        data = tlv(0x30, data)
    assert len(list(der.walk(data))) == 21


def test_a_chain_issues_for_its_holders():
    chain = Chain(certs.START, certs.END)
    _, cert = chain.issue("X", certs.START, certs.END)
    cert.verify_directly_issued_by(chain.certificates[0])
