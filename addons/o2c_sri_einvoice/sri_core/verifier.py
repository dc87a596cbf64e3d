"""Checks a XAdES-BES signature: lxml canonicalises, cryptography verifies.

Guards against wrapping: there is one signature, a child of the root; ids are unique;
and the digest is taken of the very root that the caller reads.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from . import secure_xml
from .authorisation import read_date
from .certificate import holder_name, may_sign_for, tax_ids
from .errors import ParseError

DS = "http://www.w3.org/2000/09/xmldsig#"
ETSI = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
_ENVELOPED = f"{DS}enveloped-signature"
_NS = {"ds": DS, "etsi": ETSI}
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_ENC = "http://www.w3.org/2001/04/xmlenc#"
_SIGNATURE_METHODS = {
    f"{DS}rsa-sha1": hashes.SHA1,
    f"{_MORE}rsa-sha256": hashes.SHA256,
    f"{_MORE}rsa-sha384": hashes.SHA384,
    f"{_MORE}rsa-sha512": hashes.SHA512,
}
_DIGESTS = {
    f"{DS}sha1": hashlib.sha1,
    f"{_ENC}sha256": hashlib.sha256,
    f"{_MORE}sha384": hashlib.sha384,
    f"{_ENC}sha512": hashlib.sha512,
}
_DEFAULT_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_C14N = {
    _DEFAULT_C14N,
    f"{_DEFAULT_C14N}#WithComments",
    _EXCLUSIVE,
    f"{_EXCLUSIVE}WithComments",
}
_IDS = etree.XPath("//@id | //@Id | //@ID | //@xml:id")


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """Result of a check.

    :param state: ``valid``, ``invalid`` or ``none`` (there is no signature).
    :param error: why it is invalid, in English.
    """

    state: str
    error: str = ""
    algorithm: str = ""
    signing_time: datetime | None = None
    certificate: x509.Certificate | None = None

    @property
    def valid(self) -> bool:
        return self.state == "valid"

    @property
    def holder(self) -> str:
        """Common name of the signer."""
        return holder_name(self.certificate) if self.certificate else ""

    @property
    def tax_ids(self) -> tuple[str, ...]:
        """RUC and cédula in the signer's certificate."""
        return tax_ids(self.certificate) if self.certificate else ()

    def is_by(self, ruc: str) -> bool:
        """Whether it is valid and its certificate may sign for this issuer's RUC."""
        return self.valid and may_sign_for(self.tax_ids, ruc)


class _Invalid(Exception):
    pass


def verify(xml: bytes) -> SignatureReport:
    """Check the signature of a bare comprobante, whoever signed it.

    Says whether the content is what the holder of the key signed; trust in the
    issuing authority and revocation are the SRI's business.
    """
    try:
        root = secure_xml.parse(xml)
    except ParseError as e:
        return SignatureReport("invalid", str(e))
    signatures = list(root.iter(f"{{{DS}}}Signature"))
    if not signatures:
        return SignatureReport("none")
    try:
        return _Check(root, signatures).run()
    except _Invalid as e:
        return SignatureReport("invalid", str(e))


