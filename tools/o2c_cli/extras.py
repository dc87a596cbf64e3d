"""Packages that only some commands need, each set in a folder of its own."""

import hashlib
import sys

from . import project
from .system import file_lock, run
from .ui import task


def ensure(requirements, words):
    """Install a set of packages; a matching stamp makes this free.

    :param Path requirements: file with versions and hashes, without dependencies
    :param str words: what is being installed, for people
    :return: the folder for PYTHONPATH
    """
    name = requirements.stem.removeprefix("requirements-")
    folder = project.HOME / name
    stamp = folder / "installed.sha256"
    content = requirements.read_bytes() + sys.version.encode()
    digest = hashlib.sha256(content).hexdigest()
    with file_lock(
        project.RUN / f"{name}.lock", message=f"another run installs {words}"
    ):
        if not stamp.exists() or stamp.read_text() != digest:
            with task(f"installing {words}"):
                _install(requirements, folder)
            stamp.write_text(digest)
    return folder


def _install(requirements, folder):
    command = [project.PYTHON, "-m", "pip", "install", "--no-input", "--no-deps"]
    command += ["--upgrade", "--require-hashes", "-r", requirements]
    run(
        [*command, "--target", folder],
        log=project.LOGS / f"pip-{folder.name}.log",
        remedy="Is the package index reachable?",
    )
