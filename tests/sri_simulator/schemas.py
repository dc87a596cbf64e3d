"""XML schema checks: the product's schemas, and the official ones where present."""

from __future__ import annotations

import functools
import importlib
import os
import sys
import threading
from pathlib import Path
from types import ModuleType

from lxml import etree

from .comprobante import Comprobante

REPOSITORY = Path(__file__).resolve().parents[2]
OFFICIAL_NAMES = {
    "factura": "factura",
    "liquidacionCompra": "LiquidacionCompra",
    "notaCredito": "NotaCredito",
    "notaDebito": "NotaDebito",
    "guiaRemision": "GuiaRemision",
    "comprobanteRetencion": "ComprobanteRetencion",
}
# The published pattern lacks the second text of ficha annex 22, which real
# authorised files carry (SPEC §1.1); widened in memory, the files stay as they are.
RIMPE = "CONTRIBUYENTE RÉGIMEN RIMPE"
RIMPE_ALL = f"{RIMPE}|CONTRIBUYENTE NEGOCIO POPULAR - RÉGIMEN RIMPE"

# An XMLSchema, shared by all threads, keeps its error log in itself.
_LOCK = threading.Lock()


def load_core(module: str) -> ModuleType | None:
    """Import a module of the product's ``sri_core``; None where it is not there.

    Inside Odoo the addon's own copy is used, else the one of this repository.
    """
    if "odoo.addons.o2c_sri_einvoice" in sys.modules:
        return importlib.import_module(
            f"odoo.addons.o2c_sri_einvoice.sri_core.{module}"
        )
    addon = REPOSITORY / "addons" / "o2c_sri_einvoice"
    if not (addon / "sri_core" / f"{module}.py").exists():
        return None
    if str(addon) not in sys.path:
        sys.path.append(str(addon))
    return importlib.import_module(f"sri_core.{module}")


def official_folder(folder: str | os.PathLike | None = None) -> Path | None:
    """Find the official XSDs: argument, ``O2C_SRI_XSD``, or beside the repository."""
    named = folder or os.environ.get("O2C_SRI_XSD")
    found = Path(named) if named else REPOSITORY.parent / "shared" / "sri" / "xsd"
    return found if found.is_dir() else None


class Schemas:
    """Validates documents; schemas are compiled once per process."""

    def __init__(self, folder: str | os.PathLike | None = None):
        self.folder = official_folder(folder)
        self._core = load_core("schema")

    @property
    def sources(self) -> list[str]:
        """Say which schemas judge the documents."""
        sources = ["sri_core"] if self._core else []
        return sources + ([f"official ({self.folder})"] if self.folder else [])

    def validate(self, comprobante: Comprobante) -> list[str]:
        """Return every breach of the schemas, empty when the document fits."""
        problems = self._official_errors(comprobante)
        return problems or self._core_errors(comprobante)

    def _official_path(self, comprobante: Comprobante) -> Path:
        name = OFFICIAL_NAMES.get(comprobante.root_name, comprobante.root_name)
        return self.folder / f"{name}_V{comprobante.version}.xsd"

    def _official_errors(self, comprobante: Comprobante) -> list[str]:
        path = self.folder and self._official_path(comprobante)
        if not path or not path.exists():
            return []
        with _LOCK:
            schema = _compile(path)
            if schema.validate(comprobante.root):
                return []
            return [f"línea {e.line}: {e.message}" for e in schema.error_log]

    def _core_errors(self, comprobante: Comprobante) -> list[str]:
        if self._core is None:
            return []
        with _LOCK:
            return list(self._core.validate(comprobante.data))


@functools.cache
def _compile(path: Path) -> etree.XMLSchema:
    tree = etree.parse(path, etree.XMLParser(no_network=True))
    for pattern in tree.iter("{http://www.w3.org/2001/XMLSchema}pattern"):
        if pattern.get("value") == RIMPE:
            pattern.set("value", RIMPE_ALL)
    return etree.XMLSchema(tree)
