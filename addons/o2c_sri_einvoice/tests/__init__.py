from . import test_delivery
from . import test_freeze
from . import test_guia
from . import test_issue
from . import test_notes
from . import test_outbox
from . import test_tools
from . import test_withholding
