"""Which findings a set of decisions covers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .content import is_reduction, unchanged_subjects
from .finding import Finding
from .voices import Voice, count


@dataclass(frozen=True)
class Acceptance:
    """What one accepting decision says.

    :param findings: the findings that were accepted
    :param fingerprint: of the content at the time (the one that applies now)
    :param valid_until: last day on which it counts; None: no end
    :param amount: largest measure accepted of findings in money; None: as measured
    :param voice: who accepted
    """

    findings: tuple[Finding, ...]
    fingerprint: str
    valid_until: date | None = None
    amount: Decimal | None = None
    voice: Voice = Voice(0)

    def covers(self, finding, fingerprint, today):
        """Whether it accepts this finding of the content with this fingerprint."""
        if self.fingerprint != fingerprint:
            return False
        if self.valid_until is not None and self.valid_until < today:
            return False
        return any(
            accepted.key == finding.key
            and not finding.worse_than(self._accepted_measure(accepted))
            for accepted in self.findings
        )

    def _accepted_measure(self, accepted):
        if accepted.unit == "amount" and self.amount is not None:
            if accepted.direction == "above":
                return max(accepted.measure, self.amount)
        return accepted.measure


def uncovered(
    findings: Iterable[Finding],
    acceptances: Iterable[Acceptance],
    fingerprint: str,
    today: date,
):
    """Findings that not enough people accept, in the order of their levels."""
    acceptances = tuple(acceptances)
    rest = [
        finding
        for finding in findings
        if finding.approvers_needed
        > count(a.voice for a in acceptances if a.covers(finding, fingerprint, today))
    ]
    return sorted(rest, key=lambda f: (f.level, f.policy, f.subject))


def answerable(before, after, known, open_before, open_after):
    """Uncovered findings that a change of a confirmed order must answer for.

    A change answers for everything uncovered, except for what it did not cause: a
    finding on a line that it left alone and that was uncovered before; and, when the
    change only takes away, any finding that was there before and became no worse.

    :param Mapping before: ``agreed`` content before the change
    :param Mapping after: ``agreed`` content after it
    :param list known: all findings before
    :param list open_before: uncovered findings before
    :param list open_after: uncovered findings after
    """
    quiet = unchanged_subjects(before, after)
    excused = {f.key: f for f in open_before if f.subject in quiet}
    if is_reduction(before, after):
        excused.update({f.key: f for f in known})
    return [
        finding
        for finding in open_after
        if finding.key not in excused
        or finding.worse_than(excused[finding.key].measure)
    ]


def standing(rows):
    """Acceptances that still stand after later refusals of the same thing.

    :param rows: pairs (accepted, Acceptance) in the order in which they were decided
    """
    kept = []
    for accepted, row in rows:
        if accepted:
            kept.append(row)
            continue
        refused = {finding.key for finding in row.findings}
        kept = [_without(k, refused, row.fingerprint) for k in kept]
    return tuple(row for row in kept if row.findings)


def _without(acceptance, refused, fingerprint):
    if acceptance.fingerprint != fingerprint:
        return acceptance
    rest = tuple(f for f in acceptance.findings if f.key not in refused)
    return replace(acceptance, findings=rest)
