from . import o2c_approval_report
from . import o2c_discount_report
