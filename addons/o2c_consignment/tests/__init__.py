from . import test_agreement
from . import test_cost_change
from . import test_cost_matrix
from . import test_reports
from . import test_settlement
from . import test_stock_flow
from . import test_stock_odoo_numbers
