"""The virtual environment with pinned and hashed requirements."""

import hashlib
import re
import subprocess
import sys
import time

from . import packages, project
from .system import check_output, watched
from .ui import Problem, say, task

RUNTIME = project.ROOT / "requirements.txt"
DEVELOPMENT = project.ROOT / "requirements-dev.txt"


def ensure(*, development=False):
    """Create or complete the environment; a matching stamp makes this free.

    :param bool development: with what tests, lint and benchmarks add
    """
    missing = pending(development=development)
    if not missing:
        return
    if not _is_sound():
        _create()
        missing = pending(development=development)
    for file in missing:
        with task(f"installing Python packages of {file.name}"):
            _install(file)
        _stamp(file).write_text(_digest(file))


def pending(*, development=False):
    """The requirements files whose packages are not installed as they stand.

    :param bool development: with what tests, lint and benchmarks add
    :return: list of paths
    """
    files = [RUNTIME, DEVELOPMENT] if development else [RUNTIME]
    return [f for f in files if not _is_current(f)]


def _stamp(file):
    return project.VENV / f"{file.name}.sha256"


def _digest(file):
    version = sys.version.encode()
    return hashlib.sha256(file.read_bytes() + version).hexdigest()


def _is_current(file):
    stamp = _stamp(file)
    return _is_sound() and stamp.exists() and stamp.read_text() == _digest(file)


def _is_sound():
    """Whether the environment's programs can run: its Python and its folder are there.

    They name the folder in their first line, and a copied or moved clone has another.
    """
    settings = project.VENV / "pyvenv.cfg"
    packages_here = "lib/python{}.{}/site-packages".format(*sys.version_info[:2])
    needed = (project.PYTHON, project.VENV / "bin" / "pip", settings)
    if not all(p.exists() for p in (*needed, project.VENV / packages_here)):
        return False
    made_by = re.search(r"^command = .* -m venv (.*)$", settings.read_text(), re.M)
    return bool(made_by) and made_by[1].endswith(f" {project.VENV}")


def _create():
    command = [sys.executable, "-m", "venv", "--clear", str(project.VENV)]
    with task("creating the virtual environment"):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            # Debian splits venv's own parts into another package
            packages.ensure(["python3-venv"])
            done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Problem(
                f"Python could not create {project.VENV}: {done.stderr[-300:]}",
                "Is python3-venv installed?",
            )


def _installed():
    return len(list(project.VENV.glob("lib/python*/site-packages/*.dist-info")))


def _install(file):
    command = [str(project.PYTHON), "-m", "pip", "install", "--no-input", "--quiet"]
    command += ["--require-hashes", "-r", str(file)]
    log = project.LOGS / f"pip-{file.stem}.log"
    with (
        log.open("w") as output,
        watched(command, stdout=output, stderr=subprocess.STDOUT) as process,
    ):
        code = _wait_and_tell(process)
    if code:
        check_output(log.read_text())
        last = [line for line in log.read_text().splitlines() if line.strip()][-2:]
        raise Problem(
            f"pip could not install {file.name}: {' / '.join(last)}",
            f"Is the package index reachable? The whole output is in {log}.",
        )


def _wait_and_tell(process):
    """Wait for pip, with a word every ten seconds.

    :return: its exit code
    """
    started = time.monotonic()
    while True:
        try:
            return process.wait(10)
        except subprocess.TimeoutExpired:
            check_output("")
            seconds = time.monotonic() - started
            say(f"  {_installed()} packages there after {seconds:.0f} s")
