"""`./o2c shell NAME`: Odoo's shell, with `env` defined."""

import subprocess

from .. import database, odoo_server, postgres, provision
from ..ui import Problem


def _configure(parser):
    parser.add_argument("name", help="database")


def _run(options):
    database.check_name(options.name)
    provision.ensure()
    with postgres.running():
        if not database.exists(options.name):
            raise Problem(
                f"There is no database {options.name}.",
                f"./o2c db create {options.name} makes it.",
            )
        return subprocess.call(
            odoo_server.command(
                *("--no-http", "--log-level=warn"),
                database=options.name,
                program="shell",
            ),
            env=odoo_server.environment(),
        )


COMMAND = ("Odoo's shell on a database", _configure, _run)
