from . import test_agreement
from . import test_bypass
from . import test_entitled_price
from . import test_invoice_check
from . import test_policy
from . import test_price_change
from . import test_report
from . import test_simulator