class _Check:
    def __init__(self, root, signatures):
        if len(signatures) > 1:
            raise _Invalid("There is more than one signature")
        (self.signature,) = signatures
        if self.signature.getparent() is not root:
            raise _Invalid("The signature is not a child of the document")
        self.root = root
        self.by_id = dict(self._ids())
        self.info = self._one(self.signature, "ds:SignedInfo")

    def _ids(self) -> Iterator[tuple[str, etree._Element]]:
        seen = set()
        for value in _IDS(self.root):
            if value in seen:
                raise _Invalid(f"Id {value} occurs twice")
            seen.add(value)
            yield str(value), value.getparent()

    def run(self) -> SignatureReport:
        certificate, method = self._check_value()
        self._check_signing_certificate(certificate)
        time = self.signature.findtext(".//etsi:SigningTime", namespaces=_NS)
        self._check_references()
        return SignatureReport(
            "valid",
            algorithm=method,
            signing_time=read_date((time or "").strip()),
            certificate=certificate,
        )

    # === SIGNATURE VALUE === #

    def _check_value(self) -> tuple[x509.Certificate, str]:
        method = self._algorithm(self.info, "ds:SignatureMethod")
        if method not in _SIGNATURE_METHODS:
            raise _Invalid(f"Unknown signature method {method}")
        c14n = self._algorithm(self.info, "ds:CanonicalizationMethod")
        if c14n not in _C14N:
            raise _Invalid(f"Unknown canonicalisation {c14n}")
        data = _canonical(self.info, c14n, c14n.endswith("WithComments"))
        value = _decode(self._one(self.signature, "ds:SignatureValue").text)
        algorithm = _SIGNATURE_METHODS[method]()
        # Some signers add their CA's certificates: the one that fits is the signer's.
        for certificate in self._certificates():
            key = certificate.public_key()
            if not isinstance(key, rsa.RSAPublicKey):
                continue
            try:
                key.verify(value, data, padding.PKCS1v15(), algorithm)
            except InvalidSignature:
                continue
            return certificate, method.rpartition("#")[2]
        raise _Invalid("The signature value does not fit its certificate")

    def _certificates(self) -> Iterator[x509.Certificate]:
        path = "ds:KeyInfo/ds:X509Data/ds:X509Certificate"
        for element in self.signature.findall(path, _NS):
            try:
                yield x509.load_der_x509_certificate(_decode(element.text))
            except ValueError as e:
                raise _Invalid("A certificate is unreadable") from e

    # === REFERENCES === #

    def _check_references(self) -> None:
        """Compare all digests; takes the signature out of the tree on the way."""
        references = [
            (self._target(r), r) for r in self.info.findall("ds:Reference", _NS)
        ]
        targets = [target for target, _ in references]
        if targets.count(self.root) != 1:
            raise _Invalid("The signature does not cover the document")
        if self._signed_properties() not in targets:
            raise _Invalid("The signature does not cover its own properties")
        # The document comes last: its digest is that of the tree without signature.
        references.sort(key=lambda entry: entry[0] is self.root)
        for target, reference in references:
            self._check_digest(target, reference)

    def _check_digest(self, target, reference) -> None:
        method = self._algorithm(reference, "ds:DigestMethod")
        if method not in _DIGESTS:
            raise _Invalid(f"Unknown digest {method}")
        expected = _decode(self._one(reference, "ds:DigestValue").text)
        transforms = [
            t.get("Algorithm")
            for t in reference.findall("ds:Transforms/ds:Transform", _NS)
        ]
        data = self._transformed(target, transforms)
        if not hmac.compare_digest(_DIGESTS[method](data).digest(), expected):
            raise _Invalid(f"The content of {reference.get('URI')} was changed")

    def _target(self, reference) -> etree._Element:
        uri = reference.get("URI")
        if uri == "":
            return self.root
        target = self.by_id.get((uri or "")[1:]) if uri and uri[0] == "#" else None
        if target is None:
            raise _Invalid(f"The signature refers to {uri}, which is not there")
        if target is not self.root and self.signature not in target.iterancestors():
            raise _Invalid(f"The signature refers to {uri}, a part of the document")
        return target

    def _transformed(self, target, transforms: list[str]) -> bytes:
        c14n = [t for t in transforms if t in _C14N]
        others = [t for t in transforms if t not in _C14N]
        if others != [_ENVELOPED] * (target is self.root) or len(c14n) > 1:
            raise _Invalid(f"Unexpected transforms {', '.join(transforms) or 'none'}")
        algorithm = c14n[0] if c14n else _DEFAULT_C14N
        if target is self.root:
            _take_out(self.signature)
        # A reference by id never includes comments, whatever the transform is called
        # (XML-DSig 4.4.3.3).
        return _canonical(target, algorithm, with_comments=False)

    # === XADES PROPERTIES === #

    def _signed_properties(self) -> etree._Element:
        path = "ds:Object/etsi:QualifyingProperties"
        qualifying = self._one(self.signature, path)
        if qualifying.get("Target") != f"#{self.signature.get('Id')}":
            raise _Invalid("The qualifying properties belong to another signature")
        return self._one(qualifying, "etsi:SignedProperties")

    def _check_signing_certificate(self, certificate: x509.Certificate) -> None:
        path = (
            "etsi:SignedSignatureProperties/etsi:SigningCertificate/etsi:Cert"
            "/etsi:CertDigest"
        )
        encoded = certificate.public_bytes(Encoding.DER)
        for digest in self._signed_properties().findall(path, _NS):
            make = _DIGESTS.get(self._algorithm(digest, "ds:DigestMethod"))
            found = _decode(self._one(digest, "ds:DigestValue").text)
            if make and hmac.compare_digest(make(encoded).digest(), found):
                return
        raise _Invalid("The signed properties name another certificate")

    # === HELPERS === #

    def _one(self, element, path: str) -> etree._Element:
        found = element.findall(path, _NS)
        if len(found) != 1:
            raise _Invalid(f"There must be one {path}")
        return found[0]

    def _algorithm(self, element, path: str) -> str:
        return self._one(element, path).get("Algorithm", "")


def _canonical(element, algorithm: str, with_comments: bool) -> bytes:
    return etree.tostring(
        element,
        method="c14n",
        with_tail=False,
        exclusive=algorithm.startswith(_EXCLUSIVE),
        with_comments=with_comments,
    )


def _take_out(signature: etree._Element) -> None:
    """Remove the signature; text after it stays part of the document."""
    parent, previous = signature.getparent(), signature.getprevious()
    if signature.tail:
        if previous is not None:
            previous.tail = (previous.tail or "") + signature.tail
        else:
            parent.text = (parent.text or "") + signature.tail
    parent.remove(signature)


def _decode(text: str | None) -> bytes:
    try:
        return base64.b64decode("".join((text or "").split()), validate=True)
    except (binascii.Error, ValueError) as e:
        raise _Invalid("A value is not base64") from e
