"""Sentences for the problems that we find ourselves, in English and Spanish."""

from __future__ import annotations

from .errors import Message

_TEXTS: dict[str, tuple[str, str]] = {
    # Content of a document
    "missing": ("{where}: a value is missing.", "{where}: falta un valor."),
    "empty_list": (
        "{where}: at least one entry is needed.",
        "{where}: se necesita al menos un elemento.",
    ),
    "decimals": (
        "{where}: {value} has more than {digits} decimals.",
        "{where}: {value} tiene más de {digits} decimales.",
    ),
    "not_number": (
        "{where}: “{value}” is not a number.",
        "{where}: «{value}» no es un número.",
    ),
    "not_date": (
        "{where}: “{value}” is not a date dd/mm/yyyy.",
        "{where}: «{value}» no es una fecha dd/mm/aaaa.",
    ),
    "not_yes_no": (
        "{where}: “{value}” is neither SI nor NO.",
        "{where}: «{value}» no es SI ni NO.",
    ),
    "wrong_type": (
        "{where}: {value} cannot be written here.",
        "{where}: {value} no se puede escribir aquí.",
    ),
    "not_issued": (
        "{name} {version} can be read but is not issued; use {current}.",
        "{name} {version} se puede leer pero no emitir; use {current}.",
    ),
    # Rules beyond the schema
    "key_invalid": (
        "The access key {key} is malformed.",
        "La clave de acceso {key} está mal formada.",
    ),
    "key_mismatch": (
        "The access key says {in_key} for {part}, the document says {in_document}.",
        "La clave de acceso dice {in_key} en {part}, el documento dice {in_document}.",
    ),
    "final_consumer_limit": (
        "A sale over USD {limit} needs an identified buyer, not the final consumer "
        "(ficha técnica 9.10).",
        "Una venta de más de USD {limit} necesita un comprador identificado, no "
        "consumidor final (ficha técnica 9.10).",
    ),
    "final_consumer_type": (
        "{name}: the receiver must be identified; only a factura may go to the "
        "final consumer.",
        "{name}: el receptor debe estar identificado; solo la factura admite "
        "consumidor final.",
    ),
    "final_consumer_id": (
        "The final consumer has identification type 07 and number {id}.",
        "El consumidor final lleva tipo de identificación 07 y número {id}.",
    ),
    "id_length": (
        "{number} is not a {kind}: it must have {length} digits.",
        "{number} no es {kind}: debe tener {length} dígitos.",
    ),
    "too_many_fields": (
        "{count} additional fields; the SRI accepts {limit}, RUC Proveedor included.",
        "{count} campos adicionales; el SRI acepta {limit}, incluido RUC Proveedor.",
    ),
    "no_payment": (
        "The payment method is missing.",
        "Falta la forma de pago.",
    ),
    "carrier_id_type": (
        "The carrier of a guía has identification type 04 to 07, not 08.",
        "El transportista de una guía lleva tipo de identificación 04 a 07, no 08.",
    ),
    "transport_dates": (
        "The transport ends on {end}, before it starts on {start}.",
        "El transporte termina el {end}, antes de iniciar el {start}.",
    ),
    "transport_before_guide": (
        "The transport starts on {start}, before the guide's date {issued}.",
        "El transporte inicia el {start}, antes de la fecha de la guía {issued}.",
    ),
    "subject_kind": (
        "The kind of subject (01/02) goes only with a foreign identification (08).",
        "El tipo de sujeto (01/02) va solo con identificación del exterior (08).",
    ),
    "too_big": (
        "The signed file has {size} bytes; the SRI accepts {limit}.",
        "El archivo firmado tiene {size} bytes; el SRI acepta {limit}.",
    ),
    # Amounts
    "line_subtotal": (
        "Line {line}: quantity × price − discount is {expected}, not {found}.",
        "Línea {line}: cantidad × precio − descuento es {expected}, no {found}.",
    ),
    "line_base": (
        "Line {line}: the base of tax {tax} should be {expected}, not {found}.",
        "Línea {line}: la base del impuesto {tax} debe ser {expected}, no {found}.",
    ),
    "line_tax": (
        "Line {line}: tax {tax} on {base} at {rate}% is {expected}, not {found}.",
        "Línea {line}: el impuesto {tax} sobre {base} al {rate}% es {expected}, no "
        "{found}.",
    ),
    "subtotal": (
        "The lines sum up to {expected} before taxes; the document says {found}.",
        "Las líneas suman {expected} sin impuestos; el documento dice {found}.",
    ),
    "discount": (
        "The discounts of the lines sum up to {expected}; the document says {found}.",
        "Los descuentos de las líneas suman {expected}; el documento dice {found}.",
    ),
    "tax_base": (
        "Tax {tax}: the bases of the lines sum up to {expected}; the total says "
        "{found}.",
        "Impuesto {tax}: las bases de las líneas suman {expected}; el total dice "
        "{found}.",
    ),
    "tax_amount": (
        "Tax {tax} on {base} at {rate}% is {expected}, not {found}.",
        "El impuesto {tax} sobre {base} al {rate}% es {expected}, no {found}.",
    ),
    "tax_twice": (
        "Tax {tax} has more than one total.",
        "El impuesto {tax} tiene más de un total.",
    ),
    "tax_rate": (
        "IVA code {code} means {expected}%, not {found}%.",
        "El código de IVA {code} significa {expected}%, no {found}%.",
    ),
    "total": (
        "The total should be {expected}; the document says {found}.",
        "El total debe ser {expected}; el documento dice {found}.",
    ),
    "payments": (
        "The payments sum up to {expected}; the total is {found}.",
        "Los pagos suman {expected}; el total es {found}.",
    ),
    "tip": (
        "The tip {found} is more than 10% of {base}.",
        "La propina {found} supera el 10% de {base}.",
    ),
    "charges": (
        "The charges sum up to {expected}; the document says {found}.",
        "Los cargos suman {expected}; el documento dice {found}.",
    ),
    "reimbursement": (
        "Reimbursements: {part} sums up to {expected}; the document says {found}.",
        "Reembolsos: {part} suma {expected}; el documento dice {found}.",
    ),
    "retention": (
        "{number}, code {code}: {rate}% of {base} is {expected}, not {found}.",
        "{number}, código {code}: el {rate}% de {base} es {expected}, no {found}.",
    ),
    "support_total": (
        "{number}: subtotal plus taxes is {expected}, more than its total {found}.",
        "{number}: subtotal más impuestos es {expected}, más que su total {found}.",
    ),
    # Reading
    "not_xml": (
        "This is not well-formed XML: {detail}",
        "Esto no es XML bien formado: {detail}",
    ),
    "doctype": (
        "XML with a DOCTYPE is refused: a comprobante never has one.",
        "Se rechaza XML con DOCTYPE: un comprobante nunca lo lleva.",
    ),
    "input_too_big": (
        "The file has {size} bytes; a comprobante has at most {limit}.",
        "El archivo tiene {size} bytes; un comprobante tiene máximo {limit}.",
    ),
    "not_comprobante": (
        "“{root}” is not one of the SRI's documents.",
        "«{root}» no es un comprobante del SRI.",
    ),
    "unknown_version": (
        "{root} version “{version}” is unknown.",
        "No se conoce la versión «{version}» de {root}.",
    ),
    "wrong_code": (
        "{root} carries document code {found} instead of {expected}.",
        "{root} lleva el código de documento {found} en lugar de {expected}.",
    ),
    "empty_wrapper": (
        "The authorisation holds no comprobante (state: {state}).",
        "La autorización no contiene un comprobante (estado: {state}).",
    ),
    "report_too_big": (
        "The report has {size} bytes; at most {limit} are read: export fewer days.",
        "El reporte tiene {size} bytes; se leen máximo {limit}: exporte menos días.",
    ),
    "bad_zip": (
        "The ZIP file cannot be opened: {detail}",
        "No se puede abrir el archivo ZIP: {detail}",
    ),
    "too_many_files": (
        "The ZIP file holds more than {limit} documents: send it in parts.",
        "El archivo ZIP contiene más de {limit} documentos: envíelo por partes.",
    ),
    "no_keys": (
        "The file holds no access key: export “Comprobantes recibidos” as TXT from "
        "SRI en Línea.",
        "El archivo no contiene claves de acceso: exporte «Comprobantes recibidos» "
        "como TXT desde SRI en Línea.",
    ),
    "bad_key_in_line": (
        "Line {line}: {key} is not a valid access key.",
        "Línea {line}: {key} no es una clave de acceso válida.",
    ),
    "bad_logo": (
        "The logo is not a readable image: load a PNG or JPEG ({detail}).",
        "El logotipo no es una imagen legible: cargue un PNG o JPEG ({detail}).",
    ),
    # Certificate
    "not_p12": (
        "The file is not a .p12 certificate: choose the file that your certification "
        "authority delivered.",
        "El archivo no es un certificado .p12: elija el que le entregó su entidad de "
        "certificación.",
    ),
    "wrong_password": (
        "The password of the .p12 file is wrong.",
        "La contraseña del archivo .p12 es incorrecta.",
    ),
    "no_key": (
        "The .p12 file holds no private key: export it again with its key.",
        "El archivo .p12 no contiene clave privada: expórtelo de nuevo con la clave.",
    ),
    "no_matching_certificate": (
        "No certificate in the .p12 file belongs to its private key.",
        "Ningún certificado del archivo .p12 corresponde a su clave privada.",
    ),
    "not_rsa": (
        "The key is not RSA: the SRI accepts RSA certificates only.",
        "La clave no es RSA: el SRI solo acepta certificados RSA.",
    ),
    "not_for_signing": (
        "The certificate is not for digital signature (it is for encryption or "
        "authentication): use the signing one.",
        "El certificado no es de firma digital (es de cifrado o autenticación): use "
        "el de firma.",
    ),
    "expired": (
        "The certificate of {holder} expired on {date}: renew it.",
        "El certificado de {holder} caducó el {date}: renuévelo.",
    ),
    "not_yet_valid": (
        "The certificate of {holder} is valid only from {date}.",
        "El certificado de {holder} es válido recién desde el {date}.",
    ),
    "other_holder": (
        "The certificate belongs to {ids}, not to RUC {ruc}.",
        "El certificado pertenece a {ids}, no al RUC {ruc}.",
    ),
    # Signature
    "self_check": (
        "The signature just made does not verify: {detail}",
        "La firma recién hecha no se verifica: {detail}",
    ),
    "algorithm": (
        "Unknown signature algorithm {name}: use sha1 or sha256.",
        "Algoritmo de firma desconocido {name}: use sha1 o sha256.",
    ),
    # Connection
    "no_answer": (
        "The SRI does not answer",
        "El SRI no responde",
    ),
    "bad_answer": (
        "The SRI answered with something that is not its service",
        "El SRI respondió algo que no es su servicio",
    ),
}


def message(problem: str, /, additional: object = "", **facts: object) -> Message:
    """Return ``problem`` with its facts filled in, in both languages.

    :param additional: what helps a technician and nobody else.
    """
    english, spanish = _TEXTS[problem]
    return Message(
        problem,
        english.format(**facts),
        additional=str(additional),
        es=spanish.format(**facts),
    )
