"""The SRI simulator as a child process."""

import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from . import odoo_server, project
from .system import child, choose_port
from .ui import Problem

USUAL_PORT = 8765


@contextmanager
def running(state):
    """The simulator, answering inside this block.

    :param Path state: folder where it keeps what it was sent
    :return: its address
    """
    port = choose_port(USUAL_PORT, explicit=False)
    log = project.LOGS / "sri-simulator.log"
    command = [project.PYTHON, "-m", "sri_simulator"]
    command += ["--port", port, "--state", state]
    url = f"http://127.0.0.1:{port}"
    with (
        log.open("w") as output,
        child(
            command,
            env=odoo_server.environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        _wait_until_up(process, url, log)
        yield url


def _wait_until_up(process, url, log):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Problem(f"The SRI simulator stopped: {log.read_text()[-400:]}")
        try:
            with urllib.request.urlopen(f"{url}/control/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Problem("The SRI simulator did not answer within 30 s.", f"Log: {log}.")
