"""WSDL of each service with this server's address in it."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

FOLDER = Path(__file__).parent / "wsdl"


def description(service_path: str, address: str) -> bytes:
    """Return the WSDL of a service.

    :param service_path: last part of its URL, as ``ConsultaComprobante``
    :param address: URL where it is called
    """
    text = (FOLDER / f"{service_path}.wsdl").read_text(encoding="utf-8")
    return text.replace('"@ADDRESS@"', quoteattr(address)).encode()
