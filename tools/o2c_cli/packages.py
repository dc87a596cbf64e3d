"""Debian's packages underneath: root gets them installed, others get them named."""

import os
import shutil
import subprocess
from pathlib import Path

from . import project
from .system import is_root, run
from .ui import Problem, task, warn

CREATE_CLUSTER_CONF = Path("/etc/postgresql-common/createcluster.conf")
# Odoo prints its own reports with it; not every Debian has it any more.
REPORTS = "wkhtmltopdf"
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")


def ensure(packages, *, welcome=()):
    """Install Debian packages when root; otherwise say the exact command.

    :param packages: names of packages that are missing
    :param welcome: names of missing ones without which everything goes on
    """
    if not packages:
        return
    if not shutil.which("apt-get"):
        raise Problem(
            f"Missing on this machine: {', '.join(packages)}, and there is no apt.",
            "Install them with your system's package manager and run this again.",
        )
    if not is_root():
        command = [*INSTALL, *packages, *filter(_is_offered, welcome)]
        raise Problem(
            f"Missing on this machine: {', '.join(packages)}.",
            f"Type: sudo {' '.join(command)}",
        )
    _install(packages, welcome)


def _install(packages, welcome):
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with task(f"installing system packages: {' '.join([*packages, *welcome])}"):
        _leave_no_main_cluster()
        run(["apt-get", "update"], env=environment, remedy="Is the network there?")
        command = [*INSTALL, *packages, *filter(_is_offered, welcome)]
        run(
            command,
            env=environment,
            log=project.LOGS / "apt-install.log",
            remedy=f"Try by hand: sudo {' '.join(command)}.",
        )


def _is_offered(package):
    """Whether apt knows where to get a package."""
    asked = ["apt-cache", "show", "--no-all-versions", package]
    return not subprocess.run(asked, capture_output=True).returncode


def _leave_no_main_cluster():
    """Keep Debian's postgresql from creating and starting a cluster of its own."""
    if not CREATE_CLUSTER_CONF.exists():
        CREATE_CLUSTER_CONF.parent.mkdir(parents=True, exist_ok=True)
        CREATE_CLUSTER_CONF.write_text("create_main_cluster = false\n")


def missing_for_reports():
    """What Odoo's own reports need and this machine lacks."""
    return [] if shutil.which(REPORTS) else [REPORTS]


def ensure_reports():
    """Have what prints Odoo's own reports; one sentence when it cannot be had."""
    missing = missing_for_reports()
    if missing and is_root() and shutil.which("apt-get"):
        try:
            _install([], missing)
        except Problem as problem:
            warn(str(problem))
    if missing_for_reports():
        warn(
            f"There is no {REPORTS} here, so the PDFs of Odoo's own reports will be "
            f"missing; where Debian has it, this brings it: sudo {' '.join(INSTALL)} "
            f"{REPORTS}"
        )
