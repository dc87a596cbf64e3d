"""One call from a document to bytes that may be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .certificate import Credential
from .documents import Document
from .signer import SignatureIds


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """What must be stored before the first call to the SRI."""

    access_key: str
    document_type: str
    version: str
    xml: bytes


def prepare(
    document: Document,
    credential: Credential,
    signing_time: datetime,
    ids: SignatureIds,
    algorithm: str = "sha1",
) -> SignedDocument:
    """Build, check amounts and schema, sign and verify a document.

    :raise DocumentError: all problems of the content at once (also its subclasses
        ArithmeticDifference and SchemaError).
    :raise SignatureError: the certificate cannot sign now.
    """
    raise NotImplementedError
