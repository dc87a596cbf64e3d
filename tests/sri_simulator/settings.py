"""What can be tuned: how strict and how slow the simulated SRI is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

WRAPPINGS = ("escaped", "cdata")
TAXPAYER_STATUSES = {
    "active": None,
    "inactive": "2",
    "missing": "46",
    "closed": "63",
    "suspended": "57",
    "not_authorised": "37",
    "no_agreement": "28",
}


class InvalidSettings(ValueError):
    """The settings asked for cannot be used; the text lists every problem."""


@dataclass
class Settings:
    """Behaviour of the simulated SRI; every field may change while it runs.

    :param latency_ms: milliseconds that every SOAP answer waits
    :param processing_seconds: EN PROCESO time between RECIBIDA and the verdict
    :param processing_queries: queries answered EN PROCESO before the verdict
    :param date_tolerance_days: days back from today (Guayaquil) without error 65;
        sources disagree between 0 and 3 (SPEC §7), a future date is always refused
    :param clock_skew_seconds: how far in the future a SigningTime may lie
    :param allow_sha256: accept SHA-256 signatures; the ficha names RSA-SHA1 only
    :param check_holder: refuse certificates that carry a RUC other than the issuer's
    :param max_document_bytes: size above which error 26 is given (ficha: 320 KB)
    :param comprobante_wrapping: how answers carry the XML, ``escaped`` or ``cdata``
    :param hold_seconds: how long an answer that never comes keeps its connection
    :param taxpayers: RUC → ``{"status": …, "establishments": {"001": "open"},
        "documents": ["01"]}``; empty means that every RUC is registered
    :param unknown_receivers: identifications that get error 69
    :param retired_versions: ``"factura 1.0.0"`` and the like, refused with 36
    """

    latency_ms: float = 0
    processing_seconds: float = 0
    processing_queries: int = 0
    date_tolerance_days: int = 3
    clock_skew_seconds: float = 60
    allow_sha256: bool = False
    check_holder: bool = True
    max_document_bytes: int = 320 * 1024
    comprobante_wrapping: str = "escaped"
    hold_seconds: float = 60
    taxpayers: dict[str, dict] = field(default_factory=dict)
    unknown_receivers: list[str] = field(default_factory=list)
    retired_versions: list[str] = field(default_factory=list)

    def __post_init__(self):
        problems = _problems(self)
        if problems:
            raise InvalidSettings("; ".join(problems))

    def update(self, values: dict[str, Any]) -> None:
        """Change some settings, all or none of them.

        :param values: setting name → new value
        :raises InvalidSettings: naming every unknown name and unusable value
        """
        known = {item.name for item in dataclasses.fields(self)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise InvalidSettings(f"unknown settings: {', '.join(unknown)}")
        checked = dataclasses.replace(self, **values)
        for name in values:
            setattr(self, name, getattr(checked, name))

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as JSON-ready data."""
        return dataclasses.asdict(self)


def _problems(settings: Settings) -> list[str]:
    problems = []
    for item in dataclasses.fields(settings):
        value = getattr(settings, item.name)
        if item.type in ("int", "float"):
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not is_number or value < 0:
                problems.append(f"{item.name} must be a number from 0, not {value!r}")
        elif item.type == "bool" and not isinstance(value, bool):
            problems.append(f"{item.name} must be true or false, not {value!r}")
        elif item.type == "list[str]" and not isinstance(value, list):
            problems.append(f"{item.name} must be a list, not {value!r}")
    if settings.comprobante_wrapping not in WRAPPINGS:
        problems.append(f"comprobante_wrapping must be one of {', '.join(WRAPPINGS)}")
    return problems + _taxpayer_problems(settings.taxpayers)


def _taxpayer_problems(taxpayers: Any) -> list[str]:
    if not isinstance(taxpayers, dict):
        return ["taxpayers must be an object: RUC → data"]
    return [
        f"taxpayers: {ruc} needs a status out of {', '.join(TAXPAYER_STATUSES)}"
        for ruc, data in taxpayers.items()
        if not isinstance(data, dict)
        or data.get("status", "active") not in TAXPAYER_STATUSES
    ]
