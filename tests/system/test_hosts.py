"""Two Odoo hosts over one database, reading from a streaming replica."""

import os
import subprocess
from contextlib import ExitStack, contextmanager

import pytest

from o2c_cli import database, mailbox, odoo_server, postgres, project, simulator, system

from . import replica
from .client import Person
from .story.world import PASSWORD

DATABASE = f"hosts_{os.getpid()}"
READING_PAGES = ("", "/sales", "/stock", "/settlements", "/bills")
PAGES_EACH = 4


@pytest.fixture(scope="module")
def hosts(tmp_path_factory):
    """Addresses of two Odoo processes, and the story's simulator and mailbox."""
    folder = tmp_path_factory.mktemp("hosts")
    with ExitStack() as stack:
        stack.enter_context(postgres.running())
        stack.callback(database.drop, DATABASE)
        database.clone(database.demo_template(), DATABASE)
        stack.enter_context(replica.streaming(DATABASE))
        sri = stack.enter_context(simulator.running(folder / "sri"))
        smtp = stack.enter_context(mailbox.running(folder / "mail"))
        options = [
            f"--db_replica_host={postgres.socket_folder()}",
            f"--db_replica_port={replica.PORT}",
            "--smtp=127.0.0.1",
            f"--smtp-port={smtp}",
        ]
        addresses = [stack.enter_context(_host(number, options)) for number in range(2)]
        yield {"addresses": addresses, "sri": sri, "mail": folder / "mail"}


@contextmanager
def _host(number, options):
    port = system.choose_port(8600 + 10 * number, explicit=False)
    with odoo_server.serving(DATABASE, port, log=_log(number), extra=options):
        yield f"http://127.0.0.1:{port}"


def _log(number):
    return project.LOGS / f"host-{number}.log"


def test_the_story_runs_over_two_hosts_and_a_replica(hosts):
    before = replica.transactions(DATABASE)
    command = [project.PYTHON, "-m", "system.story", "--database", DATABASE]
    command += ["--simulator", hosts["sri"], "--mail", hosts["mail"]]
    command += ["--url", *hosts["addresses"]]
    done = subprocess.run(
        command, env=odoo_server.environment(), capture_output=True, text=True
    )
    print(done.stdout, done.stderr)
    assert done.stdout.strip().endswith("12 steps passed, 0 failed")
    assert replica.transactions(DATABASE) > before


def test_the_supplier_reads_from_the_replica_alone(hosts):
    supplier = Person(hosts["addresses"], DATABASE, "proveedor", PASSWORD)
    supplier.page("/my")  # what a first page writes is written
    logs = [_log(number) for number in range(2)]
    known = [len(log.read_text()) for log in logs]
    before = replica.transactions(DATABASE)
    for path in READING_PAGES * PAGES_EACH:
        supplier.page(f"/my/consignment{path}")
    served = replica.transactions(DATABASE) - before
    assert served >= len(READING_PAGES) * PAGES_EACH
    for log, length in zip(logs, known, strict=True):
        assert "retrying with a read/write cursor" not in log.read_text()[length:]
