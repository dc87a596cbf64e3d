"""The machine underneath: commands, disk, accounts, ports, processes."""

import errno
import fcntl
import os
import pwd
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
from .ui import Problem, say

NEEDED_DISK_MB = 2500
FULL_DISK_BYTES = 1_000_000
HIGHEST_PORT = 65535
# apt waits for ever on a full disk: a program that runs long is looked after
SECONDS_BETWEEN_LOOKS = 5
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_claims = {}  # port -> what says that it is ours while this process lives


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
_stopping = threading.Event()
_starting = threading.Lock()


@contextmanager
def watched(command, **kwargs):
    """A program that ends with the block, or when somebody calls `stop_watched`.

    :param command: list of arguments
    """
    words = [str(part) for part in command]
    with _starting:
        if _stopping.is_set() and not _in_main_thread():
            raise Problem(
                f"`{words[0]}` was not started: the command is being stopped."
            )
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, **kwargs)
        _watched.add(process)
    try:
        yield process
    finally:
        _watched.discard(process)
        if process.poll() is None:
            process.terminate()
            process.wait()


def _in_main_thread():
    return threading.current_thread() is threading.main_thread()


@contextmanager
def stopping_threads():
    """When the block fails, what other threads wait for ends and they start no more."""
    _stopping.clear()
    try:
        yield
    except BaseException:
        with _starting:
            _stopping.set()
            for process in _watched:
                process.terminate()
        raise


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


def check_owner():
    """Refuse what another account made here: half of it would be unusable for us.

    :raise Problem: saying who made it
    """
    made = [p for p in (project.RUN, project.HOME) if os.path.lexists(p)]
    # an empty folder may be anybody's, such as a volume that is mounted there
    if not made or made[0] == project.HOME and os.access(project.HOME, os.W_OK):
        return
    owner, we = made[0].stat().st_uid, os.geteuid()
    if owner != we:
        raise Problem(
            f"{project.HOME} belongs to {_account(owner)}, you are {_account(we)}.",
            f"Run this as {_account(owner)}, or set O2C_HOME to a folder of yours.",
        )


def _account(number):
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"the account {number}"


def check_disk():
    free = shutil.disk_usage(project.HOME).free // 1_000_000
    if free < NEEDED_DISK_MB and not project.PYTHON.exists():
        raise Problem(
            f"Only {free} MB are free at {project.HOME}; "
            f"{NEEDED_DISK_MB} MB are needed.",
            "Free some space or set O2C_HOME to a folder on a larger disk.",
        )


def port_is_free(port, host="127.0.0.1"):
    return not _what_keeps_from(port, host)


def _what_keeps_from(port, host="127.0.0.1"):
    """The error number of listening on a port, 0 when nothing is in the way."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno
    return 0


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
    :raise Problem: when an explicit port is taken, or none
    """
    if explicit:
        _check_port(wanted)
        _claim(wanted)
        return wanted
    if port_is_free(wanted) and _claim(wanted):
        return wanted
    for port in range(wanted + 1, min(wanted + 200, HIGHEST_PORT + 1)):
        if port_is_free(port) and _claim(port):
            say(f"· port {wanted} is taken, using {port}")
            return port
    raise Problem(
        f"No free port from {wanted} to {wanted + 199}.", "Stop some servers."
    )


def _check_port(port):
    if not 1 <= port <= HIGHEST_PORT:
        raise Problem(
            f"There is no port {port}.", f"Choose one from 1024 to {HIGHEST_PORT}."
        )
    reason = _what_keeps_from(port)
    if reason in (errno.EACCES, errno.EPERM):
        raise Problem(
            f"Only root may listen on port {port}.",
            f"Choose one from 1024 to {HIGHEST_PORT} with --port.",
        )
    if reason:
        raise Problem(
            f"Port {port} is taken by another program.",
            "Choose another with --port, or leave --port out.",
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
    if not _in_main_thread():
        yield  # only the main thread gets signals
        return
    arrived = []
    previous = {
        number: signal.signal(number, lambda got, frame: arrived.append(got))
        for number in STOPPING
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        if arrived:
            terminate(arrived[0], None)


def stop_on_signals():
    """Let SIGTERM and a terminal that closes do what Ctrl-C does."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # nohup has it ignored: then it stays so
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, terminate)


def terminate(_number, _frame):
    """Stop the command; another signal of a closing terminal lets it tidy up.

    :raise KeyboardInterrupt: always
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    raise KeyboardInterrupt


def stop_process(process, *, grace=20):
    """End a child that we started, with everything in its process group.

    :param float grace: seconds for it to end by itself
    """
    if process is None:
        return
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    # also when the first one ended before: the others do not know
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
