from . import (
    o2c_credit_aging,
    o2c_credit_dso,
    o2c_credit_promise_rate,
    o2c_credit_worklist,
)
