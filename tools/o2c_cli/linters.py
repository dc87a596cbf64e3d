"""The lint set: each linter is a pinned command, its output is what it found."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import odoo_source, project
from .system import run
from .ui import Problem, task

CHECKS = Path(__file__).parent / "checks"
CONFIG = project.ROOT / "pyproject.toml"
NODE_TOOLS = project.ROOT / "tools" / "node"
NODE = project.HOME / "node"
EVERYTHING = ("addons", "tests", "tools", "o2c")


@dataclass
class Linter:
    """One linter and what its check and its repair are called as.

    :param str name: as shown to the person
    :param list check: command that ends with 0 when there is nothing to say
    :param list fix: command that repairs what it can, or None
    """

    name: str
    check: list
    fix: list = None

    def run(self, *, fix=False):
        """Check, after repairing when asked to.

        :return: what it found, as text; empty when all is well
        """
        if fix and self.fix:
            _call(self.fix)
        done = _call(self.check)
        if not done.returncode:
            return ""
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        return "\n".join(lines) or f"{self.name} ended with {done.returncode}"


def _call(command):
    return subprocess.run(
        [str(part) for part in command],
        cwd=project.ROOT,
        env={**os.environ, "PYTHONPATH": str(project.ROOT / "tools")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def linters(paths=()):
    """The linters for some paths.

    :param paths: as `named` gives them; nothing means everything
    :return: list of Linter
    """
    paths = list(paths) or list(EVERYTHING)
    addons = _addons_in(paths)
    found = [*_python(paths), *_own(paths)]
    if addons:
        found += _odoo(addons)
    if shutil.which("npm"):
        found += _prettier(paths)
    return found


def left_out(paths=()):
    """Names of the linters that these paths call for and this machine cannot run."""
    wanted = _xml_in(list(paths) or list(EVERYTHING))
    return [] if shutil.which("npm") or not wanted else ["prettier-xml"]


def named(paths):
    """What a person named, relative to the project.

    :raise Problem: for what is not there or not of the project
    """
    return [_relative(path) for path in paths]


def _relative(path):
    found = Path(path).resolve()
    if not found.exists():
        raise Problem(f"There is no {path}.", "Name files or folders of the project.")
    if not found.is_relative_to(project.ROOT):
        raise Problem(
            f"{path} is not in the project.", f"Name something below {project.ROOT}."
        )
    return str(found.relative_to(project.ROOT))


def _addons_in(paths):
    """The addons that the paths touch."""
    touched = []
    for addon in project.suite_addons():
        folder = f"addons/{addon}"
        if any(p in (".", "addons") or f"{p}/".startswith(f"{folder}/") for p in paths):
            touched.append(folder)
    return touched


def _python(paths):
    # ruff reads whatever file it is given as Python
    paths = [p for p in paths if p == "o2c" or Path(p).suffix in ("", ".py")]
    if not paths:
        return []
    ruff = [project.VENV / "bin" / "ruff"]
    return [
        Linter(
            "ruff check",
            [*ruff, "check", "--quiet", "--output-format=concise", *paths],
            [*ruff, "check", "--quiet", "--fix", *paths],
        ),
        Linter(
            "ruff format",
            [*ruff, "format", "--check", "--output-format=concise", *paths],
            [*ruff, "format", "--quiet", *paths],
        ),
    ]


def _odoo(addons):
    tools = project.VENV / "bin"
    catalogues = [
        str(path.relative_to(project.ROOT))
        for addon in addons
        for path in sorted((project.ROOT / addon).glob("i18n/*.po*"))
    ]
    # README.md is the house's choice; Odoo's own export decides how a .po looks
    hooks = [tools / "oca-checks-odoo-module", "--disable=prefer-readme-rst"]
    catalogue_hooks = [tools / "oca-checks-po", "--disable=po-pretty-format"]
    found = [
        Linter("pylint-odoo", [tools / "pylint", f"--rcfile={CONFIG}", *addons]),
        Linter("oca-checks-odoo-module", [*hooks, *addons], [*hooks, "--fix", *addons]),
    ]
    if catalogues:
        found.append(Linter("oca-checks-po", [*catalogue_hooks, *catalogues]))
    return found


def _own(paths):
    odoo = odoo_source.ensure().import_root / "odoo" / "addons"
    return [
        Linter("sizes", [project.PYTHON, CHECKS / "sizes.py", *paths]),
        Linter("well-formed XML", [project.PYTHON, CHECKS / "wellformed.py", *paths]),
        Linter("translations", [project.PYTHON, CHECKS / "catalogues.py", *paths]),
        Linter("forbidden", [project.PYTHON, CHECKS / "forbidden.py", "--odoo", odoo]),
    ]


def _prettier(paths):
    """The XML formatter lives in npm; without npm only well-formedness is checked."""
    patterns = _xml_in(paths)
    if not patterns:
        return []
    _install_prettier()
    modules = NODE / "node_modules"
    command = [modules / ".bin" / "prettier"]
    command += [f"--config={NODE_TOOLS / 'prettier.json'}"]
    command += [f"--plugin={modules / '@prettier/plugin-xml/src/plugin.js'}"]
    command += ["--log-level=warn", "--no-error-on-unmatched-pattern"]
    return [
        Linter(
            "prettier-xml",
            [*command, "--check", *patterns],
            [*command, "--write", *patterns],
        )
    ]


def _xml_in(paths):
    """Patterns of the addons' XML below some paths."""
    return [
        p if Path(p).suffix else f"{p}/**/*.xml"
        for p in paths
        if p.startswith("addons") and Path(p).suffix in ("", ".xml")
    ]


def _install_prettier():
    lock = NODE_TOOLS / "package-lock.json"
    installed = NODE / "package-lock.json"
    ready = NODE / "node_modules" / ".package-lock.json"
    if ready.exists() and installed.read_bytes() == lock.read_bytes():
        return
    NODE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(NODE_TOOLS / name, NODE / name)
    with task("installing the XML formatter"):
        run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=NODE,
            log=project.LOGS / "npm.log",
            remedy="Is npm's registry reachable?",
        )
