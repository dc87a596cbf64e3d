"""Which version of a contract speaks on a day."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Version:
    """Validity of one version, both days inside; no ``end``: until it is replaced."""

    key: Hashable
    start: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


def version_on(versions: Iterable[Version], day: date) -> Version | None:
    """Find the version in force on a day.

    Where none is, the last that began still says whose the goods are, and before the
    first begins, that one.

    >>> one = Version("v1", date(2026, 1, 1), date(2026, 6, 30))
    >>> two = Version("v2", date(2026, 7, 1))
    >>> version_on([two, one], date(2026, 6, 30)).key
    'v1'
    """
    ordered = sorted(versions, key=lambda version: version.start)
    in_force = [version for version in ordered if version.covers(day)]
    begun = [version for version in ordered if version.start <= day]
    return next(iter(in_force[-1:] or begun[-1:] or ordered[:1]), None)
