from . import models
from . import report
from . import wizard


def _post_init_hook(env):
    env["res.company"]._o2c_consignment_setup_all()
