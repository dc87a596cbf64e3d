from . import account_move
from . import o2c_consignment_agreement
from . import o2c_consignment_agreement_line
from . import o2c_consignment_consumption
from . import o2c_consignment_settlement
from . import o2c_consignment_settlement_bill
from . import o2c_consignment_settlement_line
from . import res_company
