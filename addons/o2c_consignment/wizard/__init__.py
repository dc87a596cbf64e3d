from . import o2c_consignment_settlement_bill
