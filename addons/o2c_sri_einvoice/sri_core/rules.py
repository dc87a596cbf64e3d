"""Rules that neither schema nor arithmetic can see, checked before signing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from . import access_key, codes
from . import documents as doc
from .errors import Message
from .texts import message

_ID_LENGTHS = {"04": 13, "05": 10}


def find(document: doc.Document) -> list[Message]:
    """Return every broken rule of a document that is about to be issued."""
    problems = [*_check_key(document), *_check_additional_info(document)]
    if party := _receiver(document):
        problems.extend(_check_receiver(document, party))
    if isinstance(document, (doc.Invoice, doc.PurchaseLiquidation)):
        # The schema leaves pagos optional; the ficha asks for it since 2016.
        if not document.payments:
            problems.append(message("no_payment"))
    if isinstance(document, doc.DeliveryGuide):
        problems.extend(_check_guide(document))
    if isinstance(document, doc.Withholding):
        if document.subject_kind and document.subject.id_type != "08":
            problems.append(message("subject_kind"))
    return problems


def _check_key(document: doc.Document) -> Iterator[Message]:
    try:
        parts = access_key.parse(document.access_key)
    except ValueError:
        yield message("key_invalid", key=document.access_key)
        return
    for name, tag, expected in (
        ("issue_date", "fechaEmision", document.issue_date),
        ("document_type", "codDoc", document.CODE),
        ("ruc", "ruc", document.issuer.ruc),
        ("environment", "ambiente", document.environment),
        ("establishment", "estab", document.establishment),
        ("emission_point", "ptoEmi", document.emission_point),
        ("sequential", "secuencial", document.sequential),
    ):
        found = getattr(parts, name)
        if found != expected:
            yield message("key_mismatch", part=tag, in_key=found, in_document=expected)


def _check_additional_info(document: doc.Document) -> Iterator[Message]:
    filled = [d for d in document.additional_info if d.name.strip() and d.value.strip()]
    if len(filled) > codes.MAX_ADDITIONAL_FIELDS:
        yield message(
            "too_many_fields", count=len(filled), limit=codes.MAX_ADDITIONAL_FIELDS
        )


def _receiver(document: doc.Document) -> doc.Party | None:
    for name in ("buyer", "supplier", "subject", "carrier"):
        if party := getattr(document, name, None):
            return party
    return None


def _check_receiver(document: doc.Document, party: doc.Party) -> Iterator[Message]:
    length = _ID_LENGTHS.get(party.id_type)
    number = party.id_number
    # Only length and digits: company RUCs follow no check digit any more (SPEC 4).
    if length and not (len(number) == length and number.isdigit()):
        kind = codes.ID_TYPES[party.id_type]
        yield message("id_length", number=number, kind=kind, length=length)
    is_final = party.id_type == "07"
    if is_final != (number == doc.FINAL_CONSUMER_ID):
        yield message("final_consumer_id", id=doc.FINAL_CONSUMER_ID)
    if not is_final:
        return
    if not isinstance(document, doc.Invoice):
        yield message("final_consumer_type", name=codes.DOCUMENT_NAMES[document.CODE])
    elif document.total > Decimal(codes.FINAL_CONSUMER_LIMIT):
        yield message("final_consumer_limit", limit=codes.FINAL_CONSUMER_LIMIT)


def _check_guide(guide: doc.DeliveryGuide) -> Iterator[Message]:
    if guide.carrier.id_type not in ("04", "05", "06", "07"):
        yield message("carrier_id_type")
    if guide.end_date < guide.start_date:
        yield message("transport_dates", start=guide.start_date, end=guide.end_date)
    if guide.start_date < guide.issue_date:
        yield message(
            "transport_before_guide", start=guide.start_date, issued=guide.issue_date
        )
