"""Judges XAdES-BES signatures (SPEC §5): shape, digests, value, certificate.

The work is done here by hand; ``second_opinion`` then asks libxmlsec. Only what both
accept is authorised, so whichever library the product signs with, another one judges.
"""

from __future__ import annotations

import base64
import binascii
import copy
import datetime
import hashlib
import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from . import second_opinion
from .comprobante import Comprobante
from .messages import Message, message

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = f"{DS}enveloped-signature"
SHA256_DIGEST = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA256_SIGNATURE = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
DIGESTS = {f"{DS}sha1": hashlib.sha1, SHA256_DIGEST: hashlib.sha256}
SIGNATURES = {f"{DS}rsa-sha1": hashes.SHA1(), SHA256_SIGNATURE: hashes.SHA256()}
NS = {"ds": DS, "xades": XADES}
# Ecuadorian CAs write the taxpayer's RUC under an arc of their own ending so.
RUC_EXTENSION_SUFFIX = ".3.11"
ORGANISATION_ID = "2.5.4.97"


class Refused(Exception):
    """A signature that the SRI refuses; carries the message to answer."""

    def __init__(self, code: str, info: str):
        super().__init__(info)
        self.message = message(code, info)


@dataclass(frozen=True)
class Policy:
    """How strict the judgement is."""

    now: datetime.datetime
    clock_skew: datetime.timedelta = datetime.timedelta(seconds=60)
    allow_sha256: bool = False
    check_holder: bool = True


def check(comprobante: Comprobante, policy: Policy) -> list[Message]:
    """Return why the signature is refused (39, 40 or 42), empty when it is good."""
    try:
        _verify(comprobante, policy)
    except Refused as refusal:
        return [refusal.message]
    return []


def _verify(comprobante: Comprobante, policy: Policy) -> None:
    root = comprobante.root
    found = list(root.iter(f"{{{DS}}}Signature"))
    if not found:
        raise Refused("39", "El comprobante no tiene firma")
    if len(found) > 1 or found[0].getparent() is not root:
        raise Refused("39", "Debe haber una sola firma, hija del elemento raíz")
    signature = found[0]
    _check_unique_ids(root)
    certificate = _certificate(signature)
    _check_value(signature, certificate, policy)
    properties = _check_references(root, signature, policy)
    _check_properties(properties, certificate, policy)
    if not second_opinion.agrees(comprobante.data, certificate):
        raise Refused("39", "libxmlsec no acepta la firma")
    _check_certificate(certificate, comprobante.tax_info("ruc"), policy)


def _check_unique_ids(root: etree._Element) -> None:
    """Two elements with one Id are how a forged part passes for the signed one."""
    seen = set()
    for element in root.iter(etree.Element):
        for name in ("Id", "id", "ID"):
            value = element.get(name)
            if value is None:
                continue
            if value in seen:
                raise Refused("39", f"El identificador {value} está repetido")
            seen.add(value)


def _one(parent: etree._Element, path: str, what: str) -> etree._Element:
    found = parent.findall(path, NS)
    if len(found) != 1:
        raise Refused("39", f"Se esperaba un {what}, hay {len(found)}")
    return found[0]


def _decode(element: etree._Element, what: str) -> bytes:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except binascii.Error as error:
        raise Refused("39", f"{what} no está en base 64") from error


def _certificate(signature: etree._Element) -> x509.Certificate:
    element = _one(
        signature, "ds:KeyInfo/ds:X509Data/ds:X509Certificate", "X509Certificate"
    )
    try:
        certificate = x509.load_der_x509_certificate(_decode(element, "Certificado"))
    except ValueError as error:
        raise Refused("40", f"El certificado no se puede leer: {error}") from error
    if not isinstance(certificate.public_key(), rsa.RSAPublicKey):
        raise Refused("40", "La clave del certificado no es RSA")
    return certificate


def _algorithm(element: etree._Element, known: dict, policy: Policy):
    uri = element.get("Algorithm", "")
    if uri not in known:
        raise Refused("39", f"Algoritmo no admitido: {uri}")
    if "sha256" in uri and not policy.allow_sha256:
        raise Refused("39", "La ficha técnica solo admite RSA-SHA1")
    return known[uri]


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", with_comments=False)


def _check_value(
    signature: etree._Element, certificate: x509.Certificate, policy: Policy
) -> None:
    info = _one(signature, "ds:SignedInfo", "SignedInfo")
    method = _one(info, "ds:CanonicalizationMethod", "CanonicalizationMethod")
    if method.get("Algorithm") != C14N:
        raise Refused("39", "La canonicalización de SignedInfo no es la inclusiva")
    algorithm = _algorithm(
        _one(info, "ds:SignatureMethod", "SignatureMethod"), SIGNATURES, policy
    )
    value = _decode(_one(signature, "ds:SignatureValue", "SignatureValue"), "La firma")
    try:
        certificate.public_key().verify(
            value, _canonical(info), padding.PKCS1v15(), algorithm
        )
    except InvalidSignature as error:
        raise Refused(
            "39",
            "La firma es invalida [Firma inválida (firma y/o certificados alterados)]",
        ) from error


