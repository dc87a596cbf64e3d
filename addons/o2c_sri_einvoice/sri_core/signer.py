"""XAdES-BES signature as the SRI reads it, and its check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .certificate import Credential


@dataclass(frozen=True, slots=True)
class SignatureIds:
    """Numbers inside the Id attributes of a signature; any distinct ones do."""

    number: int


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """Result of a check.

    :param state: ``valid``, ``invalid`` or ``none`` (there is no signature).
    :param error: why it is invalid.
    """

    state: str
    error: str = ""
    algorithm: str = ""
    holder: str = ""
    tax_ids: tuple[str, ...] = ()
    signing_time: datetime | None = None

    @property
    def valid(self) -> bool:
        return self.state == "valid"


def sign(
    xml: bytes,
    credential: Credential,
    signing_time: datetime,
    ids: SignatureIds,
    algorithm: str = "sha1",
) -> bytes:
    """Sign the final bytes of a comprobante.

    :param signing_time: aware, inside the certificate's validity.
    :param algorithm: ``sha1`` (what the ficha names) or ``sha256``.
    :raise SignatureError: expired certificate, or the result does not verify.
    """
    raise NotImplementedError


def verify(xml: bytes) -> SignatureReport:
    """Check the signature of a bare comprobante, whoever signed it."""
    raise NotImplementedError
