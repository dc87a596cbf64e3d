"""`./o2c shell NAME`: Odoo's shell, with `env` defined."""

import subprocess

from .. import database, odoo_server, postgres, provision


def _configure(parser):
    parser.add_argument("name", help="database")


def _run(options):
    database.check_name(options.name)
    provision.ensure()
    with postgres.running():
        database.check_usable(options.name)
        return subprocess.call(
            odoo_server.command(
                *("--no-http", "--log-level=warn"),
                database=options.name,
                program="shell",
            ),
            env=odoo_server.environment(),
        )


COMMAND = ("Odoo's shell on a database", _configure, _run)
