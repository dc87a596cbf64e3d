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


def total(name, results):
    """Sum what the parts of one kind of test gave.

    :param str name: of the kind
    :param results: list of Result
    """
    passed = sum(result.passed for result in results)
    return Result(name, passed, sum(result.failed for result in results))
