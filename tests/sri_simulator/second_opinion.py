"""The same signature judged by libxmlsec, which shares no code with lxml's users.

The product may sign with lxml and cryptography, on which ``signature`` stands too: a
common misreading of the standard would pass unseen. Where ``xmlsec`` is not
installed there is no second opinion, and ``GET /control/state`` says so.
"""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

try:
    import xmlsec
except ImportError:  # the simulator runs on images without libxmlsec, less strictly
    xmlsec = None

DS = "http://www.w3.org/2000/09/xmldsig#"


def is_available() -> bool:
    """Tell whether libxmlsec takes part in the judgement."""
    return xmlsec is not None


def agrees(data: bytes, certificate: x509.Certificate) -> bool:
    """Tell whether libxmlsec finds the signature and all its references valid.

    :param data: the signed document, already checked for its shape
    :param certificate: whose key must have signed
    """
    if xmlsec is None:
        return True
    # A tree of its own: registering the Ids changes it.
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    xmlsec.tree.add_ids(root, ["Id", "id"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(
        certificate.public_bytes(Encoding.DER), xmlsec.constants.KeyDataFormatCertDer
    )
    try:
        context.verify(root.find(f"{{{DS}}}Signature"))
    except xmlsec.Error:
        return False
    return True
