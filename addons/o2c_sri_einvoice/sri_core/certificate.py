"""Signing certificate out of a .p12 file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography import x509


@dataclass(frozen=True, slots=True)
class Credential:
    """A key pair that may sign, ready for ``signer``; keep it in memory only.

    :param tax_ids: every RUC and cédula found in subject and extensions.
    """

    certificate: x509.Certificate = field(repr=False)
    private_key: Any = field(repr=False)
    holder: str
    issuer: str
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
    raise NotImplementedError
