"""`./o2c serve`: the web client on a database, until Ctrl-C."""

from .. import database, odoo_server, postgres, provision
from ..system import choose_port
from ..ui import say

USUAL_PORT = 8069
USUAL_DATABASE = "o2c"


def add_port(parser):
    parser.add_argument("--port", type=int, help=f"HTTP port (usually {USUAL_PORT})")


def chosen_port(options):
    if options.port is None:
        return choose_port(USUAL_PORT, explicit=False)
    return choose_port(options.port, explicit=True)


def _configure(parser):
    add_port(parser)
    parser.add_argument("--database", default=USUAL_DATABASE)
    parser.add_argument("--workers", type=int, default=0, help="processes (0: threads)")


def _run(options):
    database.check_name(options.database)
    provision.ensure()
    port = chosen_port(options)
    with postgres.running():
        if options.database == USUAL_DATABASE and not database.exists(USUAL_DATABASE):
            database.create(USUAL_DATABASE)
        database.check_usable(options.database)
        with odoo_server.serving(
            options.database, port, workers=options.workers
        ) as server:
            say(f"http://localhost:{port} (admin / admin). Ctrl-C stops it.")
            return server.wait()


COMMAND = ("serve a database", _configure, _run)
