"""Rules and arithmetic of consignment: plain Python, no Odoo.

Dates, quantities and prices come in as :class:`~datetime.date` and
:class:`~decimal.Decimal`; what is due comes out the same way.
"""

from .allocation import Outstanding, Undone, allocate, undo
from .cost_change import Consumed, Effect, effect, effects, last_day
from .coverage import Gap, find_gaps, find_tiers_without_base, uncovered
from .errors import ConsignmentError, MissingPrice
from .periods import Period, current_period_start, last_closed_period
from .pricing import AgreedCost, Term, agreed_cost, find_overlaps
from .replenishment import reorder_quantity
from .returns import ReturnTerms, has_expired
from .settlement import BillLine, Due, Match, group_for_bill, match_bill, round_money
from .versions import Version, version_on

__all__ = [
    "AgreedCost",
    "BillLine",
    "ConsignmentError",
    "Consumed",
    "Due",
    "Effect",
    "Gap",
    "Match",
    "MissingPrice",
    "Outstanding",
    "Period",
    "ReturnTerms",
    "Term",
    "Undone",
    "Version",
    "agreed_cost",
    "allocate",
    "current_period_start",
    "effect",
    "effects",
    "find_gaps",
    "find_overlaps",
    "find_tiers_without_base",
    "group_for_bill",
    "has_expired",
    "last_closed_period",
    "last_day",
    "match_bill",
    "reorder_quantity",
    "round_money",
    "uncovered",
    "undo",
    "version_on",
]
