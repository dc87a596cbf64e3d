"""The SRI's own schemas and service descriptions, wherever this machine has them.

They are not in this repository. Two sources: the addon that requirements-official.txt
names, whose copies lack the reference to the signature and the legend of RIMPE
"negocio popular"; and a folder ``shared/sri`` beside the repository.
"""

import re
from functools import cache
from pathlib import Path

from lxml import etree

from o2c_cli import project
from sri_simulator.schemas import OFFICIAL_NAMES, RIMPE, RIMPE_ALL

ADDON = project.HOME / "official" / "odoo" / "addons" / "l10n_ec_account_edi"
SHARED = project.ROOT.parent / "shared" / "sri"


def schemas() -> dict[str, Path]:
    """Return the folders that hold official schemas, by a name for the test."""
    return {
        name: folder
        for name, folder in {
            "addon": ADDON / "data" / "xsd",
            "shared": SHARED / "xsd",
        }.items()
        if folder.is_dir()
    }


def descriptions(service: str) -> list[Path]:
    """Return the official WSDL files of a service; they differ in its address only."""
    folders = (ADDON / "tests" / "wsdl", SHARED / "wsdl")
    return [file for f in folders for file in sorted(f.glob(f"{service}*.wsdl"))]


@cache
def schema(folder: Path, root: str, version: str) -> etree.XMLSchema:
    """Return a schema with the second legend allowed in memory (SPEC 1.1)."""
    path = folder / f"{OFFICIAL_NAMES[root]}_V{version}.xsd"
    text = path.read_text("utf-8-sig")
    text = text.replace(f'value="{RIMPE}"', f'value="{RIMPE_ALL}"')
    text = re.sub(r"^<\?xml[^>]*\?>", "", text).lstrip()
    return etree.XMLSchema(etree.fromstring(text, base_url=str(path)))
