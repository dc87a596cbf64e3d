"""Rules and arithmetic of consignment: plain Python, no Odoo.

Dates, quantities and prices come in as :class:`~datetime.date` and
:class:`~decimal.Decimal`; what is due comes out the same way.
"""

from .errors import ConsignmentError, MissingPrice
from .periods import Period, last_closed_period
from .pricing import AgreedCost, Term, agreed_cost, find_overlaps
from .settlement import BillLine, Due, Match, group_for_bill, match_bill
