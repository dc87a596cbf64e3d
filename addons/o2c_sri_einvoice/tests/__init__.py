from . import test_guia
from . import test_issue
from . import test_withholding
