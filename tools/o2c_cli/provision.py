"""Everything that must be there before Odoo runs; each part is free when it is."""

import shutil
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from . import extras, odoo_source, packages, postgres, project, python_env
from .system import check_disk, check_owner, file_lock, stopping_threads
from .ui import Problem

OFFICIAL = project.ROOT / "requirements-official.txt"


def ensure(*, development=False):
    """Provision the clone: Odoo, Python packages, PostgreSQL.

    :param bool development: also what tests, lint and benchmarks need
    """
    _check_writable()
    check_disk()
    with _alone("provision"):
        postgres.ensure()
        _fetch_side_by_side()
    if development:
        # apart: who needs only Odoo does not wait for it
        with _alone("development"):
            _ensure_development()


def ensure_reports():
    """Have what prints Odoo's own reports, where it can be had."""
    with _alone("provision"):
        packages.ensure_reports()


def _alone(name):
    return file_lock(
        project.RUN / f"{name}.lock", message="another run is provisioning, waiting"
    )


def _ensure_development():
    if not shutil.which("chromium"):
        packages.ensure(["chromium"])
    python_env.ensure(development=True)
    extras.ensure(OFFICIAL, "the SRI's schemas")


def _fetch_side_by_side():
    """Odoo and the Python packages wait for different servers: fetch both at once."""
    # also after Ctrl-C: leaving the pool waits for its threads, and they for programs
    with ThreadPoolExecutor(2) as pool, stopping_threads():
        parts = [
            pool.submit(odoo_source.ensure),
            pool.submit(python_env.ensure),
        ]
        done, _waiting = wait(parts, return_when=FIRST_EXCEPTION)
        for part in done:
            part.result()


def _check_writable():
    check_owner()
    try:
        project.prepare_folders()
    except OSError as error:
        raise Problem(
            f"Cannot write to {project.HOME}: {error.strerror}.",
            "Set O2C_HOME to a folder of yours.",
        ) from error
