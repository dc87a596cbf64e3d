"""One family of errors: each says what is wrong and how the caller has to react."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Reaction(Enum):
    """What to do after a refusal or a failure (SPEC 6.1 and 6.2)."""

    RETRY = "retry"
    """Ask the authorisation service first; if unknown there, resend the same bytes."""
    POLL = "poll"
    """The SRI holds the document: only ask for its authorisation, never resend."""
    CORRECT = "correct"
    """The content must change; key and sequential number stay the same."""
    STOP = "stop"
    """A person has to act before anything else happens."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the SRI (``mensaje``) or one problem found by ourselves.

    :param identifier: code of the SRI (``"35"``) or own word (``"schema"``).
    :param text: what is wrong.
    :param additional: ``informacionAdicional``: usually the useful part.
    :param kind: ``ERROR``, ``ADVERTENCIA`` or ``INFORMATIVO``.
    :param es: the text in Spanish, for problems found by ourselves.
    """

    identifier: str
    text: str
    additional: str = ""
    kind: str = "ERROR"
    es: str = ""

    @property
    def is_error(self) -> bool:
        return self.kind.strip().upper() == "ERROR"

    def __str__(self) -> str:
        return self.in_language("en")

    def in_language(self, lang: str) -> str:
        """Return the sentence for a person; the SRI's own words stay Spanish."""
        detail = f": {self.additional}" if self.additional else ""
        return f"[{self.identifier}] {self.words(lang)}{detail}"

    def words(self, lang: str) -> str:
        """Return the bare sentence, without identifier and additional information."""
        return self.es if self.es and lang.lower().startswith("es") else self.text


class SriError(Exception):
    """Base of all errors of this package.

    :param messages: every problem found, not only the first.
    """

    reaction = Reaction.STOP

    def __init__(self, *messages: Message | str):
        self.messages: tuple[Message, ...] = tuple(
            m if isinstance(m, Message) else Message(self.default_identifier, m)
            for m in messages
        )
        super().__init__("\n".join(str(m) for m in self.messages))

    default_identifier = "error"


class DocumentError(SriError):
    """The document cannot be written as XML: a value is missing or malformed."""

    reaction = Reaction.CORRECT
    default_identifier = "document"


class ArithmeticDifference(DocumentError):
    """The amounts do not add up as the SRI adds them (its error 52)."""

    default_identifier = "arithmetic"


class SchemaError(DocumentError):
    """The XML breaks the schema (the SRI's error 35)."""

    default_identifier = "schema"


class ParseError(SriError):
    """What was received is not a comprobante that we can read."""

    default_identifier = "parse"


class SignatureError(SriError):
    """A signature could not be made, or what we signed does not verify."""

    default_identifier = "signature"


class CertificateError(SriError):
    """The .p12 file cannot sign; ``kind`` names the case.

    Kinds: ``not_p12``, ``wrong_password``, ``no_key``,
    ``no_matching_certificate``, ``not_rsa``, ``not_for_signing``, ``expired``,
    ``not_yet_valid``, ``other_holder``.
    """

    def __init__(self, message: Message):
        self.kind = message.identifier
        super().__init__(message)


class SriUnavailable(SriError):
    """No usable answer: timeout, refused connection, HTTP 5xx, HTML instead of SOAP.

    :param outcome_unknown: whether the request may have reached the SRI.
    """

    reaction = Reaction.RETRY
    default_identifier = "unavailable"

    def __init__(self, *messages: Message | str, outcome_unknown: bool = True):
        self.outcome_unknown = outcome_unknown
        super().__init__(*messages)


class SriRefusal(SriError):
    """The SRI answered and refused; the subclass carries the reaction."""

    default_identifier = "refusal"


class RetryRefusal(SriRefusal):
    reaction = Reaction.RETRY


class PollRefusal(SriRefusal):
    reaction = Reaction.POLL


class CorrectRefusal(SriRefusal):
    reaction = Reaction.CORRECT


class StopRefusal(SriRefusal):
    reaction = Reaction.STOP


REFUSALS = {
    cls.reaction: cls
    for cls in (RetryRefusal, PollRefusal, CorrectRefusal, StopRefusal)
}
