"""Odoo's processes: installing modules, tests, a shell, the server itself."""

import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from . import network, odoo_log, odoo_source, postgres, project
from .system import HIGHEST_PORT, child, choose_port
from .ui import Problem, warn

WORKER_SECONDS = 600  # for one request
SCRIPTS = project.ROOT / "tools"


def environment(*first):
    """Environment of every process that runs Odoo or its tests.

    Compiled Python is kept, in the project's own folder, also where the machine says
    that none is to be written: without it each start compiles Odoo anew, for seconds.

    :param first: folders whose packages come before all others
    """
    source = odoo_source.ensure()
    return {
        **os.environ,
        **network.past_proxy(os.environ),
        "PYTHONPATH": os.pathsep.join(
            [
                *map(str, first),
                str(source.import_root),
                *(str(project.ROOT / d) for d in ("tests", "tools")),
            ]
        ),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(project.HOME / "pycache"),
        "O2C_KEY_FILE": os.environ.get("O2C_KEY_FILE", str(project.DATA / "o2c.key")),
        "TZ": "UTC",
    }


def options(database=None):
    """Command-line options common to every Odoo process of this clone."""
    source = odoo_source.ensure()
    addons = ",".join(str(p) for p in (project.ADDONS, *source.addons_paths))
    chosen = {
        **postgres.connection_options(),
        "data-dir": project.DATA,
        "addons-path": addons,
        "limit-time-real": "0",
    }
    command = [f"--{key}={value}" for key, value in chosen.items()]
    if database:
        command.append(f"--database={database}")
    return command


def command(*arguments, database=None, program=None, python=()):
    """A command line of Odoo.

    :param str program: one of Odoo's commands, the server when None
    :param python: interpreter with its options, the project's own when empty
    """
    head = [*(python or [str(project.PYTHON)]), "-m", "odoo"]
    if program:
        head.append(program)
    return [*head, *options(database), *map(str, arguments)]


def run(arguments, *, database, log, env=None):
    """Run Odoo until it stops by itself.

    :return: its exit code
    """
    with starting(arguments, database=database, log=log, env=env) as process:
        return process.wait()


@contextmanager
def starting(arguments, *, database, log, python=(), env=None):
    """An Odoo process that ends with the block if it has not before.

    :param arguments: options beyond those that every process of the clone has
    :param Path log: file for all that it says
    :param python: interpreter with its options, the project's own when empty
    :param dict env: its environment, `environment()` when None
    """
    with (
        log.open("w") as output,
        child(
            command(*arguments, database=database, python=python),
            env=env or environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        yield process


def playing(tags, *, database, log, port, python=()):
    """An Odoo process that plays tests in a database and stops.

    :param str tags: which tests, as Odoo's --test-tags
    :param int port: HTTP port on 127.0.0.1
    :param python: interpreter with its options, the project's own when empty
    """
    arguments = ["--test-tags", tags, "--stop-after-init"]
    arguments += ["--without-demo=True", "--max-cron-threads=0"]
    arguments += [f"--http-port={port}", "--http-interface=127.0.0.1"]
    program = [*(python or [str(project.PYTHON)]), str(SCRIPTS / "odoo_tests.py")]
    return starting(arguments, database=database, log=log, python=program)


def install(database, modules, *, extra=(), env=None):
    """Install modules into a database; it is created when missing.

    :param extra: options beyond those that every process of the clone has
    :param dict env: the environment, `environment()` when None
    :raise Problem: with the errors of Odoo's log when it fails or logs one
    """
    log = project.LOGS / f"install-{database}.log"
    arguments = ["-i", ",".join(modules), "--stop-after-init", "--no-http"]
    arguments += ["--without-demo=True", *extra]
    code = run(arguments, database=database, log=log, env=env)
    text = log.read_text(errors="replace")
    problems = log_problems(text)
    if code or problems:
        shown = "\n    ".join(problems[:5]) or text[-500:]
        raise Problem(
            f"Odoo could not install {', '.join(modules)}:\n    {shown}",
            f"The whole log is {log}.",
        )
    for line in odoo_log.warnings(text):
        warn(f"installing {', '.join(modules)}: {line}")


def shell(database, script, *, extra=(), env=None):
    """Run a Python script with `env` of a database; commits when it says so.

    :param str script: source, as for Odoo's own shell
    :param extra: options beyond those that every process of the clone has
    :param dict env: the environment, `environment()` when None
    :return: what it printed
    :raise Problem: when it raises
    """
    arguments = ["--no-http", "--log-level=warn", *extra]
    done = subprocess.run(
        command(*arguments, database=database, program="shell"),
        env=env or environment(),
        input=script,
        text=True,
        capture_output=True,
    )
    if done.returncode or "Traceback (most" in done.stderr:
        raise Problem(f"The script failed:\n{done.stderr[-1500:]}")
    return done.stdout


def log_problems(text):
    """Lines of an Odoo log that nobody should overlook."""
    return [
        line
        for line in text.splitlines()
        if " ERROR " in line or " CRITICAL " in line or "Traceback (most" in line
    ]


@contextmanager
def serving(database, port, *, workers=0, log=None, extra=(), clean=False):
    """An Odoo server on one database, up when the block starts and gone after it.

    :param int port: HTTP port on 127.0.0.1
    :param int workers: processes; 0 is one process with threads
    :param Path log: file for its log
    :param bool clean: what it logs as an error is one for the block too
    """
    arguments = [
        f"--http-port={port}",
        "--http-interface=127.0.0.1",
        f"--workers={workers}",
        f"--db-filter=^{re.escape(database)}$",
        *extra,
    ]
    python = ()
    if workers:
        # unlike one process with threads, workers take a limit of 0 seconds literally
        arguments.append(f"--limit-time-real={WORKER_SECONDS}")
        arguments.append(f"--gevent-port={_port_of_websockets(port)}")
        python = [str(project.PYTHON), str(SCRIPTS / "odoo_script.py")]
    log = log or project.LOGS / f"server-{database}.log"
    with starting(arguments, database=database, log=log, python=python) as process:
        _wait_until_up(process, port, log)
        yield process
        errors = odoo_log.report(log) if clean else 0
        if errors:
            raise Problem(f"The server logged {errors} errors.", f"Log: {log}.")


def _port_of_websockets(port):
    """With workers a process of its own listens there for whoever has a page open."""
    wanted = port + 1000 if port + 1200 <= HIGHEST_PORT else port - 1000
    return choose_port(wanted, explicit=False)


def _wait_until_up(process, port, log):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            tail = log.read_text(errors="replace")[-600:]
            raise Problem(f"Odoo stopped while starting:\n{tail}", f"Log: {log}.")
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{port}/web/health", timeout=5
            ):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise Problem("Odoo did not answer within two minutes.", f"Log: {log}.")
