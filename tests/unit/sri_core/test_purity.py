"""The core stands alone: no Odoo, no clock, no dice, no network at import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import sri_core

FOLDER = Path(sri_core.__file__).parent
SOURCES = sorted(FOLDER.rglob("*.py"))
ALLOWED = {"lxml", "cryptography", "zeep", "requests", "reportlab"}
FORBIDDEN_CALLS = {"now", "today", "utcnow", "time", "sleep", "urandom", "random"}


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0], node.level


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_imports_are_relative_or_allowed(path):
    for name, level in imports(ast.parse(path.read_text())):
        assert level or name in ALLOWED or name in sys.stdlib_module_names, name
        assert name not in ("random", "secrets", "time", "uuid", "socket")


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_clock_and_chance_are_arguments(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in FORBIDDEN_CALLS, ast.unparse(node)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(FOLDER)))
def test_files_stay_small(path):
    assert len(path.read_text().splitlines()) <= 400


def test_importing_everything_brings_no_odoo():
    modules = [
        ".".join(("sri_core", *p.relative_to(FOLDER).with_suffix("").parts))
        for p in SOURCES
        if p.name != "__init__.py"
    ]
    code = (
        f"import sys; sys.path.insert(0, {str(FOLDER.parent)!r})\n"
        f"import {', '.join(modules)}\n"
        "assert not [m for m in sys.modules if m.partition('.')[0] == 'odoo']"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
