"""Which reminder a customer gets today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Step:
    """One rung of the ladder.

    :param days: days after the due date (negative: before) from which it applies
    """

    key: int
    days: int


@dataclass(frozen=True)
class Document:
    """An open document of the customer.

    :param sent: keys of the steps that it went through already
    :param paused: a promise or a dispute covers it
    """

    key: int
    due: date
    sent: frozenset[int] = frozenset()
    paused: bool = False


def reached_step(steps: Iterable[Step], due: date, today: date) -> Step | None:
    """The highest step that a document has reached, if any."""
    days = (today - due).days
    reached = [step for step in steps if step.days <= days]
    return max(reached, key=lambda step: step.days, default=None)


def plan_reminder(
    steps: Sequence[Step], documents: Iterable[Document], today: date
) -> tuple[Step, dict[int, list[Step]]] | None:
    """Plan one message for one customer.

    The message speaks in the tone of the highest step that a document reached and did
    not have yet. Lower steps that a document jumped over (the ladder is new, or the
    run stood still for days) count as done, so that they never arrive late.

    :return: the step of the message and, by document, the steps that it settles;
        None when nobody has to be reminded
    """
    settles: dict[int, list[Step]] = {}
    top = None
    for document in documents:
        step = reached_step(steps, document.due, today)
        if document.paused or step is None or step.key in document.sent:
            continue
        settles[document.key] = [
            s for s in steps if s.days <= step.days and s.key not in document.sent
        ]
        if top is None or step.days > top.days:
            top = step
    return (top, settles) if top else None
