"""Where everything of this clone lives; nothing is written anywhere else."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("O2C_HOME") or ROOT / ".o2c").resolve()

ADDONS = ROOT / "addons"
VENV = HOME / "venv"
ODOO = HOME / "odoo"
DOWNLOADS = HOME / "downloads"
LOGS = HOME / "logs"
RUN = HOME / "run"
DATA = HOME / "data"

# Two clones on one machine share nothing: whatever must live outside the clone
# (sockets with their short path limit, a cluster that root may not own) carries this.
CLONE_ID = hashlib.sha256(str(HOME).encode()).hexdigest()[:10]

PYTHON = VENV / "bin" / "python"


def suite_addons():
    """The suite's addons, in the order of their names."""
    return sorted(p.parent.name for p in ADDONS.glob("*/__manifest__.py"))


def content_hash(paths, text=""):
    """Digest of the files' names and bytes, to know when something prepared is stale.

    :param paths: files or folders
    :param str text: what else the prepared thing depends on
    :return: 16 hexadecimal digits
    """
    digest = hashlib.sha256(text.encode())
    for path in sorted(Path(p) for p in paths):
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(ROOT)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def prepare_folders():
    for folder in (HOME, DOWNLOADS, LOGS, RUN, DATA):
        folder.mkdir(parents=True, exist_ok=True)
