"""A clone of the project with folders of its own, and an Odoo that is a stub."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from o2c_cli import postgres, project, python_env

ROOT = Path(__file__).resolve().parents[3]

STUB_ODOO = '''
"""Stands for Odoo: serves /web/health, or sleeps when it is told to install."""
import http.server, subprocess, sys, time
child = subprocess.Popen(["sleep", "300"])  # a server has children too
port = [a.split("=")[1] for a in sys.argv if a.startswith("--http-port=")]
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *arguments):
        pass
if port:
    http.server.HTTPServer(("127.0.0.1", int(port[0])), Health).serve_forever()
time.sleep(300)
'''


@pytest.fixture
def make_odoo(home):
    """A function that makes a folder look like a checkout of some Odoo."""

    def make(name, version="19, 0", below=""):
        package = home / name / below / "odoo"
        (package / "addons").mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "release.py").write_text(
            f"version_info = ({version}, 0, 'final', 0, '')\n"
        )
        (package / "__main__.py").write_text(STUB_ODOO)
        return home / name

    return make


@contextmanager
def short_folder():
    """A folder that PostgreSQL's account can reach, short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="o2c-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for process in processes_of(folder):
            os.kill(process, signal.SIGKILL)
        shutil.rmtree(folder)


def processes_of(folder):
    """Processes that have to do with a clone: their number -> their command line."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environment = (process / "environ").read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended meanwhile
        ours = str(folder) in words or f"O2C_HOME={folder}" in environment
        if words and ours and int(process.name) != os.getpid():
            found[int(process.name)] = words
    return found


@pytest.fixture
def home():
    with short_folder() as folder:
        yield folder


@pytest.fixture
def alive(home):
    """A function that tells which processes of the clone are running."""
    return lambda: processes_of(home)


def be_in(home, monkeypatch):
    """Let the tools believe to be in a fresh clone whose folder is `home`."""
    places = {
        "HOME": home,
        "VENV": home / "venv",
        "ODOO": home / "odoo",
        "DOWNLOADS": home / "downloads",
        "LOGS": home / "logs",
        "RUN": home / "run",
        "DATA": home / "data",
        "CLONE_ID": "0123456789",
        "PYTHON": home / "venv" / "bin" / "python",
    }
    for name, value in places.items():
        monkeypatch.setattr(project, name, value)
    project.prepare_folders()
    return project


@pytest.fixture
def clone(home, monkeypatch):
    return be_in(home, monkeypatch)


@pytest.fixture
def odoo_path(make_odoo, monkeypatch):
    folder = make_odoo("checkout")
    monkeypatch.setenv("O2C_ODOO_PATH", str(folder))
    return folder


@pytest.fixture
def no_programs(home, monkeypatch):
    """Nothing on the PATH: no apt, no initdb, no npm."""
    empty = home / "empty-path"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))


@pytest.fixture(scope="session")
def initialised_cluster():
    """A PostgreSQL cluster to copy: making one takes two seconds."""
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server on this machine")
    with short_folder() as folder:
        # later tests are in the real clone again, not in this folder
        with pytest.MonkeyPatch.context() as monkeypatch:
            be_in(folder, monkeypatch)
            postgres.ensure()
            made = postgres.base()
        yield made


@pytest.fixture
def stopped_cluster(clone, initialised_cluster):
    """The clone has a PostgreSQL of its own, which is not running."""
    subprocess.run(["cp", "-a", initialised_cluster, postgres.base()], check=True)
    return postgres


@pytest.fixture
def cluster(stopped_cluster):
    with postgres.running():
        yield postgres


def make_environment(clone):
    """A virtual environment that is this Python, and has no packages."""
    (clone.VENV / "bin").mkdir(parents=True)
    clone.PYTHON.symlink_to(sys.executable)
    (clone.VENV / "bin" / "pip").touch()
    version = "python{}.{}".format(*sys.version_info[:2])
    (clone.VENV / "lib" / version / "site-packages").mkdir(parents=True)
    made_by = f"command = {sys.executable} -m venv --clear {clone.VENV}\n"
    (clone.VENV / "pyvenv.cfg").write_text(made_by)


@pytest.fixture
def provisioned(clone, odoo_path):
    """The clone counts as provisioned: this Python is its environment."""
    make_environment(clone)
    for file in (python_env.RUNTIME, python_env.DEVELOPMENT):
        python_env._stamp(file).write_text(python_env._digest(file))
    return clone


@pytest.fixture
def odoo_database(provisioned, stopped_cluster):
    """A database that counts as one of Odoo 19.0; the server is stopped again."""
    with postgres.running():
        postgres.sql("CREATE DATABASE mine")
        postgres.sql(
            "CREATE TABLE ir_module_module (name text, latest_version text); "
            "INSERT INTO ir_module_module VALUES ('base', '19.0.1.3')",
            database="mine",
        )
    return "mine"


@pytest.fixture
def typed(home):
    """Type an ./o2c command in a process of its own, in the clone of `home`."""
    started = []

    def start(*arguments, **environment):
        process = subprocess.Popen(
            [sys.executable, ROOT / "o2c", *map(str, arguments)],
            env={**os.environ, "O2C_HOME": str(home), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def wait_for_line():
    """A function that reads what a process prints up to a line with some text."""

    def wait(process, text):
        for line in process.stdout:
            if text in line:
                return
        pytest.fail(f"{text!r} was not printed: {process.stderr.read()}")

    return wait
