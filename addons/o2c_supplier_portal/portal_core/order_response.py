"""The supplier's answer to an order as UBL OrderResponse (Peppol BIS Ordering 3).

Codes of the answer: OpenPeppol "Order Response transaction 3.x" T76, code lists
UNCL4343 subset (the whole order) and UNCL1229 subset (a line).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:OrderResponse-2"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
ACCEPTED, CHANGED, REFUSED = "AP", "CA", "RE"
LINE_ACCEPTED, LINE_CHANGED, LINE_REFUSED = "5", "3", "7"

# Codes of what makes a response useless; `text` of the caller says it to people.
NOT_A_RESPONSE, OTHER_ORDER, NO_ANSWER = "not_a_response", "other_order", "no_answer"
LINE_UNKNOWN, LINE_TWICE, LINE_STATUS = "line_unknown", "line_twice", "line_status"
QUANTITY, DAY, CONTRADICTION = "quantity", "day", "contradiction"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and the text of the file that shows it."""

    code: str
    found: str = ""


class Unusable(Exception):
    """A response that cannot be taken, with everything that is wrong."""

    def __init__(self, problems: list[Problem]):
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Answer:
    """What the supplier will bring.

    :ivar quantities: number of the order's line, from 1 → (quantity, reason)
    :ivar day: the last day that he promises, None when he names none
    """

    quantities: Mapping[int, tuple[Decimal, str]]
    day: date | None


def read(root: _Element, order: str, asked: Mapping[int, Decimal]) -> Answer:
    """Return what a response answers to an order.

    Lines that it does not name are taken as asked for, unless it refuses the order.

    :param root: the parsed document of somebody else
    :param order: number of the order that must be meant
    :param asked: number of the line, from 1 → quantity asked for
    :raise Unusable: with all problems
    """
    if root.tag != f"{{{NAMESPACE}}}OrderResponse":
        raise Unusable([Problem(NOT_A_RESPONSE)])
    problems = list(_check_head(root, order))
    note, code = _text(root, "Note"), _text(root, "OrderResponseCode")
    quantities = {
        number: (Decimal(0) if code == REFUSED else quantity, note)
        for number, quantity in asked.items()
    }
    seen: set[int] = set()
    for line in root.iter(f"{CAC}OrderLine"):
        number, found, problem = _line(line, asked, note)
        if problem is None and number in seen:
            problem = Problem(LINE_TWICE, str(number))
        if problem is None and _contradicts(code, found[0], asked[number]):
            problem = Problem(CONTRADICTION, str(number))
        if problem:
            problems.append(problem)
        else:
            seen.add(number)
            quantities[number] = found
    days, wrong = _days(root)
    problems += wrong
    if problems:
        raise Unusable(problems)
    return Answer(quantities, max(days, default=None))


def _check_head(root: _Element, order: str) -> Iterator[Problem]:
    code = _text(root, "OrderResponseCode")
    if code not in (ACCEPTED, CHANGED, REFUSED):
        yield Problem(NO_ANSWER, code)
    meant = _text(root, "ID", "OrderReference")
    if meant != order:
        yield Problem(OTHER_ORDER, meant)


def _line(
    line: _Element, asked: Mapping[int, Decimal], note: str
) -> tuple[int, tuple[Decimal, str], Problem | None]:
    """Return (number, (quantity, reason), problem) of one line."""
    nothing = (Decimal(0), "")
    label = _text(line, "LineID", "OrderLineReference")
    if not label.isascii() or not label.isdigit() or int(label[:9]) not in asked:
        return 0, nothing, Problem(LINE_UNKNOWN, label)
    number = int(label)
    reason = _text(line, "Note", "LineItem") or note
    status = _text(line, "LineStatusCode", "LineItem")
    if status == LINE_ACCEPTED:
        return number, (asked[number], reason), None
    if status == LINE_REFUSED:
        return number, (Decimal(0), reason), None
    if status != LINE_CHANGED:
        return number, nothing, Problem(LINE_STATUS, f"{number}: {status}")
    quantity = _decimal(_text(line, "Quantity", "LineItem"))
    if quantity is None:
        return number, nothing, Problem(QUANTITY, str(number))
    return number, (quantity, reason), None


def _contradicts(code: str, quantity: Decimal, asked: Decimal) -> bool:
    """Whether a line says another thing than the answer to the whole order."""
    expected = {ACCEPTED: asked, REFUSED: Decimal(0)}.get(code, quantity)
    return quantity != expected


def _days(root: _Element) -> tuple[list[date], list[Problem]]:
    days, problems = [], []
    for period in root.iter(f"{CAC}PromisedDeliveryPeriod"):
        text = _text(period, "EndDate") or _text(period, "StartDate")
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            problems.append(Problem(DAY, text))
    return days, problems


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number <= 10**9 else None


def _text(element: _Element, name: str, inside: str = "") -> str:
    """Return the stripped text of a basic component, at most 500 characters."""
    path = f"{CAC}{inside}/{CBC}{name}" if inside else f"{CBC}{name}"
    return (element.findtext(path) or "").strip()[:500]
