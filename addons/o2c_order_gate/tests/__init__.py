from . import test_confirm
from . import test_decision
from . import test_delivery
from . import test_portal
from . import test_request
from . import test_security
