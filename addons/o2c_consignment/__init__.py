from . import models
from . import report
from . import wizard


def _post_init_hook(env):
    env["res.company"]._o2c_consignment_setup_all()
    env["sale.order.line"]._o2c_fill_first_deliveries()
