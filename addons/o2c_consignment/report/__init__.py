from . import o2c_consignment_balance
from . import o2c_consignment_fill_rate
from . import o2c_consignment_stock_report
