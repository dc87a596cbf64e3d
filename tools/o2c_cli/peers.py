"""Other people's addons for Odoo 19.0, to measure the suite beside them.

Never part of the product: they come on demand, for benchmarks and the tests that
compare, into `.o2c/peers`, and only processes that ask for it see that folder. A
measure (tests/bench/case.py) names them as a side, `peer:sale_tier_validation`, or:

    with peers.installed("bench_peer", ["sale_tier_validation"]) as name:
        peers.shell(name, script)                       # `env` of that database
        command = [project.PYTHON, "-m", "bench.x", *peers.options(name)]
        with child(command, env=peers.environment(), …) as process: …

`installed` clones the core template, installs the peers there, and drops the database
at the end. There are those of requirements-peers.txt, with underscores in their names
(`l10n_ec_account_edi`, `sale_tier_validation`, `sale_financial_risk` and others);
what is missing is added there with its hash.
"""

import hashlib
import os
import subprocess
import sys
from contextlib import contextmanager

from . import database, odoo_server, odoo_source, project
from .system import file_lock, run
from .ui import Problem, task

REQUIREMENTS = project.ROOT / "requirements-peers.txt"
FOLDER = project.HOME / "peers"
ADDONS = FOLDER / "odoo" / "addons"


def ensure():
    """Install the peers' packages; a matching stamp makes this free.

    :return: the folder for PYTHONPATH
    """
    stamp = FOLDER / "installed.sha256"
    content = REQUIREMENTS.read_bytes() + sys.version.encode()
    digest = hashlib.sha256(content).hexdigest()
    with file_lock(project.RUN / "peers.lock", message="another run installs peers"):
        if not stamp.exists() or stamp.read_text() != digest:
            with task("installing the addons to compare with"):
                _install()
            stamp.write_text(digest)
    return FOLDER


def _install():
    command = [project.PYTHON, "-m", "pip", "install", "--no-input", "--no-deps"]
    command += ["--upgrade", "--require-hashes", "-r", REQUIREMENTS]
    run(
        [*command, "--target", FOLDER],
        log=project.LOGS / "pip-peers.log",
        remedy="Is the package index reachable?",
    )


def environment():
    """As every Odoo process has it, with the peers' own libraries before ours."""
    usual = odoo_server.environment()
    path = os.pathsep.join([str(ensure()), usual["PYTHONPATH"]])
    return {**usual, "PYTHONPATH": path}


def options(name):
    """Command-line options of an Odoo process on a database with peers.

    :param str name: the database
    """
    ensure()
    # the last --addons-path counts
    folders = (ADDONS, *odoo_source.ensure().addons_paths)
    path = ",".join(map(str, folders))
    return [*odoo_server.options(name), f"--addons-path={path}"]


@contextmanager
def installed(name, modules):
    """A database with Odoo's own modules and peers, for as long as the block runs.

    :param str name: of the database; an old one of that name is dropped
    :param modules: technical names of peers
    :raise Problem: with the errors of Odoo's log
    """
    try:
        database.clone(database.core_template(), name)
        with task(f"installing {', '.join(modules)}"):
            _install_modules(name, modules)
        yield name
    finally:
        database.drop(name)


def _install_modules(name, modules):
    log = project.LOGS / f"install-{name}.log"
    command = [str(project.PYTHON), "-m", "odoo", *options(name), "--stop-after-init"]
    command += ["-i", ",".join(modules), "--no-http", "--without-demo=True"]
    with log.open("w") as output:
        code = subprocess.run(
            command, env=environment(), stdout=output, stderr=subprocess.STDOUT
        ).returncode
    problems = odoo_server.log_problems(log.read_text(errors="replace"))
    if code or problems:
        shown = "\n    ".join(problems[:5])
        raise Problem(
            f"Odoo could not install {', '.join(modules)}:\n    {shown}",
            f"The whole log is {log}.",
        )


def shell(name, script):
    """Run a Python script with `env` of a database with peers.

    :param str script: source, as for Odoo's own shell
    :return: what it printed
    :raise Problem: when it raises
    """
    command = [str(project.PYTHON), "-m", "odoo", "shell", *options(name), "--no-http"]
    done = subprocess.run(
        [*command, "--log-level=warn"],
        env=environment(),
        input=script,
        text=True,
        capture_output=True,
    )
    if done.returncode or "Traceback (most" in done.stderr:
        raise Problem(f"The script failed:\n{done.stderr[-1500:]}")
    return done.stdout
