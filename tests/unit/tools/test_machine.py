"""A machine that lacks something: one sentence, what to do, exit code not 0."""

import ast
import errno
import os
import runpy
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import namedtuple
from contextlib import contextmanager
from pathlib import Path

import pytest

from o2c_cli import (
    commands,
    main,
    odoo_server,
    odoo_source,
    packages,
    postgres,
    provision,
    python_env,
    system,
)
from o2c_cli.ui import Problem

ROOT = Path(__file__).resolve().parents[3]
GB = 1_000_000_000
Usage = namedtuple("Usage", "total used free")
FULL = Usage(9 * GB, 9 * GB, 12_000_000)


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_that_was_asked_for_is_refused(taken_port):
    with pytest.raises(Problem, match=f"Port {taken_port} is taken.*--port"):
        system.choose_port(taken_port, explicit=True)


def test_another_port_is_taken_when_the_usual_one_is_in_use(taken_port):
    chosen = system.choose_port(taken_port, explicit=False)
    assert taken_port < chosen < taken_port + 200
    assert system.port_is_free(chosen)


def test_two_programs_never_choose_the_same_port(taken_port):
    """The second one looks before the first one's server listens."""
    choose = (
        "import sys; from o2c_cli import system; "
        f"port = system.choose_port({taken_port}, explicit=False); "
        "print('chosen', port, flush=True); "
        "sys.stdin.read()"
    )
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", choose],
            cwd=Path(system.__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    chosen = set()
    for program in programs:
        while not (line := program.stdout.readline()).startswith("chosen"):
            assert line, "it stopped before it chose"
        chosen.add(line)
    for program in programs:
        program.communicate()
    assert len(chosen) == 2


@pytest.mark.parametrize("port", [-1, 0, 65536, 99999])
def test_a_port_that_there_is_not(provisioned, typed, port):
    process = typed("serve", "--port", port)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err == f"! There is no port {port}. Choose one from 1024 to 65535.\n"


def test_a_port_for_root_alone_is_called_that(monkeypatch):
    def bind(_socket, address):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(system.socket, "socket", type("S", (socket.socket,), {}))
    monkeypatch.setattr(system.socket.socket, "bind", bind)
    with pytest.raises(Problem, match="Only root may listen on port 80"):
        system.choose_port(80, explicit=True)


def test_the_search_for_a_port_ends_with_the_last_one(monkeypatch):
    monkeypatch.setattr(system, "_claim", lambda port: False)
    with pytest.raises(Problem, match="No free port"):
        system.choose_port(65530, explicit=False)


@pytest.fixture
def command_of_server(provisioned, stopped_cluster, monkeypatch):
    """A function that tells how Odoo would be called to serve on a port."""
    given = []

    @contextmanager
    def starting(arguments, **options):
        given.extend(arguments)
        yield None

    monkeypatch.setattr(odoo_server, "starting", starting)
    monkeypatch.setattr(odoo_server, "_wait_until_up", lambda *arguments: None)

    def serve(port, workers):
        given.clear()
        with odoo_server.serving("mine", port, workers=workers):
            return list(given)

    return serve


def test_the_port_of_websockets_is_looked_for_too(command_of_server, taken_port):
    """Another program is where it would usually be."""
    (argument,) = (
        each
        for each in command_of_server(taken_port - 1000, workers=2)
        if each.startswith("--gevent-port=")
    )
    assert int(argument.partition("=")[2]) > taken_port


def test_the_port_of_websockets_is_one_near_the_last_port(command_of_server):
    assert "--gevent-port=64500" in command_of_server(65500, workers=2)


def test_without_workers_nobody_listens_for_websockets_apart(command_of_server):
    assert not [a for a in command_of_server(8069, workers=0) if "gevent" in a]


def test_the_command_line_says_it_in_one_sentence(provisioned, typed, taken_port):
    process = typed("serve", "--port", taken_port)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err.count("\n") == 1, err
    assert "taken by another program" in err


def test_no_space(clone, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: FULL)
    with pytest.raises(Problem, match="Only 12 MB are free .* O2C_HOME"):
        provision.ensure()
    assert not clone.VENV.exists()


def test_a_disk_that_fills_up_while_we_write(clone, monkeypatch, capsys):
    def write(_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/somewhere/file")

    monkeypatch.setitem(commands.TABLE, "doctor", ("", lambda parser: None, write))
    assert main.main(["doctor"]) == 2
    said = capsys.readouterr().err
    assert "The disk that holds /somewhere/file is full" in said
    assert "goes on where it stopped" in said


def test_a_program_that_finds_the_disk_full(clone):
    words = "tar: cannot write: No space left on device; exit 2"
    with pytest.raises(Problem, match="The disk that holds .* is full"):
        system.run(["sh", "-c", f"echo {words}"])


def test_other_programs_end_when_one_of_two_fails(clone, monkeypatch):
    """Odoo cannot be had; pip would go on for five minutes."""
    started = threading.Event()

    def install(**_options):
        started.set()
        system.run(["sleep", "300"])

    def fetch():
        started.wait(10)
        while not system._watched:
            time.sleep(0.01)
        raise Problem("No Odoo here.")

    monkeypatch.setattr(provision.odoo_source, "ensure", fetch)
    monkeypatch.setattr(provision.python_env, "ensure", install)
    with pytest.raises(Problem, match="No Odoo here"):
        provision._fetch_side_by_side()
    assert not system._watched


def test_space_is_not_asked_for_again_when_all_is_there(provisioned, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: FULL)
    system.check_disk()


def test_a_folder_that_cannot_be_written(home, clone, monkeypatch):
    blocked = home / "a-file"
    blocked.touch()
    monkeypatch.setattr(clone, "LOGS", blocked / "logs")
    with pytest.raises(Problem, match="Cannot write to .* O2C_HOME"):
        provision.ensure()


def test_no_apt_names_what_is_missing(no_programs):
    with pytest.raises(Problem, match="Missing on this machine: chromium.*no apt"):
        packages.ensure(["chromium"])


def test_no_apt_to_fetch_odoo_with(clone, no_programs, monkeypatch):
    monkeypatch.delenv("O2C_ODOO_PATH", raising=False)
    with pytest.raises(Problem, match="no apt here.*O2C_ODOO_PATH.*docker-compose"):
        odoo_source.ensure()


def test_without_root_the_exact_command_is_printed(monkeypatch):
    monkeypatch.setattr(packages, "is_root", lambda: False)
    monkeypatch.setattr(shutil, "which", lambda program: f"/usr/bin/{program}")
    with pytest.raises(Problem) as raised:
        packages.ensure(["postgresql", "libmagic1"])
    command = "sudo apt-get install -y --no-install-recommends postgresql libmagic1"
    assert command in raised.value.remedy


def test_no_postgresql_and_no_apt(clone, no_programs, monkeypatch):
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    with pytest.raises(Problem, match="Missing on this machine: postgresql"):
        postgres.ensure()


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 13)])
def test_another_python_is_refused(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", (*version, 1, "final", 0))
    with pytest.raises(SystemExit) as raised:
        runpy.run_path(str(ROOT / "o2c"), run_name="__main__")
    said = str(raised.value.code)
    assert "3.11 or 3.12 is needed, this is {}.{}".format(*version) in said
    assert "python3.11 ./o2c" in said


def test_old_pythons_can_read_the_file_that_refuses_them():
    ast.parse((ROOT / "o2c").read_text(), feature_version=(3, 4))


@pytest.fixture
def apt(monkeypatch):
    """Root on a Debian with apt, whose calls are noted and which offers some packages.

    :return: (list of commands, set of the packages on offer)
    """
    asked, offered = [], {"postgresql", "libmagic1", "wkhtmltopdf"}

    def look_up(command, **options):
        code = 0 if command[-1] in offered else 100
        return subprocess.CompletedProcess(command, code)

    def which(program):
        installed = {word for command in asked for word in command[2:]}
        return program == "apt-get" or program in installed

    monkeypatch.setattr(packages, "is_root", lambda: True)
    monkeypatch.setattr(packages, "_leave_no_main_cluster", lambda: None)
    monkeypatch.setattr(packages.shutil, "which", which)
    monkeypatch.setattr(packages.subprocess, "run", look_up)
    monkeypatch.setattr(packages, "run", lambda command, **kw: asked.append(command))
    return asked, offered


def test_what_prints_reports_comes_with_postgresql(clone, apt, monkeypatch):
    """One call of apt for all: each takes seconds."""
    asked, _offered = apt
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    with pytest.raises(Problem, match="No PostgreSQL server"):
        postgres.ensure()  # as before: nothing was really installed
    wanted = ["postgresql", "libmagic1", "wkhtmltopdf"]
    assert asked == [["apt-get", "update"], [*packages.INSTALL, *wanted]]


def test_postgresql_comes_where_apt_does_not_offer_what_prints_reports(clone, apt):
    asked, offered = apt
    offered.remove("wkhtmltopdf")
    packages.ensure(["postgresql"], welcome=packages.missing_for_reports())
    assert asked[-1] == [*packages.INSTALL, "postgresql"]


def test_the_demo_fetches_what_prints_reports(clone, apt, capsys):
    asked, _offered = apt
    provision.ensure_reports()
    assert asked[-1] == [*packages.INSTALL, "wkhtmltopdf"]
    assert capsys.readouterr().err == ""
    provision.ensure_reports()
    assert len(asked) == 2


@pytest.mark.parametrize("reason", ["not offered", "no network", "not root"])
def test_the_demo_goes_on_without_what_prints_reports(
    clone, apt, monkeypatch, capsys, reason
):
    _asked, offered = apt
    offered.clear()
    if reason == "not root":
        monkeypatch.setattr(packages, "is_root", lambda: False)
    if reason == "no network":
        monkeypatch.setattr(packages, "run", fail)
    provision.ensure_reports()
    said = capsys.readouterr().err
    assert "PDFs of Odoo's own reports will be missing" in said
    assert "apt-get install -y --no-install-recommends wkhtmltopdf" in said


def fail(command, **options):
    raise Problem(f"`{command[0]}` failed.")


def test_an_environment_whose_python_is_gone_is_made_anew(provisioned, monkeypatch):
    """As after an upgrade of the system."""
    made_anew(provisioned, monkeypatch, lambda: provisioned.PYTHON.unlink())


def test_an_environment_of_another_python_is_made_anew(provisioned, monkeypatch):
    libraries = provisioned.VENV / "lib"
    (here,) = libraries.iterdir()
    made_anew(provisioned, monkeypatch, lambda: here.rename(libraries / "python3.9"))


def test_the_environment_of_a_clone_that_was_moved_is_made_anew(
    provisioned, monkeypatch
):
    """Its programs begin with the path of the Python that was there."""
    settings = provisioned.VENV / "pyvenv.cfg"
    text = settings.read_text().replace(str(provisioned.VENV), "/elsewhere/venv")
    made_anew(provisioned, monkeypatch, lambda: settings.write_text(text))


def made_anew(provisioned, monkeypatch, damage):
    installed = []
    monkeypatch.setattr(python_env, "_install", installed.append)
    python_env.ensure(development=True)
    assert not installed
    damage()
    assert python_env.pending() == [python_env.RUNTIME]
    python_env.ensure(development=True)
    assert installed == [python_env.RUNTIME, python_env.DEVELOPMENT]
    assert provisioned.PYTHON.exists()
    assert python_env.pending(development=True) == []


def test_requirements_that_cannot_be_installed(clone, monkeypatch, tmp_path):
    """pip fails: its last words are shown, no stamp says that all is well."""
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("there-is-no-such-thing-o2c==1\n")  # and no hash
    monkeypatch.setattr(python_env, "RUNTIME", requirements)
    monkeypatch.setattr(python_env, "_is_sound", lambda: True)
    (clone.VENV / "bin").mkdir(parents=True)
    clone.PYTHON.symlink_to(sys.executable)
    with pytest.raises(Problem, match="pip could not install requirements.txt"):
        python_env.ensure()
    assert python_env.pending() == [requirements]


def test_two_clones_share_neither_socket_nor_cluster(home):
    """Each clone's process says where its cluster and its socket are."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from o2c_cli import postgres, project\n"
        "print(project.CLONE_ID, postgres.socket_folder(), postgres._data())"
    )
    answers = []
    # the third is too long for a socket's path
    for name in ("one", "two", "three" + "x" * 90):
        done = subprocess.run(
            [sys.executable, "-c", script, str(ROOT / "tools")],
            env={"O2C_HOME": str(home / name)},
            capture_output=True,
            text=True,
            check=True,
        )
        answers.append(done.stdout.split())
    assert all(len(set(column)) == 3 for column in zip(*answers, strict=True))
    assert all(len(socket_folder) < 100 for _, socket_folder, _ in answers)
