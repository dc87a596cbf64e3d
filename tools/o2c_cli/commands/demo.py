"""`./o2c demo [--exit]`: the whole story on real data, then the web client."""

import shutil
import subprocess
import time
from contextlib import contextmanager

from .. import (
    database,
    mailbox,
    odoo_log,
    odoo_server,
    postgres,
    project,
    provision,
    simulator,
)
from ..ui import Problem, say
from .serve import add_port, chosen_port

SRI_REGISTER = project.DATA / "sri-simulator"
MAIL = project.DATA / "mail"
ORIGIN = "made by ./o2c demo"

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
    parser.add_argument("--database", default="demo", help="usually demo")
    add_port(parser)


def _run(options):
    database.check_new_name(options.database)
    provision.ensure()
    port = chosen_port(options)
    with postgres.running():
        _check_replaceable(options.database)
        provision.ensure_reports()
        template = database.demo_template()
        database.clone(template, options.database, origin=ORIGIN)
        log = project.LOGS / f"server-{options.database}.log"
        with _world(options.database, port, log) as (server, sri):
            failed = _play(options.database, port, sri)
            # a job that fails behind the story's back is a failure of the demo too
            failed += odoo_log.report(log)
            if not options.exit:
                _invite(port)
                _wait(server)
            return 1 if failed else 0


def _check_replaceable(name):
    """A demo begins with a database of its own; another's is not ours to replace."""
    if database.exists(name) and database.origin_of(name) != ORIGIN:
        raise Problem(
            f"There is a database {name} that the demo did not make.",
            f"Choose another with --database, or remove it: ./o2c db drop {name}",
        )


@contextmanager
def _world(name, port, log):
    """Odoo with an SRI to send to and a mailbox to mail into.

    :param Path log: file for Odoo's log
    """
    for folder in (SRI_REGISTER, MAIL):
        shutil.rmtree(folder, ignore_errors=True)
    with simulator.running(SRI_REGISTER) as sri, mailbox.running(MAIL) as smtp:
        mail = ("--smtp=127.0.0.1", f"--smtp-port={smtp}")
        with odoo_server.serving(name, port, log=log, extra=mail) as server:
            yield server, sri


def _play(name, port, sri):
    """Play the story and return the number of steps that failed."""
    command = [str(project.PYTHON), "-m", "system.story"]
    command += ["--url", f"http://127.0.0.1:{port}", "--database", name]
    command += ["--simulator", sri, "--mail", str(MAIL)]
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
