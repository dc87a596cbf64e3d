"""What an order agrees, as content with a fingerprint.

The content has two parts. ``agreed`` is what customer and seller commit to: parties,
terms, products, quantities, net prices. ``costs`` is what the seller's margin rests on.
Both bind a decision on a quotation. After confirmation only ``agreed`` does: stock
valuation rewrites costs at delivery, and that is a recalculation, not a change.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


def canonical(value):
    """Text of a JSON-able value that is equal for equal values.

    Numbers are normalised (``1``, ``1.0`` and ``Decimal('1.00')`` give the same).

    :raise TypeError: for values that JSON cannot carry
    """
    return json.dumps(
        _plain(value), sort_keys=True, ensure_ascii=True, separators=(",", ":")
    )


def _plain(value):
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (int, float, Decimal)):
        # binary noise (0.1 + 0.2) is no difference
        exact = round(value, 9) if isinstance(value, float) else value
        number = Decimal(str(exact)).normalize()
        # -0 and 0 are one number; 1E+2 and 100 too
        return f"{number + 0:f}" if number else "0"
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def digest(value):
    """sha256, in hexadecimal, of the canonical form."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


@dataclass(frozen=True)
class Content:
    """Content of one order at one time.

    :param agreed: mapping with ``lines`` ({line id: mapping}) and any other keys
    :param costs: mapping {line id: unit cost}
    """

    agreed: Mapping
    costs: Mapping

    @classmethod
    def of(cls, data):
        """From what ``sale.order._o2c_gate_content`` gives for an order."""
        return cls(agreed=data["agreed"], costs=data["costs"])

    @property
    def fingerprint(self):
        """Fingerprint of everything, for quotations."""
        return digest({"agreed": self.agreed, "costs": self.costs})

    @property
    def agreed_fingerprint(self):
        """Fingerprint of what was agreed, for confirmed orders."""
        return digest(self.agreed)


def _header(agreed):
    return {key: value for key, value in agreed.items() if key != "lines"}


def is_reduction(before, after):
    """Whether a change only takes away: same terms and prices, no quantity larger.

    :param Mapping before: ``agreed`` content before the change
    :param Mapping after: ``agreed`` content after it
    """
    if canonical(_header(before)) != canonical(_header(after)):
        return False
    return all(
        key in before["lines"] and _line_reduced(before["lines"][key], line)
        for key, line in after["lines"].items()
    )


def _line_reduced(before, after):
    quantities = ("quantity", "subtotal")
    same = canonical({k: v for k, v in before.items() if k not in quantities}) == (
        canonical({k: v for k, v in after.items() if k not in quantities})
    )
    old, new = (Decimal(str(line["quantity"])) for line in (before, after))
    # by size, so that a negative line (a discount) cannot grow either
    return same and abs(new) <= abs(old) and old * new >= 0


def unchanged_subjects(before, after):
    """Subjects (``line:<id>``) whose content a change left alone."""
    if canonical(_header(before)) != canonical(_header(after)):
        return set()
    return {
        f"line:{key}"
        for key, line in after["lines"].items()
        if key in before["lines"] and canonical(before["lines"][key]) == canonical(line)
    }
