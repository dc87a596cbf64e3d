"""What is here, what is missing and how to get it; changes nothing."""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass

from . import odoo_source, packages, postgres, project, python_env, system
from .ui import Problem

GOOD, OPTIONAL, MISSING = "ok", "note", "MISSING"
USUAL_PORTS = (8069, 8169)
FETCHED = "./o2c demo fetches it"


@dataclass
class Finding:
    """One thing that was looked at.

    :param str level: GOOD, OPTIONAL (the suite runs without) or MISSING
    :param str what: name and state
    :param str remedy: how to get it
    """

    level: str
    what: str
    remedy: str = ""

    def __str__(self):
        remedy = f" → {self.remedy}" if self.remedy else ""
        return f"{self.level:>7}  {self.what}{remedy}"


def examine(*, network=False):
    """Look at everything that the suite needs.

    :param bool network: also whether apt's and pip's servers answer
    :return: list of Finding
    """
    checks = [_python, _folder, _disk, _packages, _odoo, _server, _databases]
    checks += [_programs, _ports]
    if _is_somebody_else_s():
        # what is in the folder cannot be looked at, or is not for us
        checks = [_python, _folder, _programs, _ports]
    if network:
        checks += [_apt_answers, _pip_answers]
    findings = []
    for check in checks:
        try:
            findings += check()
        except Problem as problem:
            findings.append(Finding(MISSING, problem.what, problem.remedy))
    return findings


def _is_somebody_else_s():
    try:
        system.check_owner()
    except Problem:
        return True
    return False


def _python():
    # ./o2c itself refuses other versions; this names the one that runs
    return [Finding(GOOD, f"Python {platform.python_version()} ({sys.executable})")]


def _folder():
    system.check_owner()
    if not project.HOME.exists():
        return [Finding(OPTIONAL, f"{project.HOME} is not there yet", FETCHED)]
    return [Finding(GOOD, f"everything of this clone is in {project.HOME}")]


def _disk():
    place = next(p for p in (project.HOME, *project.HOME.parents) if p.exists())
    free = shutil.disk_usage(place).free // 1_000_000
    if free >= system.NEEDED_DISK_MB:
        return [Finding(GOOD, f"{free} MB free on the disk")]
    remedy = "free some space or set O2C_HOME to a folder on a larger disk"
    needed = f"{system.NEEDED_DISK_MB} are needed for a first run"
    level = OPTIONAL if project.PYTHON.exists() else MISSING
    return [Finding(level, f"{free} MB free on the disk, {needed}", remedy)]


def _packages():
    if not project.PYTHON.exists():
        return [Finding(MISSING, "no virtual environment", FETCHED)]
    runtime = python_env.pending()
    development = python_env.pending(development=True)[len(runtime) :]
    findings = []
    if runtime:
        findings.append(Finding(MISSING, "Python packages are not current", FETCHED))
    else:
        findings.append(Finding(GOOD, "Python packages as pinned"))
    if development:
        remedy = "./o2c test fetches them"
        findings.append(Finding(OPTIONAL, "packages for tests and lint", remedy))
    return findings


def _odoo():
    """Odoo's source: which, and whether it is the tested build."""
    named = os.environ.get("O2C_ODOO_PATH")
    if not named and not (project.ODOO / ".ready").exists():
        if shutil.which("apt-get"):
            return [Finding(MISSING, "Odoo 19.0 is not unpacked", FETCHED)]
        remedy = "let O2C_ODOO_PATH name an Odoo 19.0, or use docker-compose.yml"
        return [Finding(MISSING, "no Odoo, and no apt to fetch it with", remedy)]
    build = odoo_source.build()
    tested = odoo_source.TESTED_VERSION
    if build == tested:
        return [Finding(GOOD, f"Odoo {build}, the tested build")]
    return [Finding(OPTIONAL, f"Odoo {build}; tests were run on {tested}")]


def _server():
    """PostgreSQL's programs and this clone's cluster."""
    programs = postgres.binaries()
    if programs is None:
        return [
            Finding(
                MISSING,
                f"no PostgreSQL server of version {postgres.MINIMUM} or later",
                "./o2c demo installs it as root; else: sudo apt-get install postgresql",
            )
        ]
    findings = [Finding(GOOD, f"PostgreSQL's programs in {programs}")]
    if not postgres.is_initialised():
        return [*findings, Finding(OPTIONAL, "no private cluster yet", FETCHED)]
    postgres.check_version()
    state = "running" if postgres.is_running() else "stopped, commands start it"
    return [*findings, Finding(GOOD, f"private cluster, {state}")]


def _databases():
    """Databases are listed when the server happens to run; doctor starts nothing."""
    if not (postgres.binaries() and postgres.is_initialised()):
        return []
    if not postgres.is_running():
        return []
    names = postgres.sql(
        "SELECT datname || ' ' || pg_database_size(datname) / 1000000 || ' MB'"
        " FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')"
        " ORDER BY datname"
    ).splitlines()
    return [Finding(GOOD, f"databases: {', '.join(names) or 'none yet'}")]


def _programs():
    wanted = (
        ("chromium", "browser tests", "sudo apt-get install chromium"),
        (
            packages.REPORTS,
            "the PDFs of Odoo's own reports, such as statements by mail",
            f"sudo apt-get install {packages.REPORTS}, where Debian has it",
        ),
        ("npm", "formatting XML in ./o2c lint", "sudo apt-get install npm"),
        ("docker", "docker-compose.yml only", "your system's Docker packages"),
    )
    return [
        Finding(GOOD, f"{name} at {shutil.which(name)}")
        if shutil.which(name)
        else Finding(OPTIONAL, f"no {name}: needed for {purpose}", remedy)
        for name, purpose, remedy in wanted
    ]


def _ports():
    taken = [port for port in USUAL_PORTS if not system.port_is_free(port)]
    if not taken:
        return [Finding(GOOD, f"usual ports {', '.join(map(str, USUAL_PORTS))} free")]
    text = f"port {', '.join(map(str, taken))} taken"
    return [Finding(OPTIONAL, text, "another is chosen, or say --port")]


def _apt_answers():
    if not shutil.which("apt-get"):
        return [Finding(OPTIONAL, "no apt on this machine")]
    address = odoo_source.debian_mirror().rstrip("/") + "/dists/sid/InRelease"
    try:
        with urllib.request.urlopen(address, timeout=15):
            return [Finding(GOOD, "Debian's mirror answers")]
    except (urllib.error.URLError, OSError) as error:
        remedy = "check network and proxy; needed to fetch Odoo"
        return [Finding(MISSING, f"Debian's mirror does not answer: {error}", remedy)]


def _pip_answers():
    python = project.PYTHON if project.PYTHON.exists() else sys.executable
    command = [str(python), "-m", "pip", "download", "--no-deps", "--quiet"]
    with tempfile.TemporaryDirectory() as folder:
        command += ["--no-input", "--dest", folder, "polib==1.2.0"]
        done = subprocess.run(command, capture_output=True, text=True)
    if not done.returncode:
        return [Finding(GOOD, "pip's index answers")]
    words = done.stderr.strip().splitlines()[-1:] or ["?"]
    remedy = "check network, proxy and pip's configuration"
    return [Finding(MISSING, f"pip's index does not answer: {words[0]}", remedy)]
