"""Everything that must be there before Odoo runs; each part is free when it is."""

from . import odoo_source, postgres, project, python_env
from .system import check_disk, file_lock
from .ui import Problem


def ensure(*, development=False):
    """Provision the clone: Odoo, Python packages, PostgreSQL.

    :param bool development: also what tests, lint and benchmarks need
    """
    _check_writable()
    check_disk()
    with file_lock(
        project.RUN / "provision.lock", message="another run is provisioning, waiting"
    ):
        postgres.ensure()
        odoo_source.ensure()
        python_env.ensure(development=development)


def _check_writable():
    try:
        project.prepare_folders()
    except OSError as error:
        raise Problem(
            f"Cannot write to {project.HOME}: {error.strerror}.",
            "Set O2C_HOME to a folder of yours.",
        ) from error
