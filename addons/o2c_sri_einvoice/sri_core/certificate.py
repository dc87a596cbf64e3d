"""Signing certificate out of a .p12 file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from . import der
from .errors import CertificateError, Message
from .texts import message

_PKCS7_DATA = bytes.fromhex("06092a864886f70d010701")
_SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2"
# RFC 2253 names these; any other attribute is printed as OID=#hex of its DER, which
# is also what the SRI's Java side prints.
_SHORT_NAMES = {
    "2.5.4.3": "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}
_STRING_CODECS = {0x0C: "utf-8", 0x1E: "utf-16-be", 0x1C: "utf-32-be"}
_ID_RUN = re.compile(r"(?<!\d)(?:\d{13}|\d{10})(?!\d)")


@dataclass(frozen=True, slots=True, eq=False)
class Credential:
    """A key pair that may sign, ready for ``signer``; keep it in memory only.

    :param issuer_name: distinguished name of the CA by RFC 2253.
    :param tax_ids: every RUC and cédula found in subject and extensions.
    """

    certificate: x509.Certificate = field(repr=False)
    private_key: rsa.RSAPrivateKey = field(repr=False)
    der: bytes = field(repr=False)
    holder: str
    issuer: str
    issuer_name: str
    serial_number: int
    not_before: datetime
    not_after: datetime
    tax_ids: tuple[str, ...] = ()


def load_p12(
    data: bytes, password: str, now: datetime, ruc: str | None = None
) -> Credential:
    """Open a .p12 file and pick the certificate that may sign now.

    :param now: aware; inside the validity of the certificate.
    :param ruc: RUC of the company; its cédula part also identifies the holder.
    :raise CertificateError: its ``kind`` names the case.
    """
    certificates, keys = _open(data, password)
    if not keys:
        raise CertificateError(message("no_key"))
    pairs = list(_pairs(certificates, keys))
    if not pairs:
        raise CertificateError(message("no_matching_certificate"))
    candidates, problems = [], []
    for certificate, key in pairs:
        problem = _unfit(certificate, key, now, ruc)
        if problem:
            problems.append(problem)
        else:
            candidates.append((certificate, key))
    if not candidates:
        raise CertificateError(_most_telling(problems))
    # A renewed certificate may lie beside its predecessor: the longer one wins.
    return _credential(*max(candidates, key=lambda c: validity(c[0])[1]))


def tax_ids(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return every number in subject and extensions that may be a RUC or cédula.

    Each CA has its own OIDs for them, so we look at digits, not at names.
    """
    texts = [_text(value) for _, value in _attributes(certificate.subject)]
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.UnrecognizedExtension):
            texts.append(extension.value.value.decode("latin-1"))
    found = [number for text in texts for number in _ID_RUN.findall(text)]
    return tuple(dict.fromkeys(n for n in found if _is_tax_id(n)))


def may_sign_for(ids: tuple[str, ...], ruc: str) -> bool:
    """Whether a certificate with these numbers may sign for a RUC.

    One without any readable number is left to the SRI's judgement.
    """
    return not ids or any(number in (ruc, ruc[:10]) for number in ids)


def validity(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    """Return first and last moment of a certificate, aware."""
    try:
        return certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except AttributeError:
        # cryptography before 42, as in Ubuntu 24.04 under Odoo's official image.
        return (
            certificate.not_valid_before.replace(tzinfo=timezone.utc),
            certificate.not_valid_after.replace(tzinfo=timezone.utc),
        )


def holder_name(certificate: x509.Certificate) -> str:
    """Return the common name of the subject."""
    return _common_name(certificate.subject)


def rfc2253(name: x509.Name) -> str:
    """Return a distinguished name as XML signatures write it."""
    parts = []
    for identifier, value in reversed(list(_attributes(name))):
        short = _SHORT_NAMES.get(identifier)
        if short:
            parts.append(f"{short}={_escape(_text(value))}")
        else:
            parts.append(f"{identifier}=#{value.raw.hex()}")
    return ",".join(parts)


# === OPENING === #


def _open(data: bytes, password: str) -> tuple[list[x509.Certificate], list]:
    secret = password.encode()
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, secret)
    except (ValueError, UnsupportedAlgorithm) as e:
        is_p12 = data[:1] == b"\x30" and _PKCS7_DATA in data[:200]
        code = "wrong_password" if is_p12 else "not_p12"
        raise CertificateError(message(code)) from e
    certificates = [c for c in (certificate, *others) if c]
    return certificates, [key, *_more_keys(data, secret)] if key else []


