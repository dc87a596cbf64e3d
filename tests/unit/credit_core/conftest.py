"""Lets the tests import the pure core without Odoo."""

import sys
from pathlib import Path

ADDON = Path(__file__).parents[3] / "addons" / "o2c_credit_control"
if str(ADDON) not in sys.path:
    sys.path.insert(0, str(ADDON))
