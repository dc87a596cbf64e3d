from . import o2c_credit_hold_release, o2c_credit_promise_plan
