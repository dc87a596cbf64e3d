"""Where everything of this clone lives; nothing is written anywhere else."""

import ast
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


def tested_addons():
    """Those with tests of their own; the demo's is the story in tests/system."""
    return [a for a in suite_addons() if (ADDONS / a / "tests").is_dir()]


def suite_dependencies(addon):
    """The suite's addons that an addon needs, itself included, in order of name."""
    known, found, waiting = set(suite_addons()), set(), [addon]
    while waiting:
        name = waiting.pop()
        found.add(name)
        manifest = ast.literal_eval((ADDONS / name / "__manifest__.py").read_text())
        waiting += known & set(manifest["depends"]) - found
    return sorted(found)


def content_hash(paths, text="", *, without=()):
    """Digest of the files' names and bytes, to know when something prepared is stale.

    :param paths: files or folders
    :param str text: what else the prepared thing depends on
    :param without: names of folders whose content does not count
    :return: 16 hexadecimal digits
    """
    ignored = {"__pycache__", *without}
    digest = hashlib.sha256(text.encode())
    for path in sorted(Path(p) for p in paths):
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            name = file.relative_to(ROOT)
            if file.is_file() and ignored.isdisjoint(name.parts):
                digest.update(str(name).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def prepare_folders():
    for folder in (HOME, DOWNLOADS, LOGS, RUN, DATA):
        folder.mkdir(parents=True, exist_ok=True)
