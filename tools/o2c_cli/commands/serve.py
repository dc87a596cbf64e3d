"""`./o2c serve`: the web client on a database, until Ctrl-C."""

from .. import database, odoo_server, postgres, provision
from ..system import choose_port
from ..ui import Problem, say

USUAL_PORT = 8069


def add_port(parser):
    parser.add_argument("--port", type=int, help=f"HTTP port (usually {USUAL_PORT})")


def chosen_port(options):
    return choose_port(options.port or USUAL_PORT, explicit=bool(options.port))


def _configure(parser):
    add_port(parser)
    parser.add_argument("--database", default="o2c", help="usually o2c")
    parser.add_argument("--workers", type=int, default=0, help="processes (0: threads)")


def _run(options):
    database.check_name(options.database)
    provision.ensure()
    port = chosen_port(options)
    with postgres.running():
        if not database.exists(options.database):
            if options.database != "o2c":
                raise Problem(
                    f"There is no database {options.database}.",
                    f"./o2c db create {options.database} makes it.",
                )
            database.create(options.database)
        with odoo_server.serving(
            options.database, port, workers=options.workers
        ) as server:
            say(f"http://localhost:{port} (admin / admin). Ctrl-C stops it.")
            return server.wait()


COMMAND = ("serve a database", _configure, _run)
