from . import test_bypass
from . import test_entitled_price
from . import test_policy
from . import test_simulator
