"""One call from a document to bytes that may be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from . import arithmetic, builders, rules, schema, signer
from .certificate import Credential
from .codes import MAX_BYTES
from .documents import Document
from .errors import ArithmeticDifference, DocumentError, Message, SchemaError
from .signer import SignatureIds
from .texts import message


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

    :raise DocumentError: all problems of the content at once; its subclasses
        ArithmeticDifference and SchemaError when only one kind was found.
    :raise SignatureError: the certificate cannot sign now.
    """
    root = builders.build_element(document)
    _raise_all(document, schema.validate_element(root))
    xml = signer.sign_element(root, credential, signing_time, ids, algorithm)
    if len(xml) > MAX_BYTES:
        raise DocumentError(message("too_big", size=len(xml), limit=MAX_BYTES))
    return SignedDocument(document.access_key, document.CODE, document.version, xml)


def problems(document: Document) -> list[Message]:
    """Return everything that ``prepare`` would refuse in the content, unsigned."""
    try:
        root = builders.build_element(document)
        _raise_all(document, schema.validate_element(root))
    except DocumentError as e:
        return list(e.messages)
    return []


def _raise_all(document: Document, schema_errors: list[str]) -> None:
    broken = rules.find(document)
    amounts = arithmetic.find(document)
    shape = [Message("schema", text, es=text) for text in schema_errors]
    if found := [*broken, *amounts, *shape]:
        kinds = {
            (False, True, False): ArithmeticDifference,
            (False, False, True): SchemaError,
        }
        raise kinds.get((bool(broken), bool(amounts), bool(shape)), DocumentError)(
            *found
        )
