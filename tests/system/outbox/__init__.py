"""Odoo workers that drain the outbox, each a process that a test may kill."""

import json
import signal
import subprocess
from contextlib import ExitStack, contextmanager

from o2c_cli import database, odoo_server, project
from o2c_cli.system import child


class Worker:
    """A process of `system.outbox.worker`, told what to do one line at a time."""

    def __init__(self, process, log):
        self.process = process
        self.log = log

    def begin(self, what, **arguments):
        """Tell it to do something, and do not wait."""
        self.process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
        self.process.stdin.flush()

    def answer(self):
        """Wait for what it says next.

        :raise RuntimeError: with its last words when it died instead
        """
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise RuntimeError(self.log.read_text(errors="replace")[-3000:])
        return json.loads(line)

    def ask(self, what, **arguments):
        self.begin(what, **arguments)
        return self.answer()

    def kill(self):
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def working(name, *, pause=""):
    """A worker on a database.

    :param str pause: where it stops and says so, see `worker.STAGES`; empty for nowhere
    """
    log = project.LOGS / f"outbox-worker-{name}{'-' if pause else ''}{pause}.log"
    command = [project.PYTHON, "-m", "system.outbox.worker", pause or "-"]
    with (
        log.open("a") as errors,
        child(
            [*command, *odoo_server.options(name)],
            env=odoo_server.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        yield Worker(process, log)


@contextmanager
def fleet(name, host, workers=1):
    """A database of the wholesaler and workers on it.

    :param str name: of the database, dropped at the end
    :param str host: address of the simulated SRI
    :return: list of Worker
    """
    try:
        database.clone(database.suite_template(), name)
        with ExitStack() as stack:
            crew = [stack.enter_context(working(name)) for _ in range(workers)]
            crew[0].ask("set_up", host=host)
            yield crew
    finally:
        database.drop(name)
