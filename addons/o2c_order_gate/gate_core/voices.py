"""Whose acceptances count, where several people have to agree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Voice:
    """Who decided, and in whose place.

    :param decider: user id of the person
    :param principal: user id of the approver whom he stood in for; 0: himself
    """

    decider: int
    principal: int = 0

    @property
    def people(self):
        """Everybody whom this voice uses up."""
        return {self.decider, self.principal or self.decider}


def count(voices: Iterable[Voice]):
    """Number of different people who spoke.

    Somebody counts once, whether he speaks himself, in another's place, or another in
    his: a stand-in must not double an approver, nor be two people.

    :param voices: in the order in which they were given
    """
    used, counted = set(), 0
    for voice in voices:
        if used.isdisjoint(voice.people):
            counted += 1
            used |= voice.people
    return counted


def voice_for(user: int, seats: Mapping, voices: Iterable[Voice]):
    """The voice with which somebody may still speak, or None.

    :param user: user id of who wants to decide
    :param seats: {approver's id: ids of those who stand in for him today}
    :param voices: those that were given already
    """
    used = set().union(*(voice.people for voice in voices))
    if user in used:
        return None
    if user in seats:
        return Voice(user)
    free = sorted(
        principal
        for principal, standins in seats.items()
        if user in standins and principal not in used
    )
    return Voice(user, free[0]) if free else None
