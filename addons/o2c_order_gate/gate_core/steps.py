"""Steps of an approval: who has to accept what, and in which order."""

from collections.abc import Iterable
from dataclasses import dataclass

from .finding import Finding


@dataclass(frozen=True)
class Step:
    """Findings that as many of the same people decide at the same level."""

    level: int
    approver_group: str
    approver_ids: tuple[int, ...]
    approvers_needed: int
    findings: tuple[Finding, ...]


def plan(findings: Iterable[Finding]):
    """Steps for a set of findings, low levels first; equal approvers share one."""
    groups = {}
    for finding in findings:
        key = (
            finding.level,
            finding.approver_group,
            finding.approver_ids,
            finding.approvers_needed,
        )
        groups.setdefault(key, []).append(finding)
    return [Step(*key, tuple(items)) for key, items in sorted(groups.items())]


def current_level(steps):
    """Level that is waiting, or None when all is decided.

    :param steps: pairs (level, state), state being ``pending`` while open
    """
    return min((level for level, state in steps if state == "pending"), default=None)
