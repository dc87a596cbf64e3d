"""Codes of the SRI as data: refusals with their remedy, and the tables we print.

Sources: ficha técnica v2.34, tables 3, 6, 16, 17, 19, 20 and 24; the reactions
follow SPEC 6.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .errors import Message, Reaction

RETRY, POLL = Reaction.RETRY, Reaction.POLL
CORRECT, STOP = Reaction.CORRECT, Reaction.STOP


class Remedy(NamedTuple):
    """What a refusal means for the user.

    :param new_key: the document needs a new access key (date, RUC or number change).
    """

    reaction: Reaction
    en: str
    es: str
    new_key: bool = False

    def text(self, lang: str) -> str:
        return self.es if lang.lower().startswith("es") else self.en


REMEDIES = {
    "2": Remedy(
        STOP,
        "The issuer's RUC is not active at the SRI: reactivate it, then retry.",
        "El RUC del emisor no está activo en el SRI: reactívelo y reintente.",
    ),
    "10": Remedy(
        STOP,
        "The establishment is closed at the SRI: use an open one or reopen it.",
        "El establecimiento está cerrado en el SRI: use uno abierto o reábralo.",
    ),
    "26": Remedy(
        CORRECT,
        "The file exceeds 320 KB: split the document.",
        "El archivo supera 320 KB: divida el documento.",
    ),
    "27": Remedy(
        STOP,
        "Your taxpayer class may not issue this document: check it in SRI en Línea.",
        "Su clase de contribuyente no puede emitir este comprobante: revíselo en "
        "SRI en Línea.",
    ),
    "28": Remedy(
        STOP,
        "The agreement on electronic media is missing: sign it in SRI en Línea.",
        "Falta el acuerdo de uso de medios electrónicos: acéptelo en SRI en Línea.",
    ),
    "34": Remedy(
        STOP,
        "The document is not authorised for this issuer: contact support.",
        "El comprobante no está autorizado para este emisor: contacte a soporte.",
    ),
    "35": Remedy(
        CORRECT,
        "The document breaks the schema: correct the data named in the detail; "
        "key and number stay the same.",
        "El comprobante no cumple el esquema: corrija el dato que indica el "
        "detalle; la clave y el número se mantienen.",
    ),
    "36": Remedy(
        STOP,
        "The SRI withdrew this schema version: update the software.",
        "El SRI retiró esta versión del esquema: actualice el sistema.",
    ),
    "37": Remedy(
        STOP,
        "There is no authorisation to issue: request it in SRI en Línea for this "
        "environment and document type.",
        "No hay autorización de emisión: solicítela en SRI en Línea para este "
        "ambiente y tipo de comprobante.",
    ),
    "39": Remedy(
        CORRECT,
        "The signature was refused: check that the certificate is a signing one "
        "and in force, then sign again with the same key.",
        "La firma fue rechazada: verifique que el certificado sea de firma y esté "
        "vigente, y vuelva a firmar con la misma clave.",
    ),
    "40": Remedy(
        STOP,
        "The SRI could not read the certificate: load a valid one and sign again.",
        "El SRI no pudo leer el certificado: cargue uno válido y vuelva a firmar.",
    ),
    "42": Remedy(
        STOP,
        "The certificate is revoked or expired: load a new one and sign again.",
        "El certificado está revocado o caducado: cargue uno nuevo y vuelva a firmar.",
    ),
    "43": Remedy(
        POLL,
        "The SRI already holds this access key: its authorisation is being asked for.",
        "El SRI ya tiene esta clave de acceso: se consultará su autorización.",
    ),
    "45": Remedy(
        STOP,
        "The SRI has this number for another document, so another system issues at "
        "this emission point: end that, then sign again, which takes the next number.",
        "El SRI tiene este secuencial para otro comprobante: otro sistema emite en "
        "este punto de emisión. Corrija eso y firme de nuevo: se toma el siguiente "
        "número.",
        new_key=True,
    ),
    "46": Remedy(
        STOP,
        "The SRI does not know the issuer's RUC: correct it in the company.",
        "El SRI no conoce el RUC del emisor: corríjalo en la compañía.",
        new_key=True,
    ),
    "47": Remedy(
        STOP,
        "The SRI does not know this document type: contact support.",
        "El SRI no conoce este tipo de comprobante: contacte a soporte.",
    ),
    "48": Remedy(
        STOP,
        "The SRI has no schema for this document: contact support.",
        "El SRI no tiene esquema para este comprobante: contacte a soporte.",
    ),
    "49": Remedy(
        STOP,
        "The request reached the SRI empty: contact support.",
        "La petición llegó vacía al SRI: contacte a soporte.",
    ),
    "50": Remedy(
        RETRY,
        "Internal error of the SRI: it will be retried.",
        "Error interno del SRI: se reintentará.",
    ),
    "52": Remedy(
        CORRECT,
        "The amounts do not add up as the SRI adds them: recompute lines and taxes; "
        "key and number stay the same.",
        "Los valores no cuadran con el cálculo del SRI: recalcule líneas e "
        "impuestos; la clave y el número se mantienen.",
    ),
    "56": Remedy(
        STOP,
        "The establishment is not open at the SRI: check the emission point.",
        "El establecimiento no está abierto en el SRI: revise el punto de emisión.",
    ),
    "57": Remedy(
        STOP,
        "The authorisation to issue is suspended: resolve it in SRI en Línea.",
        "La autorización de emisión está suspendida: regularícela en SRI en Línea.",
    ),
    "58": Remedy(
        STOP,
        "The access key does not match the document: contact support.",
        "La clave de acceso no coincide con el comprobante: contacte a soporte.",
    ),
    "59": Remedy(
        STOP,
        "Warning: the SRI does not know the receiver's identification.",
        "Advertencia: el SRI no conoce la identificación del receptor.",
    ),
    "60": Remedy(
        STOP,
        "Notice: issued in the test environment, without tax validity.",
        "Aviso: emitido en ambiente de pruebas, sin validez tributaria.",
    ),
    "62": Remedy(
        STOP,
        "Warning: the receiver's identification looks wrong: check the contact.",
        "Advertencia: la identificación del receptor parece incorrecta: revise el "
        "contacto.",
    ),
    "63": Remedy(
        STOP,
        "The issuer's RUC is closed at the SRI: reopen it before issuing.",
        "El RUC del emisor está clausurado en el SRI: regularícelo antes de emitir.",
    ),
    "64": Remedy(
        CORRECT,
        "Unknown code of the supporting document: correct it.",
        "Código del documento sustento desconocido: corríjalo.",
    ),
    "65": Remedy(
        STOP,
        "The issue date is outside what the SRI accepts: issue it with today's date "
        "(a new key).",
        "La fecha de emisión está fuera de lo permitido: emita con fecha de hoy "
        "(clave nueva).",
        new_key=True,
    ),
    "67": Remedy(
        CORRECT,
        "A date of the document is not valid: correct it.",
        "Una fecha del comprobante no es válida: corríjala.",
    ),
    "68": Remedy(
        STOP,
        "Warning: the supporting document is not electronic.",
        "Advertencia: el documento sustento no es electrónico.",
    ),
    "69": Remedy(
        CORRECT,
        "The SRI does not know the receiver's identification: correct number and "
        "type in the contact.",
        "El SRI no conoce la identificación del receptor: corrija número y tipo en "
        "el contacto.",
    ),
    "70": Remedy(
        POLL,
        "The SRI is processing this access key: only wait for its authorisation.",
        "El SRI está procesando esta clave de acceso: solo espere la autorización.",
    ),
    "80": Remedy(
        STOP,
        "The access key is malformed: contact support.",
        "La clave de acceso está mal formada: contacte a soporte.",
    ),
    "82": Remedy(
        CORRECT,
        "The transport starts before the guide's date: correct the dates.",
        "El transporte inicia antes de la fecha de la guía: corrija las fechas.",
    ),
    "90": Remedy(
        STOP,
        "The SRI blocks this document for now: try again tomorrow.",
        "El SRI bloquea este comprobante por ahora: intente mañana.",
    ),
    "92": Remedy(
        CORRECT,
        "The VAT refund to an elderly buyer was refused: correct its amount.",
        "La devolución de IVA a adulto mayor fue rechazada: corrija su valor.",
    ),
    "99": Remedy(
        RETRY,
        "The SRI's consultation service failed: read the detail, then retry.",
        "Falló el servicio de consulta del SRI: lea el detalle y reintente.",
    ),
}

UNKNOWN_REMEDY = Remedy(
    STOP,
    "The SRI refused the document: read its message and correct what it names.",
    "El SRI rechazó el comprobante: lea su mensaje y corrija lo que indica.",
)
_REFUND_REMEDY = REMEDIES["92"]

# When several refusals come together: the SRI may hold the document (poll) outranks
# everything, and a person's work outranks a correction that would be refused again.
_PRECEDENCE = (POLL, STOP, CORRECT, RETRY)


def remedy(identifier: str) -> Remedy:
    """Return what to do for an identifier; unknown ones stop for a person."""
    found = REMEDIES.get(identifier.strip())
    if found:
        return found
    # 2000 to 7000 all concern the VAT refund of elderly buyers (SPEC 6.2).
    if identifier.isdigit() and 2000 <= int(identifier) <= 7000:
        return _REFUND_REMEDY
    return UNKNOWN_REMEDY


def reaction(messages: Iterable[Message]) -> Reaction:
    """Return the one reaction to a set of messages; warnings do not count."""
    found = {remedy(m.identifier).reaction for m in messages if m.is_error}
    return next((r for r in _PRECEDENCE if r in found), STOP)


def explain(messages: Iterable[Message], lang: str) -> list[str]:
    """Return per message the SRI's own words and what to do about it.

    :param lang: ``es…`` for Spanish, anything else for English.
    """
    return [f"{m} → {remedy(m.identifier).text(lang)}" for m in messages]


DOCUMENT_NAMES = {
    "01": "FACTURA",
    "03": "LIQUIDACIÓN DE COMPRA DE BIENES Y PRESTACIÓN DE SERVICIOS",
    "04": "NOTA DE CRÉDITO",
    "05": "NOTA DE DÉBITO",
    "06": "GUÍA DE REMISIÓN",
    "07": "COMPROBANTE DE RETENCIÓN",
}

ID_TYPES = {
    "04": "RUC",
    "05": "CÉDULA",
    "06": "PASAPORTE",
    "07": "CONSUMIDOR FINAL",
    "08": "IDENTIFICACIÓN DEL EXTERIOR",
}

IVA, ICE, IRBPNR = "2", "3", "5"
TAX_NAMES = {IVA: "IVA", ICE: "ICE", IRBPNR: "IRBPNR"}

# codigoPorcentaje of IVA: (rate in per cent, words on the RIDE's subtotal row).
IVA_RATES = {
    "0": ("0", "0%"),
    "2": ("12", "12%"),
    "3": ("14", "14%"),
    "4": ("15", "15%"),
    "5": ("5", "5%"),
    "6": ("0", "NO OBJETO DE IVA"),
    "7": ("0", "EXENTO DE IVA"),
    "8": ("8", "IVA DIFERENCIADO"),
    "10": ("13", "13%"),
}

PAYMENT_METHODS = {
    "01": "SIN UTILIZACIÓN DEL SISTEMA FINANCIERO",
    "15": "COMPENSACIÓN DE DEUDAS",
    "16": "TARJETA DE DÉBITO",
    "17": "DINERO ELECTRÓNICO",
    "18": "TARJETA PREPAGO",
    "19": "TARJETA DE CRÉDITO",
    "20": "OTROS CON UTILIZACIÓN DEL SISTEMA FINANCIERO",
    "21": "ENDOSO DE TÍTULOS",
}

WITHHELD_TAXES = {"1": "RENTA", "2": "IVA", "4": "IVA PRESUNTIVO", "6": "ISD"}

# codigoRetencion of IVA → percentage withheld.
IVA_RETENTIONS = {
    "9": "10",
    "10": "20",
    "1": "30",
    "11": "50",
    "2": "70",
    "3": "100",
    "7": "0",
    "8": "0",
}
ISD_RETENTIONS = {"4580": "5", "4586": "2.5"}

SUPPORT_DOCUMENT_NAMES = {
    "01": "FACTURA",
    "02": "NOTA DE VENTA",
    "03": "LIQUIDACIÓN DE COMPRA",
    "04": "NOTA DE CRÉDITO",
    "05": "NOTA DE DÉBITO",
    "06": "GUÍA DE REMISIÓN",
    "07": "RETENCIÓN",
    "11": "PASAJES",
    "12": "DOC. INSTITUCIÓN FINANCIERA",
    "15": "COMPROBANTE DEL EXTERIOR",
    "19": "PAGO DE CUOTAS O APORTES",
    "20": "DOC. DEL ESTADO",
    "21": "CARTA DE PORTE AÉREO",
    "41": "REEMBOLSO",
    "42": "AGENTE DE RETENCIÓN",
}

RIMPE_LEGENDS = (
    "CONTRIBUYENTE RÉGIMEN RIMPE",
    "CONTRIBUYENTE NEGOCIO POPULAR - RÉGIMEN RIMPE",
)

ENVIRONMENTS = {"1": "PRUEBAS", "2": "PRODUCCIÓN"}

# Limits of the service (ficha técnica, "consideraciones").
MAX_BYTES = 320 * 1024
FINAL_CONSUMER_LIMIT = 50
MAX_ADDITIONAL_FIELDS = 15
