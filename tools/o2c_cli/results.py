"""What a kind of test gave, and how Odoo says it."""

import re
from dataclasses import dataclass

ODOO_RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


@dataclass
class Result:
    """What one kind of test gave."""

    name: str
    passed: int
    failed: int
