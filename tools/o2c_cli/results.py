"""What a kind of test gave, and how Odoo says it."""

import re
from dataclasses import dataclass

ODOO_RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


@dataclass
class Result:
    """What one kind of test gave.

    :param tuple left_out: names of what this machine could not run
    """

    name: str
    passed: int
    failed: int
    left_out: tuple = ()

    def words_on_left_out(self):
        """The end of a line that sums this up; empty when nothing was left out."""
        names = ", ".join(self.left_out)
        return f"; left out, so not checked: {names}" if names else ""


def total(name, results):
    """Sum what the parts of one kind of test gave.

    :param str name: of the kind
    :param results: list of Result
    """
    passed = sum(result.passed for result in results)
    return Result(name, passed, sum(result.failed for result in results))
