"""The SRI's own schemas, wherever they can be found on this machine.

They are not in this repository. Two sources: a folder ``shared/sri/xsd`` beside the
repository, and the wheel ``odoo-addon-l10n-ec-account-edi`` (installed without its
dependencies), whose copies lack the reference to the signature and accept the
legend of RIMPE "negocio popular".
"""

import re
from functools import cache
from importlib import metadata
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parents[3]
NAMES = {
    "factura": "factura",
    "liquidacionCompra": "LiquidacionCompra",
    "notaCredito": "NotaCredito",
    "notaDebito": "NotaDebito",
    "guiaRemision": "GuiaRemision",
    "comprobanteRetencion": "ComprobanteRetencion",
}
_LEGEND = "CONTRIBUYENTE RÉGIMEN RIMPE"
_POPULAR = "CONTRIBUYENTE NEGOCIO POPULAR - RÉGIMEN RIMPE"


def folders() -> dict[str, Path]:
    """Return the folders that hold official schemas, by a name for the test."""
    found = {"shared": ROOT.parent / "shared" / "sri" / "xsd"}
    try:
        files = metadata.files("odoo-addon-l10n-ec-account-edi") or ()
    except metadata.PackageNotFoundError:
        files = ()
    for file in files:
        if file.name == "factura_V1.1.0.xsd":
            found["wheel"] = Path(str(file.locate())).parent
    return {name: folder for name, folder in found.items() if folder.is_dir()}


@cache
def schema(folder: Path, root: str, version: str) -> etree.XMLSchema:
    """Return a schema with the second legend allowed in memory (SPEC 1.1)."""
    path = folder / f"{NAMES[root]}_V{version}.xsd"
    text = path.read_text("utf-8-sig")
    text = text.replace(f'value="{_LEGEND}"', f'value="{_LEGEND}|{_POPULAR}"')
    text = re.sub(r"^<\?xml[^>]*\?>", "", text).lstrip()
    return etree.XMLSchema(etree.fromstring(text, base_url=str(path)))