def _more_keys(data: bytes, secret: bytes) -> Iterator:
    """Keys beyond the first, which OpenSSL does not return.

    BCE and Security Data put a signing and an encryption key in one file.
    """
    try:
        nodes = list(der.walk(data))
    except ValueError:
        return
    for node in nodes:
        if node.tag != der.SEQUENCE:
            continue
        parts = list(der.read(node.content))
        if len(parts) < 2 or parts[0].tag != der.OID:
            continue
        if der.oid(parts[0]) == _SHROUDED_KEY_BAG:
            try:
                yield serialization.load_der_private_key(parts[1].content, secret)
            except (ValueError, TypeError, UnsupportedAlgorithm):
                continue


def _pairs(certificates: Iterable[x509.Certificate], keys: Iterable) -> Iterator:
    by_key = {_public_bytes(key.public_key()): key for key in keys}
    for certificate in dict.fromkeys(certificates):
        key = by_key.get(_public_bytes(certificate.public_key()))
        if key is not None and not _is_authority(certificate):
            yield certificate, key


def _public_bytes(key) -> bytes:
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _credential(certificate: x509.Certificate, key) -> Credential:
    not_before, not_after = validity(certificate)
    return Credential(
        certificate=certificate,
        private_key=key,
        der=certificate.public_bytes(serialization.Encoding.DER),
        holder=holder_name(certificate),
        issuer=_common_name(certificate.issuer),
        issuer_name=rfc2253(certificate.issuer),
        serial_number=certificate.serial_number,
        not_before=not_before,
        not_after=not_after,
        tax_ids=tax_ids(certificate),
    )


# === FITNESS === #


def _unfit(certificate, key, now: datetime, ruc: str | None) -> Message | None:
    """Why a certificate may not sign for this RUC now, or None."""
    holder = holder_name(certificate)
    if not isinstance(key, rsa.RSAPrivateKey):
        return message("not_rsa")
    if not _may_sign(certificate):
        return message("not_for_signing")
    not_before, not_after = validity(certificate)
    if now < not_before:
        return message("not_yet_valid", holder=holder, date=f"{not_before:%Y-%m-%d}")
    if now > not_after:
        return message("expired", holder=holder, date=f"{not_after:%Y-%m-%d}")
    ids = tax_ids(certificate)
    if ruc and not may_sign_for(ids, ruc):
        return message("other_holder", ids=f"{holder} ({', '.join(ids)})", ruc=ruc)
    return None


# With several certificates the user wants to hear about the one that is nearest.
_TELLING = ("other_holder", "expired", "not_yet_valid", "not_for_signing", "not_rsa")


def _most_telling(problems: list[Message]) -> Message:
    return min(problems, key=lambda p: _TELLING.index(p.identifier))


def _is_authority(certificate: x509.Certificate) -> bool:
    constraints = _extension(certificate, x509.BasicConstraints)
    return bool(constraints and constraints.ca)


def _may_sign(certificate: x509.Certificate) -> bool:
    usage = _extension(certificate, x509.KeyUsage)
    return usage is None or usage.digital_signature


def _extension(certificate: x509.Certificate, kind):
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _is_tax_id(number: str) -> bool:
    province = int(number[:2])
    if not (1 <= province <= 24 or province == 30):
        return False
    if len(number) == 13:
        return number.endswith("001")
    # Cédula: modulo 10 with 2,1,2,1…; other ten-digit numbers seldom pass it.
    digits = [int(d) * (2 - i % 2) for i, d in enumerate(number[:9])]
    total = sum(d - 9 if d > 9 else d for d in digits)
    return (10 - total % 10) % 10 == int(number[9])


# === NAMES === #


def _attributes(name: x509.Name) -> Iterator[tuple[str, der.Node]]:
    sequence = next(der.read(name.public_bytes()))
    for rdn in der.read(sequence.content):
        for attribute in der.read(rdn.content):
            identifier, value = der.read(attribute.content)
            yield der.oid(identifier), value


def _text(value: der.Node) -> str:
    return value.content.decode(_STRING_CODECS.get(value.tag, "latin-1"), "replace")


def _common_name(name: x509.Name) -> str:
    attributes = dict(_attributes(name))
    node = attributes.get("2.5.4.3")
    return _text(node) if node else name.rfc4514_string()


def _escape(text: str) -> str:
    escaped = re.sub(r'([,+"\\<>;])', r"\\\1", text)
    if escaped[:1] in (" ", "#"):
        escaped = "\\" + escaped
    if escaped.endswith(" ") and len(escaped) > 1:
        escaped = escaped[:-1] + "\\ "
    return escaped
