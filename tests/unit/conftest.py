"""Puts every addon folder that holds a pure core on the path.

Only those folders, never ``addons`` itself: addon names would shadow libraries.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

sys.path[:0] = sorted(
    str(core.parent) for core in ROOT.glob("addons/*/*_core") if core.is_dir()
)
sys.path.insert(0, str(ROOT / "tools"))
