from . import o2c_pricing_policy
from . import o2c_pricing_policy_line
from . import res_partner
from . import sale_order
from . import sale_order_line
