"""XAdES-BES signature as the SRI reads it (SPEC 5).

lxml canonicalises and cryptography signs: twice as fast as xmlsec, and no second
copy of libxml2 has to match lxml's. What comes out is read back and checked by
``verifier``, which shares no code with this module; tests check it with three
implementations of others.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from . import builders, secure_xml
from .certificate import Credential
from .errors import SignatureError
from .texts import message
from .verifier import ETSI, SIGNED_PROPERTIES, SignatureReport, verify

__all__ = ["SignatureIds", "SignatureReport", "sign", "verify"]

DS = "http://www.w3.org/2000/09/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = f"{DS}enveloped-signature"
# The ficha names RSA-SHA1 only; SHA-256 is a setting to be proven in pruebas first.
ALGORITHMS = {
    "sha1": (f"{DS}rsa-sha1", f"{DS}sha1", hashlib.sha1, hashes.SHA1()),
    "sha256": (
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2001/04/xmlenc#sha256",
        hashlib.sha256,
        hashes.SHA256(),
    ),
}
_LINE = 76


@dataclass(frozen=True, slots=True)
class SignatureIds:
    """Number inside the Id attributes of a signature; any number will do.

    They only have to differ inside one file, and never from a random source here:
    golden files stay exact.
    """

    number: int

    def __getitem__(self, part: str) -> str:
        return f"{part}{self.number}"


def sign(
    xml: bytes,
    credential: Credential,
    signing_time: datetime,
    ids: SignatureIds,
    algorithm: str = "sha1",
) -> bytes:
    """Sign a comprobante and check the result.

    :param signing_time: aware, inside the certificate's validity.
    :param algorithm: ``sha1`` (what the ficha names) or ``sha256``.
    :return: the final bytes: store, send and hand out exactly these.
    :raise SignatureError: expired certificate, or the result does not verify.
    """
    root = secure_xml.parse(xml)
    return sign_element(root, credential, signing_time, ids, algorithm)


def sign_element(
    root: etree._Element,
    credential: Credential,
    signing_time: datetime,
    ids: SignatureIds,
    algorithm: str = "sha1",
) -> bytes:
    """Like ``sign``, for a freshly built element, which gets the signature."""
    if algorithm not in ALGORITHMS:
        raise SignatureError(message("algorithm", name=algorithm))
    if not credential.not_before <= signing_time <= credential.not_after:
        late = signing_time > credential.not_after
        date = credential.not_after if late else credential.not_before
        raise SignatureError(
            message(
                "expired" if late else "not_yet_valid",
                holder=credential.holder,
                date=f"{date:%Y-%m-%d}",
            )
        )
    _Signature(root, credential, signing_time, ids, algorithm).complete()
    signed = builders.serialise(root)
    report = verify(signed)
    if not report.valid:
        raise SignatureError(message("self_check", detail=report.error))
    return signed


class _Signature:
    """The ``ds:Signature`` of a document, from its ids to its value."""

    def __init__(self, root, credential, signing_time, ids, algorithm):
        self.credential, self.signing_time, self.ids = credential, signing_time, ids
        self.method, self.digest, self.hash, self.algorithm = ALGORITHMS[algorithm]
        # Before the signature is appended: this is what "enveloped" leaves over.
        self.document = _canonical(root)
        self.element = etree.SubElement(
            root, f"{{{DS}}}Signature", nsmap={"ds": DS, "etsi": ETSI}
        )
        self.element.set("Id", ids["Signature"])

    def complete(self) -> None:
        ids = self.ids
        info = _ds(self.element, "SignedInfo", Id=ids["Signature-SignedInfo"])
        value = _ds(self.element, "SignatureValue", Id=ids["SignatureValue"])
        key_info = self._key_info(self.element)
        properties = self._object(self.element)
        _ds(info, "CanonicalizationMethod", Algorithm=C14N)
        _ds(info, "SignatureMethod", Algorithm=self.method)
        self._reference(
            info,
            _canonical(properties),
            Id=ids["SignedPropertiesID"],
            Type=SIGNED_PROPERTIES,
            URI="#" + ids["Signature-SignedProperties"],
        )
        self._reference(info, _canonical(key_info), URI="#" + ids["Certificate"])
        self._reference(
            info, self.document, Id=ids["Reference-ID-"], URI="#comprobante"
        )
        signed = self.credential.private_key.sign(
            _canonical(info), padding.PKCS1v15(), self.algorithm
        )
        value.text = _wrapped(signed)

    def _reference(self, info, data: bytes, **attributes):
        reference = _ds(info, "Reference", **attributes)
        if data is self.document:
            transforms = _ds(reference, "Transforms")
            _ds(transforms, "Transform", Algorithm=ENVELOPED)
        _ds(reference, "DigestMethod", Algorithm=self.digest)
        _ds(reference, "DigestValue").text = _base64(self.hash(data).digest())

    def _key_info(self, signature):
        info = _ds(signature, "KeyInfo", Id=self.ids["Certificate"])
        data = _ds(info, "X509Data")
        _ds(data, "X509Certificate").text = _wrapped(self.credential.der)
        value = _ds(_ds(info, "KeyValue"), "RSAKeyValue")
        numbers = self.credential.certificate.public_key().public_numbers()
        _ds(value, "Modulus").text = _wrapped(_big_endian(numbers.n))
        _ds(value, "Exponent").text = _wrapped(_big_endian(numbers.e))
        return info

    def _object(self, signature):
        ids, credential = self.ids, self.credential
        holder = _ds(signature, "Object", Id=ids["Signature-Object"])
        qualifying = _etsi(
            holder, "QualifyingProperties", Target="#" + ids["Signature"]
        )
        signed = _etsi(
            qualifying, "SignedProperties", Id=ids["Signature-SignedProperties"]
        )
        about_signature = _etsi(signed, "SignedSignatureProperties")
        _etsi(about_signature, "SigningTime").text = self.signing_time.isoformat(
            timespec="seconds"
        )
        cert = _etsi(_etsi(about_signature, "SigningCertificate"), "Cert")
        digest = _etsi(cert, "CertDigest")
        _ds(digest, "DigestMethod", Algorithm=self.digest)
        _ds(digest, "DigestValue").text = _base64(self.hash(credential.der).digest())
        serial = _etsi(cert, "IssuerSerial")
        _ds(serial, "X509IssuerName").text = credential.issuer_name
        _ds(serial, "X509SerialNumber").text = str(credential.serial_number)
        about_data = _etsi(signed, "SignedDataObjectProperties")
        data_object = _etsi(
            about_data, "DataObjectFormat", ObjectReference="#" + ids["Reference-ID-"]
        )
        _etsi(data_object, "Description").text = "contenido comprobante"
        _etsi(data_object, "MimeType").text = "text/xml"
        return signed


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", with_comments=False, with_tail=False)


def _ds(parent, tag, **attributes):
    return etree.SubElement(parent, f"{{{DS}}}{tag}", **attributes)


def _etsi(parent, tag, **attributes):
    return etree.SubElement(parent, f"{{{ETSI}}}{tag}", **attributes)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _wrapped(data: bytes) -> str:
    """Base64 in lines, as the authorised samples have it."""
    text = _base64(data)
    return "\n".join(text[i : i + _LINE] for i in range(0, len(text), _LINE))


def _big_endian(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
