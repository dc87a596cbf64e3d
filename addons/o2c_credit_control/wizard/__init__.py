from . import o2c_credit_hold_release
