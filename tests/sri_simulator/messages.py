"""Identifiers and texts of the SRI's messages (SPEC §6.2)."""

from __future__ import annotations

from dataclasses import dataclass

ERROR = "ERROR"
WARNING = "ADVERTENCIA"
INFORMATIVE = "INFORMATIVO"

TEXTS = {
    "2": "RUC DEL EMISOR NO SE ENCUENTRA ACTIVO",
    "10": "ESTABLECIMIENTO DEL EMISOR CLAUSURADO",
    "26": "TAMAÑO MAXIMO SUPERADO",
    "27": "CLASE NO PERMITIDO",
    "28": "ACUERDO DE MEDIOS ELECTRONICOS NO ACEPTADO",
    "34": "COMPROBANTE NO AUTORIZADO",
    "35": "ARCHIVO NO CUMPLE ESTRUCTURA XML",
    "36": "VERSION ESQUEMA DESCONTINUADA",
    "37": "RUC SIN AUTORIZACION DE EMISION",
    "39": "FIRMA INVALIDA",
    "40": "ERROR EN EL CERTIFICADO",
    "42": "CERTIFICADO REVOCADO O CADUCADO",
    "43": "CLAVE ACCESO REGISTRADA",
    "45": "ERROR SECUENCIAL REGISTRADO",
    "46": "RUC NO EXISTE",
    "47": "TIPO DE COMPROBANTE NO EXISTE",
    "48": "ESQUEMA XSD NO EXISTE",
    "49": "ARGUMENTOS QUE ENVIAN AL WS NULOS",
    "50": "ERROR INTERNO GENERAL",
    "52": "ERROR EN DIFERENCIAS",
    "56": "ERROR ESTABLECIMIENTO CERRADO",
    "57": "AUTORIZACION SUSPENDIDA",
    "58": "ERROR EN LA ESTRUCTURA DE CLAVE ACCESO",
    "60": "ESTE PROCESO FUE REALIZADO EN EL AMBIENTE DE PRUEBAS",
    "62": "IDENTIFICACION INCORRECTA",
    "63": "RUC CLAUSURADO",
    "64": "CODIGO DOCUMENTO SUSTENTO NO EXISTE",
    "65": "FECHA EMISION EXTEMPORANEA",
    "67": "FECHA INVALIDA",
    "69": "IDENTIFICACION DEL RECEPTOR NO EXISTE",
    "70": "CLAVE DE ACCESO EN PROCESAMIENTO",
    "80": "ERROR EN LA ESTRUCTURA DE LA CLAVE DE ACCESO",
    "82": "ERROR EN LA FECHA DE INICIO DE TRANSPORTE",
    "90": "ERROR 90",
    "99": "ERROR AL CONSULTAR DATOS DEL SERVICIO WEB",
}


@dataclass(frozen=True)
class Message:
    """One ``mensaje`` of an answer."""

    code: str
    text: str
    info: str = ""
    kind: str = ERROR

    @property
    def is_error(self) -> bool:
        return self.kind == ERROR


def message(code: str, info: str = "", kind: str = ERROR) -> Message:
    """Build the message of an identifier with the SRI's own text."""
    return Message(code, TEXTS.get(code, f"ERROR {code}"), info, kind)
