"""`./o2c demo [--exit]`: the whole story on real data, then the web client."""

import shutil
import subprocess
import time

from .. import database, odoo_server, postgres, project, provision, simulator
from ..ui import Problem, say
from .serve import add_port, chosen_port

DATABASE = "demo"

LOGINS = (
    ("vendedor", "salesperson"),
    ("aprobadora", "approver of prices"),
    ("jefecredito", "credit manager"),
    ("cobranzas", "collections"),
    ("bodega", "warehouse"),
    ("compras", "purchasing, consignment"),
    ("contadora", "accountant"),
    ("cliente", "customer in the portal"),
    ("proveedor", "consignor in the portal"),
)
PASSWORD = "o2c-demo"


def _configure(parser):
    parser.add_argument("--exit", action="store_true", help="stop after the story")
    add_port(parser)


def _run(options):
    provision.ensure()
    port = chosen_port(options)
    with postgres.running():
        template = database.demo_template()
        database.clone(template, DATABASE)
        state = project.DATA / "sri-simulator"
        shutil.rmtree(state, ignore_errors=True)
        with (
            simulator.running(state) as sri,
            odoo_server.serving(DATABASE, port) as server,
        ):
            failed = _play(port, sri)
            if options.exit:
                return 1 if failed else 0
            _invite(port)
            _wait(server)
            return 1 if failed else 0


def _play(port, sri):
    """Play the story and return the number of steps that failed."""
    command = [str(project.PYTHON), "-m", "system.story"]
    command += ["--url", f"http://127.0.0.1:{port}", "--database", DATABASE]
    command += ["--simulator", sri]
    return subprocess.call(
        command, env=odoo_server.environment(), stdin=subprocess.DEVNULL
    )


def _invite(port):
    say(f"\nhttp://localhost:{port} (Ctrl-C stops it). Password of all: {PASSWORD}")
    for login, role in LOGINS:
        say(f"  {login:<12} {role}")
    say("  admin        administrator (password admin)")


def _wait(server):
    while server.poll() is None:
        time.sleep(1)
    raise Problem("Odoo stopped by itself.", f"Its log is in {project.LOGS}.")


COMMAND = ("the whole story on real data, then the web client", _configure, _run)
