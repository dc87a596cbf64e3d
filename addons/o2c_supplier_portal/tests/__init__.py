from . import test_access
from . import test_api
from . import test_factura
from . import test_isolation
from . import test_pages
from . import test_settlements
