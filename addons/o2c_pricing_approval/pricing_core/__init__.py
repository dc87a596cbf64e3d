"""Rules of price and margin: plain Python, no Odoo import, no clock, no database."""

from .agreement import PERIODS, Term, choose, next_billing, overlaps
from .billing import Billed, Difference, credit_differences, differences
from .facts import LineFacts, OrderFacts
from .impact import Impact, Sold, impacts
from .measure import (
    effective_discount,
    margin_percent,
    order_margin_percent,
    scaled,
    spread,
)
from .policy import KINDS, Breach, Rule, evaluate

__all__ = [
    "KINDS",
    "PERIODS",
    "Billed",
    "Breach",
    "Difference",
    "Impact",
    "LineFacts",
    "OrderFacts",
    "Rule",
    "Sold",
    "Term",
    "choose",
    "credit_differences",
    "differences",
    "effective_discount",
    "evaluate",
    "impacts",
    "margin_percent",
    "next_billing",
    "order_margin_percent",
    "overlaps",
    "scaled",
    "spread",
]
