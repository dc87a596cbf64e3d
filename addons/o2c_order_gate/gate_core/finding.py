"""A policy that an order breaks, with its facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

UNITS = ("percent", "amount", "days", "none")
DIRECTIONS = ("above", "below")


@dataclass(frozen=True)
class Finding:
    """One broken policy of one order.

    :param policy: stable code, e.g. ``pricing.discount``
    :param title: text for people, already translated by who contributes it
    :param measure: what the order has, in ``unit``
    :param limit: what the policy allows, in ``unit``
    :param unit: percent, amount (company currency), days or none
    :param approver_group: xml id of the group that may accept it
    :param approver_ids: user ids that may accept it, besides the group
    :param level: steps of a request are decided from low to high
    :param approvers_needed: how many different people have to accept it
    :param facts: JSON-able figures kept in the decision (no floats: text or int)
    :param own_approval_allowed: the salesperson of the order may accept it himself
    :param subject: part of the order it is about (``line:12``); empty: all of it
    :param direction: ``above`` when a larger measure is worse, else ``below``
    """

    policy: str
    title: str
    measure: Decimal = Decimal(0)
    limit: Decimal = Decimal(0)
    unit: str = "none"
    approver_group: str = ""
    approver_ids: tuple[int, ...] = ()
    level: int = 1
    approvers_needed: int = 1
    facts: Mapping = field(default_factory=dict)
    own_approval_allowed: bool = False
    subject: str = ""
    direction: str = "above"

    def __post_init__(self):
        if self.unit not in UNITS:
            raise ValueError(f"unit {self.unit!r} is none of {UNITS}")
        if self.direction not in DIRECTIONS:
            raise ValueError(f"direction {self.direction!r} is none of {DIRECTIONS}")
        if self.approvers_needed < 1:
            raise ValueError("a finding needs at least one approver")
        object.__setattr__(self, "approver_ids", tuple(sorted(self.approver_ids)))
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    @property
    def key(self):
        """What a decision names: the policy and the part of the order."""
        return (self.policy, self.subject)

    @property
    def excess(self):
        """By how much the limit is passed, never negative."""
        over = self.measure - self.limit
        return max(Decimal(0), over if self.direction == "above" else -over)

    def worse_than(self, measure):
        """Whether this is worse than a measure that was accepted.

        Days are never worse: they pass by themselves, and the end date of the
        decision bounds them.
        """
        if self.unit in ("days", "none"):
            return False
        if self.direction == "above":
            return self.measure > measure
        return self.measure < measure

    def to_json(self):
        """JSON-able form; numbers as text, so that no store rounds them."""
        return {
            "policy": self.policy,
            "subject": self.subject,
            "title": self.title,
            "measure": str(self.measure),
            "limit": str(self.limit),
            "unit": self.unit,
            "direction": self.direction,
            "level": self.level,
            "approvers_needed": self.approvers_needed,
            "approver_group": self.approver_group,
            "approver_ids": list(self.approver_ids),
            "own_approval_allowed": self.own_approval_allowed,
            "facts": dict(self.facts),
        }

    @classmethod
    def from_json(cls, data):
        """The finding that ``to_json`` was made from."""
        values = dict(data)
        values["measure"] = Decimal(values["measure"])
        values["limit"] = Decimal(values["limit"])
        values["approver_ids"] = tuple(values["approver_ids"])
        return cls(**values)
