"""Credit arithmetic and policy in plain Python: numbers in, verdicts out.

Nothing here imports Odoo, reads the clock or knows a database, so that every rule
can be tested in milliseconds and read by somebody who does not know Odoo.
"""

from .dso import SalesMonth, count_back_days, movement
from .exposure import BUCKETS, Exposure, OpenItem, age, bucket
from .policy import (
    Breach,
    BrokenPromise,
    GroupStanding,
    Policy,
    Standing,
    judge,
)
from .promise import (
    Payment,
    Promise,
    PromiseError,
    Verdict,
    allocate,
    check_promise,
    instalments,
    settle,
)
from .reminder import Document, Step, plan_reminder, reached_step

__all__ = [
    "BUCKETS",
    "Breach",
    "BrokenPromise",
    "Document",
    "Exposure",
    "GroupStanding",
    "OpenItem",
    "Payment",
    "Policy",
    "Promise",
    "PromiseError",
    "SalesMonth",
    "Standing",
    "Step",
    "Verdict",
    "age",
    "allocate",
    "bucket",
    "check_promise",
    "count_back_days",
    "instalments",
    "judge",
    "movement",
    "plan_reminder",
    "reached_step",
    "settle",
]