def _check_references(
    root: etree._Element, signature: etree._Element, policy: Policy
) -> etree._Element:
    """Check the three references; return the SignedProperties that were signed."""
    references = signature.findall("ds:SignedInfo/ds:Reference", NS)
    if len(references) != 3:
        raise Refused("39", f"Se esperaban tres referencias, hay {len(references)}")
    key_info = _one(signature, "ds:KeyInfo", "KeyInfo")
    properties = _one(
        signature,
        "ds:Object/xades:QualifyingProperties/xades:SignedProperties",
        "SignedProperties",
    )
    pending = {"root": root, "KeyInfo": key_info, "SignedProperties": properties}
    for reference in references:
        target = _target(root, reference)
        name = next((n for n, item in pending.items() if item is target), None)
        if name is None:
            raise Refused("39", f"Referencia inesperada: {reference.get('URI')}")
        del pending[name]
        if name == "SignedProperties" and reference.get("Type") != SIGNED_PROPERTIES:
            raise Refused("39", "La referencia a SignedProperties no dice su Type")
        _check_reference(reference, target, policy, enveloped=target is root)
    if root.get("id") != "comprobante":
        raise Refused("39", "La raíz firmada no es #comprobante")
    return properties


def _target(root: etree._Element, reference: etree._Element) -> etree._Element | None:
    uri = reference.get("URI", "")
    for element in root.iter(etree.Element):
        if uri[:1] == "#" and uri[1:] in (element.get("Id"), element.get("id")):
            return element
    return None


def _check_reference(
    reference: etree._Element, target: etree._Element, policy: Policy, enveloped: bool
) -> None:
    uri = reference.get("URI")
    transforms = [
        item.get("Algorithm") for item in reference.findall("ds:Transforms/*", NS)
    ]
    allowed = [[ENVELOPED]] if enveloped else [[], [C14N]]
    if transforms not in allowed:
        raise Refused("39", f"Transformaciones no admitidas en {uri}: {transforms}")
    digest = _algorithm(_one(reference, "ds:DigestMethod", "digest"), DIGESTS, policy)
    data = _without_signature(target) if enveloped else _canonical(target)
    written = _decode(_one(reference, "ds:DigestValue", "DigestValue"), "DigestValue")
    if digest(data).digest() != written:
        raise Refused("39", f"El contenido de {uri} fue alterado después de firmar")


def _without_signature(root: etree._Element) -> bytes:
    """Canonical root as the enveloped-signature transform leaves it."""
    duplicate = copy.deepcopy(root)
    signature = duplicate.find(f"{{{DS}}}Signature")
    previous, parent = signature.getprevious(), signature.getparent()
    # lxml hangs the text after an element on it: that text is not the signature's.
    tail = signature.tail or ""
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(signature)
    return _canonical(duplicate)


def _check_properties(
    properties: etree._Element, certificate: x509.Certificate, policy: Policy
) -> None:
    base = "xades:SignedSignatureProperties"
    signed_at = _signing_time(_one(properties, f"{base}/xades:SigningTime", "tiempo"))
    if signed_at > policy.now + policy.clock_skew:
        raise Refused("39", f"SigningTime está en el futuro: {signed_at.isoformat()}")
    cert = f"{base}/xades:SigningCertificate/xades:Cert"
    method = _one(properties, f"{cert}/xades:CertDigest/ds:DigestMethod", "CertDigest")
    value = _one(properties, f"{cert}/xades:CertDigest/ds:DigestValue", "CertDigest")
    uri = method.get("Algorithm", "")
    if uri not in DIGESTS:
        raise Refused("39", f"Algoritmo no admitido en CertDigest: {uri}")
    der = certificate.public_bytes(Encoding.DER)
    if DIGESTS[uri](der).digest() != _decode(value, "CertDigest"):
        raise Refused("39", "CertDigest no es el del certificado de la firma")
    serial = _one(
        properties, f"{cert}/xades:IssuerSerial/ds:X509SerialNumber", "X509SerialNumber"
    )
    if (serial.text or "").strip() != str(certificate.serial_number):
        raise Refused("39", "IssuerSerial no es el del certificado de la firma")


def _signing_time(element: etree._Element) -> datetime.datetime:
    text = (element.text or "").strip().replace("Z", "+00:00")
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("39", f"SigningTime no es una fecha: {text}") from error
    if moment.tzinfo is None:
        raise Refused("39", f"SigningTime no dice su huso horario: {text}")
    return moment


def _check_certificate(certificate: x509.Certificate, ruc: str, policy: Policy) -> None:
    if policy.now < certificate.not_valid_before_utc:
        since = certificate.not_valid_before_utc.isoformat()
        raise Refused("40", f"El certificado vale recién desde {since}")
    if policy.now > certificate.not_valid_after_utc:
        until = certificate.not_valid_after_utc.isoformat()
        raise Refused("42", f"El certificado caducó el {until}")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as error:
        raise Refused("39", "El certificado no dice para qué sirve") from error
    if not usage.digital_signature:
        raise Refused("39", "El certificado no es del tipo firma digital")
    holders = holder_rucs(certificate)
    if policy.check_holder and holders and ruc not in holders:
        raise Refused("39", f"El certificado es de {', '.join(sorted(holders))}")


def holder_rucs(certificate: x509.Certificate) -> set[str]:
    """Return the RUCs that a certificate carries for its holder (may be none)."""
    texts = [
        str(attribute.value)
        for attribute in certificate.subject
        if attribute.oid.dotted_string == ORGANISATION_ID
        or attribute.oid == x509.NameOID.SERIAL_NUMBER
    ]
    for extension in certificate.extensions:
        if extension.oid.dotted_string.endswith(RUC_EXTENSION_SUFFIX):
            value = extension.value
            if isinstance(value, x509.UnrecognizedExtension):
                texts.append(value.value.decode("latin-1"))
    pattern = r"(?<![0-9])[0-9]{10}001(?![0-9])"
    return {ruc for text in texts for ruc in re.findall(pattern, text)}
