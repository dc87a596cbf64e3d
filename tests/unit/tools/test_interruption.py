"""Ctrl-C and a killed command leave no process behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from o2c_cli import database, postgres, project, system
from o2c_cli.ui import Problem


def none_is_left(alive, seconds=10):
    """Whether all processes of the clone end; says which do not."""
    deadline = time.monotonic() + seconds
    while (left := alive()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == {}
    return True


@pytest.fixture
def serving(odoo_database, typed, wait_for_line):
    port = system.choose_port(8431, explicit=False)
    process = typed("serve", "--database", odoo_database, "--port", port)
    wait_for_line(process, f"http://localhost:{port}")
    yield process, port


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_stops_odoo_its_children_and_postgresql(serving, alive, sent):
    process, port = serving
    assert len(alive()) > 3  # ./o2c, Odoo, its child, PostgreSQL's
    # a terminal sends Ctrl-C to everything in the foreground
    os.killpg(process.pid, sent)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert none_is_left(alive)
    assert system.port_is_free(port)


def test_a_closing_terminal_that_says_so_twice_lets_a_command_tidy_up():
    """The kernel tells the programs in the foreground, and then the shell does."""
    script = """
import os, signal
from o2c_cli import system
system.stop_on_signals()
try:
    os.kill(os.getpid(), signal.SIGHUP)
except KeyboardInterrupt:
    os.kill(os.getpid(), signal.SIGHUP)
    print("tidied up")
"""
    assert "tidied up" in _said_by(script)


def test_what_nohup_keeps_running_is_not_stopped():
    script = """
import os, signal
from o2c_cli import system
system.stop_on_signals()
with system._signals_held():
    os.kill(os.getpid(), signal.SIGHUP)
print("went on")
"""
    assert "went on" in _said_by(script, "nohup")


def _said_by(script, *before):
    return subprocess.run(
        [*before, sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(project.ROOT / "tools")},
        capture_output=True,
        text=True,
    ).stdout


def test_the_rest_of_a_group_ends_with_a_leader_that_ended_by_itself():
    script = "sleep 60 & echo $!"
    with system.child(["sh", "-c", script], stdout=subprocess.PIPE, text=True) as first:
        left = int(first.stdout.readline())
        first.wait()
        first.stdout.close()
        # a program that is just being started has no words yet
        assert eventually(lambda: command_of(left))
    assert eventually(lambda: not command_of(left))


def test_a_thread_that_is_stopped_starts_no_other_program(clone):
    """It would be between two programs just then."""
    stopped, outcomes = threading.Event(), []

    def work():
        stopped.wait(10)
        try:
            system.run(["true"])
        except Problem as problem:
            outcomes.append(str(problem))

    thread = threading.Thread(target=work)
    with pytest.raises(KeyError), system.stopping_threads():
        thread.start()
        raise KeyError
    stopped.set()
    thread.join()
    assert outcomes == ["`true` was not started: the command is being stopped."]
    system.run(["true"])  # the main thread tidies up
    with system.stopping_threads():
        pass  # and the next time threads may start programs again
    assert not system._stopping.is_set()


def test_an_interrupted_installation_leaves_nothing(
    odoo_database, alive, typed, wait_for_line
):
    """The stub of Odoo would install for five minutes."""
    process = typed("db", "create", "another")
    wait_for_line(process, "preparing a database")
    while not any("-m odoo" in words for words in alive().values()):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert none_is_left(alive)


def test_the_next_command_works_after_a_kill(serving, typed):
    """Nobody can tidy up after SIGKILL; the next command must still work."""
    process, _port = serving
    process.kill()
    process.wait()
    again = typed("db", "drop", "mine")
    out, err = again.communicate(timeout=60)
    assert again.returncode == 0, err
    assert "database mine is gone" in out


def command_of(pid):
    """What a process runs; empty for one that is gone or waits to be collected."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def eventually(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_programs_end_when_their_parent_is_killed():
    """As servers do that a test or a measure started, which is killed itself."""
    script = """
import subprocess
import sys
from o2c_cli import system
with system.child(["sleep", "60"], stdout=subprocess.DEVNULL) as process:
    print(process.pid, flush=True)
    sys.stdin.read()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(project.ROOT / "tools")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent.stdout, parent.stdin:
        child = int(parent.stdout.readline())
        # the kernel is asked just before the program starts, not before
        assert eventually(lambda: command_of(child).startswith(b"sleep"))
        parent.kill()
        parent.wait()
    assert eventually(lambda: not command_of(child))


def test_the_last_command_of_a_clone_stops_the_server(clone, cluster):
    with postgres.running():
        assert postgres.is_running()
    assert postgres.is_running()  # the first user is still there
    assert not database.exists("nobody")
