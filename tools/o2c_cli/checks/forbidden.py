"""What must never be in the repository: secrets, addresses, licences that bind us."""

import argparse
import ast
import importlib.metadata
import re
import sys
from pathlib import Path

from o2c_cli.checks import files

SECRET_SUFFIXES = {".p12", ".pfx", ".pem", ".key", ".crt", ".cer", ".jks"}
# written so that this file does not find itself
SECRET_TEXT = re.compile(r"-----BEGIN (?:[A-Z]+ )*(?:PRIVATE KEY|CERTIFICATE)-----")
REGISTRIES = re.compile(
    r"\b(?:[a-z0-9-]+\.)*(?:debian|pypi|npmjs|pythonhosted)\.(?:org|com)\b"
)
COMMON_FOLDERS = {"/", "/home", "/opt", "/root", "/srv", "/tmp", "/var"}
LICENCES = {"LGPL-3"}
REQUIREMENTS = ("requirements.txt",)


def findings(odoo_addons):
    """Everything forbidden in the project.

    :param Path odoo_addons: folder of Odoo's own addons, to look up licences
    :return: list of lines "path:line: what"
    """
    found = []
    for path in files.below([]):
        found += _in_file(path)
    for manifest in sorted((files.ROOT / "addons").glob("*/__manifest__.py")):
        found += _licences_of(manifest, odoo_addons)
    return found + _packages()


def _in_file(path):
    if path.suffix in SECRET_SUFFIXES:
        return [f"{path}:1: keys and certificates do not belong in the repository"]
    try:
        text = (files.ROOT / path).read_text()
    except UnicodeDecodeError:
        return []  # pictures and the like
    rules = [
        (SECRET_TEXT, "a key or certificate"),
        (REGISTRIES, "the address of a package registry"),
        (_paths_of_this_machine(), "a path of this machine"),
    ]
    return [
        f"{path}:{text[: match.start()].count(chr(10)) + 1}: {what}: {match[0]}"
        for pattern, what in rules
        for match in pattern.finditer(text)
    ]


def _paths_of_this_machine():
    """The clone's folder, and what lies beside it where that is not everybody's."""
    parent = files.ROOT.parent
    own = files.ROOT if str(parent) in COMMON_FOLDERS else parent
    return re.compile(re.escape(f"{own}/") + r"\w")


def _licences_of(manifest, odoo_addons):
    """Dependencies and imports whose licence the suite cannot carry."""
    path = manifest.relative_to(files.ROOT)
    needed = {(name, path, 1) for name in _read(manifest).get("depends", ())}
    for source in files.below([path.parent], ".py"):
        if "tests" not in source.parts:  # test dependencies may be anything
            needed |= _imported(source)
    found = []
    for name, where, line in sorted(needed, key=str):
        of_addon = _manifest_of(name, odoo_addons)
        if of_addon is None:
            found.append(f"{where}:{line}: {name} is neither Odoo's nor ours")
        elif _read(of_addon).get("license", "LGPL-3") not in LICENCES:
            licence = _read(of_addon)["license"]
            found.append(f"{where}:{line}: {name} has the licence {licence}")
    return found


def _read(manifest):
    return ast.literal_eval(manifest.read_text())


def _imported(source):
    """Addons that a file imports from: (name, file, line)."""
    found = set()
    for node in ast.walk(ast.parse((files.ROOT / source).read_text())):
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            if name.startswith("odoo.addons."):
                found.add((name.split(".")[2], source, node.lineno))
    return found


def _manifest_of(name, odoo_addons):
    for folder in (files.ROOT / "addons", odoo_addons):
        manifest = folder / name / "__manifest__.py"
        if manifest.exists():
            return manifest
    return None


def _packages():
    """Packages that the suite runs with under the AGPL, as their metadata says."""
    found = []
    for file in REQUIREMENTS:
        text = (files.ROOT / file).read_text()
        for name in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.M):
            data = importlib.metadata.metadata(name)
            words = [data.get("License-Expression"), data.get("License")]
            words += data.get_all("Classifier") or []
            said = " ".join((w or "")[:200] for w in words)
            if re.search(r"\bAGPL|Affero", said):
                found.append(f"{file}:1: {name} is under the AGPL")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--odoo", type=Path, required=True)
    sys.exit(files.report(findings(parser.parse_args().odoo)))
