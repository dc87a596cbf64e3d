"""Puts every addon folder that holds a pure core on the path; sets up hypothesis.

Only those folders, never ``addons`` itself: addon names would shadow libraries.
"""

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

ROOT = Path(__file__).resolve().parents[2]

sys.path[:0] = sorted(
    {str(core.parent) for core in ROOT.glob("addons/*/*_core") if core.is_dir()}
)

# With everything else that the machine keeps, not beside the sources.
set_hypothesis_home_dir(ROOT / ".o2c" / "hypothesis")

# Quick and the same each time by default; O2C_FUZZ=1 searches long and at random.
settings.register_profile(
    "quick",
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "fuzz",
    parent=settings.get_profile("quick"),
    max_examples=2000,
    derandomize=False,
)
settings.load_profile("fuzz" if os.environ.get("O2C_FUZZ") else "quick")
