"""The machine underneath: commands, system packages, disk, ports, processes."""

import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from . import project
from .ui import Problem, say, task

NEEDED_DISK_MB = 2500
FULL_DISK_BYTES = 1_000_000
# apt waits for ever on a full disk: a program that runs long is looked after
SECONDS_BETWEEN_LOOKS = 5
CREATE_CLUSTER_CONF = Path("/etc/postgresql-common/createcluster.conf")

_claims = {}  # port -> what says that it is ours while this process lives

# command or file that proves it is there -> Debian package
SYSTEM_PACKAGES = {
    "postgresql": "PostgreSQL server",
    "libmagic1": "file type detection",
    "chromium": "browser tests",
}


def run(command, *, remedy="", log=None, **kwargs):
    """Run a command and raise a Problem with its last words when it fails.

    :param command: list of arguments
    :param str remedy: what to do when it fails
    :param Path log: file that receives the whole output
    :return: the output as text
    """
    with watched(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **kwargs,
    ) as process:
        output = _output_of(process)
    if log:
        log.write_text(output)
    if process.returncode:
        check_output(output)
        tail = " / ".join(output.strip().splitlines()[-3:])
        where = f" The whole output is in {log}." if log else ""
        raise Problem(
            f"`{Path(str(command[0])).name}` failed ({process.returncode}): {tail}",
            f"{remedy}{where}",
        )
    return output


def _output_of(process):
    """All that a program prints until it ends, unless it waits for a full disk."""
    while True:
        try:
            return process.communicate(timeout=SECONDS_BETWEEN_LOOKS)[0]
        except subprocess.TimeoutExpired:
            check_output("")


# What threads wait for: a signal reaches the main thread alone.
_watched = set()


@contextmanager
def watched(command, **kwargs):
    """A program that ends with the block, or when somebody calls `stop_watched`.

    :param command: list of arguments
    """
    process = subprocess.Popen(
        [str(part) for part in command], stdin=subprocess.DEVNULL, **kwargs
    )
    _watched.add(process)
    try:
        yield process
    finally:
        _watched.discard(process)
        if process.poll() is None:
            process.terminate()
            process.wait()


def stop_watched():
    """End the programs that other threads wait for."""
    for process in list(_watched):
        process.terminate()


def check_output(text):
    """Say in plain words what a program's output tells about the machine.

    A full disk keeps no output: then the disk itself is asked.

    :raise Problem: there was no space left
    """
    free = shutil.disk_usage(project.HOME).free
    if os.strerror(errno.ENOSPC) in text or free < FULL_DISK_BYTES:
        raise no_space(project.HOME)


def no_space(path):
    return Problem(
        f"The disk that holds {path} is full.",
        f"Free about {NEEDED_DISK_MB} MB there, or set O2C_HOME to a folder on a "
        "larger disk, and run this again: it goes on where it stopped.",
    )


def is_root():
    return os.geteuid() == 0


def check_disk():
    free = shutil.disk_usage(project.HOME).free // 1_000_000
    if free < NEEDED_DISK_MB and not project.PYTHON.exists():
        raise Problem(
            f"Only {free} MB are free at {project.HOME}; "
            f"{NEEDED_DISK_MB} MB are needed.",
            "Free some space or set O2C_HOME to a folder on a larger disk.",
        )


def ensure_packages(packages):
    """Install Debian packages when root; otherwise say the exact command.

    :param packages: names of packages that are missing
    """
    if not packages:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    by_hand = f"sudo {' '.join(command)}"
    if not shutil.which("apt-get"):
        raise Problem(
            f"Missing on this machine: {', '.join(packages)}, and there is no apt.",
            "Install them with your system's package manager and run this again.",
        )
    if not is_root():
        raise Problem(
            f"Missing on this machine: {', '.join(packages)}.", f"Type: {by_hand}"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with task(f"installing system packages: {' '.join(packages)}"):
        _leave_no_main_cluster()
        run(["apt-get", "update"], env=environment, remedy="Is the network there?")
        run(
            command,
            env=environment,
            log=project.LOGS / "apt-install.log",
            remedy=f"Try by hand: {by_hand}.",
        )


def _leave_no_main_cluster():
    """Keep Debian's postgresql from creating and starting a cluster of its own."""
    if not CREATE_CLUSTER_CONF.exists():
        CREATE_CLUSTER_CONF.parent.mkdir(parents=True, exist_ok=True)
        CREATE_CLUSTER_CONF.write_text("create_main_cluster = false\n")


def port_is_free(port, host="127.0.0.1"):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _claim(port):
    """Keep a free port from our other processes until a server of ours listens there.

    Names of Linux's abstract namespace hold between clones and go with the process.

    :return: whether it is ours
    """
    if port in _claims:
        return True
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0o2c-port-{port}")
    except OSError:
        claim.close()
        return False
    _claims[port] = claim
    return True


def choose_port(wanted, *, explicit):
    """A free port: the wanted one, or the next free when it was only the usual.

    :param int wanted: the port to try first
    :param bool explicit: the person asked for exactly this one
    :raise Problem: when an explicit port is taken
    """
    if port_is_free(wanted) and (explicit or _claim(wanted)):
        return wanted
    if explicit:
        raise Problem(
            f"Port {wanted} is taken by another program.",
            "Choose another with --port, or leave --port out.",
        )
    for port in range(wanted + 1, wanted + 200):
        if port_is_free(port) and _claim(port):
            say(f"· port {wanted} is taken, using {port}")
            return port
    raise Problem(
        f"No free port from {wanted} to {wanted + 199}.", "Stop some servers."
    )


@contextmanager
def child(command, **kwargs):
    """A program that runs while the block does, and ends with it, children and all.

    It gets a process group of its own: a Ctrl-C at the terminal reaches us alone. When
    we are killed, the kernel ends it.

    :param command: list of arguments
    """
    process = None
    try:
        with _signals_held():
            process = subprocess.Popen(
                [*_ended_with_parent(), *(str(part) for part in command)],
                start_new_session=True,
                **{"stdin": subprocess.DEVNULL, **kwargs},
            )
        yield process
    finally:
        with _signals_held():
            stop_process(process)


@cache
def _ended_with_parent():
    """What a command begins with so that it gets SIGTERM when its parent is gone."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "TERM") if setpriv else ()


def call(command, **kwargs):
    """Run a long program to its end.

    :return: its exit code
    """
    with child(command, **kwargs) as process:
        return process.wait()


@contextmanager
def _signals_held():
    """Ctrl-C waits until the block is over: nothing is started and then forgotten."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread gets signals
        return
    arrived = []
    previous = {
        number: signal.signal(number, lambda got, frame: arrived.append(got))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        if arrived:
            raise KeyboardInterrupt


def stop_process(process, *, grace=20):
    """End a child that we started, with everything in its process group."""
    if process is None or process.poll() is not None:
        return
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(grace)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    except ProcessLookupError:
        process.wait()
    _end_rest_of_group(process.pid)


def _end_rest_of_group(group, *, seconds=10):
    """End what outlives the first of a group: a browser's helpers write for a while."""
    deadline = time.monotonic() + seconds
    with suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(group, signal.SIGKILL)
            time.sleep(0.01)


@contextmanager
def file_lock(path, *, message):
    """Hold an exclusive lock on a file; say so when another run has it."""
    with open(path, "a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"· {message}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
