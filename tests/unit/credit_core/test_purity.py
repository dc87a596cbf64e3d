"""The core stays importable without Odoo, and its examples are true."""

import doctest
import subprocess
import sys
from pathlib import Path

import credit_core.dso
import credit_core.exposure
import pytest


def test_core_imports_no_odoo():
    code = "import credit_core, sys; sys.exit('odoo' in sys.modules)"
    folder = Path(credit_core.__file__).parents[1]
    assert subprocess.call([sys.executable, "-c", code], cwd=folder) == 0


@pytest.mark.parametrize("module", [credit_core.dso, credit_core.exposure])
def test_examples_in_docstrings(module):
    result = doctest.testmod(module)
    assert result.attempted and not result.failed
