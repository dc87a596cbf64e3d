import sys
from pathlib import Path

ADDON = Path(__file__).parents[3] / "addons" / "o2c_supplier_portal"
if str(ADDON) not in sys.path:
    sys.path.insert(0, str(ADDON))
