"""When to try again: seconds as functions of what was tried."""

# SPEC 6.1(3): the SRI usually decides within seconds and at times within a day.
POLLS = (2, 5, 15, 60, 300, 1800)
FIRST, LONGEST = 5, 1800


def until_poll(polls: int) -> int:
    """Return the seconds before the next question about a received document."""
    return POLLS[min(polls, len(POLLS) - 1)]


def until_retry(failures: int, chance: float) -> float:
    """Return the seconds before trying a service again that did not answer.

    Doubles from 5 s to half an hour, spread by ±50 % so that workers and documents
    do not come back all at once.

    :param failures: tries in a row without an answer, from 1.
    :param chance: 0 to 1, drawn by the caller.
    """
    base = min(LONGEST, FIRST * 2 ** min(failures - 1, 20))
    return base * (0.5 + chance)
