"""What the SRI checks, when, and in which order (SPEC §6.2).

Reception answers at once (RECIBIDA or DEVUELTA), so it does what is cheap or what
protects the register: size, schema, key, issuer, uniqueness, dates. Authorisation
works afterwards on what was registered: signature and certificate, receiver,
supporting documents, arithmetic; its verdict is AUTORIZADO or NO AUTORIZADO. Public
logs of real answers agree: 35, 43, 45, 65 and 70 come with DEVUELTA; 39, 52 and 69
with NO AUTORIZADO. Inside each stage the groups run in the server's order and the
first group that fails ends the stage.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from . import access_key, arithmetic, signature
from .clock import Clock
from .comprobante import INFO, ROOTS, VERSIONS, Comprobante, Malformed, parse
from .messages import INFORMATIVE, WARNING, Message, message
from .schemas import Schemas
from .settings import TAXPAYER_STATUSES, Settings

ANNOUNCED_ERRORS = 5
SUPPORT_CODES = {f"{code:02d}" for code in range(16)}
# SRI table of voucher types that a note may modify or a withholding may support.
SUPPORT_DOC_TYPES = {
    *(f"{code:02d}" for code in (1, 2, 3, 4, 5, 8, 9, 11, 12, 15, 18, 19, 20, 21)),
    *("41", "42", "43", "45", "47", "48", "49", "50", "51", "52", "294", "344", "364"),
}


@dataclass
class Judge:
    """Applies the rules of one environment to documents."""

    settings: Settings
    schemas: Schemas
    clock: Clock

    def read(self, data: bytes | None) -> tuple[Comprobante | None, list[Message]]:
        """Size, well-formedness and schema: what needs no register.

        :param data: decoded bytes of the request, None when they are missing
        :return: the document (None when unreadable) and why it is returned
        """
        if not data:
            return None, [message("49", "El parámetro xml está vacío")]
        limit = self.settings.max_document_bytes
        if len(data) > limit:
            return None, [message("26", f"{len(data)} bytes, máximo {limit}")]
        try:
            comprobante = parse(data)
        except Malformed as error:
            return None, [message("35", str(error))]
        return comprobante, self._check_schema(comprobante)

    def check_reception(
        self, comprobante: Comprobante, environment: str
    ) -> list[Message]:
        """Key and issuer checks that come before the register is asked."""
        groups: list[Callable[[], list[Message]]] = [
            lambda: self._check_key(comprobante, environment),
            lambda: self._check_issuer(comprobante),
        ]
        return _first_failing(groups)

    def check_dates(self, comprobante: Comprobante) -> list[Message]:
        """Issue date against the calendar and against today in Guayaquil."""
        issued = _issue_date(comprobante)
        if issued is None:
            return [message("67", "La fecha de emisión no existe en el calendario")]
        today = self.clock.today()
        oldest = today - datetime.timedelta(days=self.settings.date_tolerance_days)
        if oldest <= issued <= today:
            return []
        return [
            message(
                "65",
                f"Fecha de emisión {issued:%d/%m/%Y}, fecha del SRI {today:%d/%m/%Y}",
            )
        ]

    def check_authorisation(self, comprobante: Comprobante) -> list[Message]:
        """Everything that decides between AUTORIZADO and NO AUTORIZADO."""
        groups: list[Callable[[], list[Message]]] = [
            lambda: self._check_signature(comprobante),
            lambda: self._check_receivers(comprobante),
            lambda: _check_transport(comprobante),
            lambda: _check_support(comprobante),
            lambda: [message("52", text) for text in arithmetic.check(comprobante)],
        ]
        return _first_failing(groups)

    def remarks(self, comprobante: Comprobante, environment: str) -> list[Message]:
        """Warnings that an authorised document carries all the same."""
        remarks = []
        if environment == "pruebas":
            remarks.append(message("60", kind=INFORMATIVE))
        for kind, number in comprobante.receivers:
            if kind == "05" and not _is_cedula(number):
                remarks.append(message("62", number, WARNING))
        return remarks

    def _check_schema(self, comprobante: Comprobante) -> list[Message]:
        problems = self._check_version(comprobante)
        if problems:
            return problems
        errors = self.schemas.validate(comprobante)
        return [message("35", "; ".join(errors[:ANNOUNCED_ERRORS]))] if errors else []

    def _check_version(self, comprobante: Comprobante) -> list[Message]:
        """Whether there is a schema at all, and the block that every rule reads."""
        root, doc_type = comprobante.root_name, comprobante.doc_type
        name = f"{root} {comprobante.version}"
        if root not in VERSIONS:
            return [message("35", f"Elemento raíz {root}")]
        if doc_type not in ROOTS:
            return [message("47", f"codDoc {doc_type}")]
        if name in self.settings.retired_versions:
            return [message("36", name)]
        if ROOTS[doc_type] != root or comprobante.version not in VERSIONS[root]:
            return [message("48", f"{name} con codDoc {doc_type}")]
        if comprobante.root.find(INFO[doc_type]) is None:
            return [message("35", f"Falta {INFO[doc_type]}")]
        return []

    def _check_key(self, comprobante: Comprobante, environment: str) -> list[Message]:
        key = comprobante.key
        if not access_key.is_well_formed(key):
            return [message("80", f"{key}: longitud o dígito verificador incorrectos")]
        parts = access_key.split(key)
        series = comprobante.tax_info("estab") + comprobante.tax_info("ptoEmi")
        issued = comprobante.info("fechaEmision").replace("/", "")
        expected = {
            # A guía has no issue date: its key is where the date lives (SPEC §1.1).
            "fecha de emisión": (parts.issue_date, issued or parts.issue_date),
            "codDoc": (parts.doc_type, comprobante.doc_type),
            "ruc": (parts.ruc, comprobante.tax_info("ruc")),
            "ambiente": (parts.environment, comprobante.tax_info("ambiente")),
            "serie": (parts.series, series),
            "secuencial": (parts.sequential, comprobante.tax_info("secuencial")),
            "tipoEmision": (parts.emission_type, comprobante.tax_info("tipoEmision")),
        }
        wrong = [name for name, (a, b) in expected.items() if a != b]
        if access_key.ENVIRONMENTS.get(parts.environment) != environment:
            wrong.append(f"ambiente del servicio ({environment})")
        if not wrong:
            return []
        return [message("58", f"No coincide con el comprobante: {', '.join(wrong)}")]

    def _check_issuer(self, comprobante: Comprobante) -> list[Message]:
        if not self.settings.taxpayers:
            return []
        ruc = comprobante.tax_info("ruc")
        taxpayer = self.settings.taxpayers.get(ruc)
        if taxpayer is None:
            return [message("46", ruc)]
        code = TAXPAYER_STATUSES[taxpayer.get("status", "active")]
        if code:
            return [message(code, ruc)]
        establishments = taxpayer.get("establishments")
        establishment = comprobante.tax_info("estab")
        if establishments and establishments.get(establishment) != "open":
            return [message("56", f"{ruc}-{establishment}")]
        allowed = taxpayer.get("documents")
        if allowed and comprobante.doc_type not in allowed:
            return [message("27", f"{ruc} no puede emitir {comprobante.doc_type}")]
        return []

    def _check_signature(self, comprobante: Comprobante) -> list[Message]:
        policy = signature.Policy(
            now=self.clock.now(),
            clock_skew=datetime.timedelta(seconds=self.settings.clock_skew_seconds),
            allow_sha256=self.settings.allow_sha256,
            check_holder=self.settings.check_holder,
        )
        return signature.check(comprobante, policy)

    def _check_receivers(self, comprobante: Comprobante) -> list[Message]:
        unknown = self.settings.unknown_receivers
        problems = []
        for kind, number in comprobante.receivers:
            shape = {"04": 13, "05": 10}.get(kind)
            if number in unknown:
                problems.append(message("69", number))
            elif shape and (len(number) != shape or not number.isdigit()):
                problems.append(message("69", f"{number} no es del tipo {kind}"))
            elif kind == "07" and number != "9" * 13:
                problems.append(message("69", f"{number} no es consumidor final"))
        return problems


def _first_failing(groups: list[Callable[[], list[Message]]]) -> list[Message]:
    for group in groups:
        problems = group()
        if problems:
            return problems
    return []


def _issue_date(comprobante: Comprobante) -> datetime.date | None:
    written = comprobante.info("fechaEmision")
    if written:
        return access_key.parse_date(written)
    return access_key.key_date(comprobante.key)


def _check_transport(comprobante: Comprobante) -> list[Message]:
    if comprobante.doc_type != "06":
        return []
    start = access_key.parse_date(comprobante.info("fechaIniTransporte"))
    end = access_key.parse_date(comprobante.info("fechaFinTransporte"))
    if start is None or end is None:
        return [message("67", "Las fechas de transporte no existen en el calendario")]
    if start < access_key.key_date(comprobante.key):
        return [message("82", "El transporte empieza antes de emitir la guía")]
    if end < start:
        return [message("82", "El transporte termina antes de empezar")]
    return []


def _check_support(comprobante: Comprobante) -> list[Message]:
    """Codes of the documents on which a note or a withholding stands."""
    root = comprobante.root
    doc_types = {
        (item.text or "").strip()
        for name in ("codDocSustento", "codDocModificado")
        for item in root.iter(name)
    }
    codes = {(item.text or "").strip() for item in root.iter("codSustento")}
    unknown = sorted(doc_types - SUPPORT_DOC_TYPES) + sorted(codes - SUPPORT_CODES)
    return [message("64", code) for code in unknown]


def _is_cedula(number: str) -> bool:
    if len(number) != 10 or not number.isdigit():
        return False
    total = 0
    for index, digit in enumerate(map(int, number[:9])):
        product = digit * (2 - index % 2)
        total += product - 9 if product > 9 else product
    return (10 - total % 10) % 10 == int(number[9])
