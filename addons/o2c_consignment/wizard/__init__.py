from . import o2c_consignment_settlement_bill
from . import o2c_consignment_settlement_dispute
from . import o2c_consignment_setup
from . import o2c_consignment_setup_line
