"""The core is plain Python, and its examples are true."""

import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import consignment_core
import pytest

MODULES = [m.name for m in pkgutil.iter_modules(consignment_core.__path__)]


def test_no_odoo_is_imported():
    addon = Path(consignment_core.__file__).parents[1]
    code = (
        "import sys, consignment_core; "
        "sys.exit(any(m.split('.')[0] == 'odoo' for m in sys.modules))"
    )
    # -S: the environment's .pth files put Odoo on the path
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], env={"PYTHONPATH": str(addon)}, check=False
    )
    assert done.returncode == 0


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(f"consignment_core.{name}")
    assert doctest.testmod(module).failed == 0
