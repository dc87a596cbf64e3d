"""Rules of price and margin: plain Python, no Odoo import, no clock, no database."""

from .facts import LineFacts, OrderFacts
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
    "Breach",
    "LineFacts",
    "OrderFacts",
    "Rule",
    "effective_discount",
    "evaluate",
    "margin_percent",
    "order_margin_percent",
    "scaled",
    "spread",
]
