"""Odoo's command line for tests: scripts and styles are made when a page wants them.

Before tests with a browser Odoo makes all that any page could want, dark mode and its
own unit tests included: half a minute for every process that plays such tests. What
ours open is in the prepared databases already (`o2c_cli.database.ASSETS`).
"""

import odoo_script

from odoo.tests.suite import OdooSuite

# asked for nothing else (preload_registries in odoo/service/server.py)
OdooSuite.has_http_case = lambda _self: False

if __name__ == "__main__":
    odoo_script.run()
