"""Reads an electronic document just enough to judge it; never trusts it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from lxml import etree

ROOTS = {
    "01": "factura",
    "03": "liquidacionCompra",
    "04": "notaCredito",
    "05": "notaDebito",
    "06": "guiaRemision",
    "07": "comprobanteRetencion",
}
# Published versions (SPEC §1); the SRI still takes the old ones.
VERSIONS = {
    "factura": {"1.0.0", "1.1.0", "2.0.0", "2.1.0"},
    "liquidacionCompra": {"1.0.0", "1.1.0"},
    "notaCredito": {"1.0.0", "1.1.0"},
    "notaDebito": {"1.0.0"},
    "guiaRemision": {"1.0.0", "1.1.0"},
    "comprobanteRetencion": {"1.0.0", "2.0.0"},
}
NAMES = {
    "01": "Factura",
    "03": "Liquidación de compra",
    "04": "Nota de Crédito",
    "05": "Nota de Débito",
    "06": "Guía de Remisión",
    "07": "Comprobante de Retención",
}
INFO = {
    "01": "infoFactura",
    "03": "infoLiquidacionCompra",
    "04": "infoNotaCredito",
    "05": "infoNotaDebito",
    "06": "infoGuiaRemision",
    "07": "infoCompRetencion",
}
RECEIVER = {
    "01": ("tipoIdentificacionComprador", "identificacionComprador"),
    "03": ("tipoIdentificacionProveedor", "identificacionProveedor"),
    "04": ("tipoIdentificacionComprador", "identificacionComprador"),
    "05": ("tipoIdentificacionComprador", "identificacionComprador"),
    "07": ("tipoIdentificacionSujetoRetenido", "identificacionSujetoRetenido"),
}


class Malformed(ValueError):
    """The bytes are not a comprobante that can be read; says why."""


@dataclass(frozen=True)
class Comprobante:
    """A parsed document and the exact bytes that it came from."""

    data: bytes
    root: etree._Element

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def root_name(self) -> str:
        return etree.QName(self.root).localname

    @property
    def version(self) -> str:
        return self.root.get("version", "")

    def tax_info(self, name: str) -> str:
        """Return the text of one element of infoTributaria, "" when missing."""
        return (self.root.findtext(f"infoTributaria/{name}") or "").strip()

    @property
    def key(self) -> str:
        return self.tax_info("claveAcceso")

    @property
    def doc_type(self) -> str:
        return self.tax_info("codDoc")

    def info(self, name: str) -> str:
        """Return the text of one element of the document's own header block."""
        block = INFO.get(self.doc_type, "infoFactura")
        return (self.root.findtext(f"{block}/{name}") or "").strip()

    @property
    def number(self) -> tuple[str, str, str, str]:
        """RUC, document type, series and sequential: what must be unique."""
        return (
            self.tax_info("ruc"),
            self.doc_type,
            self.tax_info("estab") + self.tax_info("ptoEmi"),
            self.tax_info("secuencial"),
        )

    @property
    def receivers(self) -> list[tuple[str, str]]:
        """(type, identification) of everybody to whom the document is addressed."""
        if self.doc_type == "06":
            found = self.root.findall("destinatarios/destinatario")
            ids = [item.findtext("identificacionDestinatario") or "" for item in found]
            return [("", text.strip()) for text in ids]
        names = RECEIVER.get(self.doc_type)
        return [(self.info(names[0]), self.info(names[1]))] if names else []


def parse(data: bytes) -> Comprobante:
    """Parse a document without touching network, DTDs or entities.

    :param data: the bytes that were received
    :raises Malformed: when they are not UTF-8 well-formed XML without a DTD
    """
    if data.startswith(b"\xef\xbb\xbf"):
        raise Malformed("El archivo empieza con una marca de orden de bytes (BOM)")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"El archivo no está en UTF-8: byte {error.start}") from error
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Malformed(str(error)) from error
    info = root.getroottree().docinfo
    if info.internalDTD is not None:
        raise Malformed("El archivo trae un DOCTYPE")
    if (info.encoding or "UTF-8").upper() != "UTF-8":
        raise Malformed(f"El archivo declara la codificación {info.encoding}")
    return Comprobante(data, root)


def peek_key(data: bytes) -> str:
    """Find the access key in bytes that may not even be XML, for the log."""
    found = re.search(rb"<claveAcceso>\s*([0-9]{1,60})\s*</claveAcceso>", data)
    return found[1].decode() if found else ""
