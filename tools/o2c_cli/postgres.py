"""A private PostgreSQL cluster on a Unix socket, for this clone only."""

import fcntl
import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from . import packages, project
from .system import is_root, run
from .ui import Problem, task

ROLE = "o2c"
PORT = 5432  # only names the socket: nothing listens on the network
MINIMUM = 13
INSTALLED = Path("/usr/lib/postgresql")  # as Debian has them, a folder for each
SOCKET_PATH_LIMIT = 90  # of 107 bytes, less the socket's own file name

# A cluster of throw-away databases: speed before durability. Production runs on the
# server that docker-compose.yml or the operator provides, never on this one.
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # never wait for the disk: these push pages out even without fsync
    "checkpoint_flush_after": "0",
    "bgwriter_flush_after": "0",
    "backend_flush_after": "0",
    "max_wal_size": "2GB",
    "jit": "off",
}


def _account():
    """The account that owns the cluster: PostgreSQL refuses to run as root."""
    if not is_root():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Problem("There is no unprivileged account here.", "Create one: postgres.")


def _reachable_by(account, folder):
    """Whether an account may pass through every folder above this one."""
    above = [p for p in (folder, *folder.parents) if p.exists()]
    return all(p.stat().st_mode & 0o001 for p in above)


def base():
    """Folder of the cluster: in the project unless its owner cannot get there."""
    account = _account()
    if account is None or _reachable_by(account, project.HOME):
        return project.HOME / "postgres"
    return Path("/var/lib/o2c") / project.CLONE_ID


def socket_folder():
    """Folder of the socket on which the server listens."""
    folder = base() / "socket"
    if len(str(folder)) > SOCKET_PATH_LIMIT:
        return Path("/tmp") / f"o2c-{project.CLONE_ID}"
    return folder


def _data():
    return base() / "data"


def binaries():
    """Folder of the PostgreSQL server that made the cluster, or of the newest here.

    :return: None when there is none of version 13 or later
    """
    found = {v: folder for v, folder in _servers().items() if v >= MINIMUM}
    if not found:
        return None
    made_by = _made_by() if is_initialised() else None
    return found[made_by if made_by in found else max(found)]


def _servers():
    """The servers on this machine: version -> folder of programs."""
    found = {
        int(folder.parent.name): folder
        for folder in INSTALLED.glob("*/bin")
        if (folder / "initdb").exists() and folder.parent.name.isdigit()
    }
    on_path = shutil.which("initdb")
    if not found and on_path:
        text = subprocess.run(
            [on_path, "--version"], capture_output=True, text=True
        ).stdout
        version = int(text.split()[-1].split(".")[0])
        found[version] = Path(on_path).resolve().parent
    return found


def _made_by():
    """Version of the PostgreSQL that made the cluster."""
    return int((_data() / "PG_VERSION").read_text().split(".")[0])


def ensure():
    """Have a server's programs and an initialised cluster."""
    if binaries() is None:
        # in one go with what Odoo's reports need: apt is slow to start
        packages.ensure(
            ["postgresql", "libmagic1"], welcome=packages.missing_for_reports()
        )
    if binaries() is None:
        raise Problem(
            f"No PostgreSQL server of version {MINIMUM} or later was found.",
            "Install Debian's package postgresql.",
        )
    if not is_initialised():
        with task("creating the private PostgreSQL cluster"):
            _initialise()
    check_version()


def is_initialised():
    """Whether this clone's cluster was made to the end."""
    return (_data() / ".ready").exists()


def _initialise():
    base().mkdir(parents=True, exist_ok=True)
    shutil.rmtree(_data(), ignore_errors=True)
    _data().mkdir(mode=0o700)
    account = _account()
    if account:
        for folder in (base(), _data()):
            os.chown(folder, account.pw_uid, account.pw_gid)
    as_owner(
        "initdb",
        *("-D", _data(), "-U", ROLE, "--auth=trust"),
        *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
    )
    with (_data() / "postgresql.conf").open("a") as conf:
        conf.write("".join(f"{k} = {v}\n" for k, v in SETTINGS.items()))
    (_data() / ".ready").touch()


def check_version():
    """Refuse a cluster that another version of PostgreSQL made."""
    made_by = _made_by()
    here = int(binaries().parent.name) if binaries().parent.name.isdigit() else made_by
    if here != made_by:
        raise Problem(
            f"The cluster in {_data()} was made by PostgreSQL {made_by}, "
            f"this machine has {here}.",
            f"Remove the folder {base()} (its demo databases are made again).",
        )


def as_owner(program, *arguments):
    """Run one of PostgreSQL's programs as the account that owns the cluster."""
    account = _account()
    extra = {}
    if account:
        extra = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(base())}
    return run(
        [binaries() / program, *arguments],
        cwd=base(),
        env=environment,
        log=project.LOGS / f"{program}.log",
        **extra,
    )


def is_running():
    """Whether this clone's server is up."""
    account = _account()
    extra = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    done = subprocess.run(
        [binaries() / "pg_ctl", "status", "-D", _data()],
        capture_output=True,
        cwd=base(),
        **extra,
    )
    return done.returncode == 0


def _start():
    folder = socket_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    account = _account()
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    log = base() / "server.log"
    as_owner(
        "pg_ctl",
        *("start", "-w", "-t", "60", "-D", _data(), "-l", log),
        *("-o", f"-k {folder}"),
    )


@contextmanager
def running():
    """The cluster is up inside this block; the last command of the clone stops it.

    Commands of one clone share the server: each holds a shared lock, and whoever can
    turn it into an exclusive one at the end is the last.
    """
    ensure()
    with open(project.RUN / "postgres.users", "a") as users:
        try:
            with _alone():
                fcntl.flock(users, fcntl.LOCK_SH)
                if not is_running():
                    _start()
            yield
        finally:
            # also after an interrupted start: the server may have come up
            with _alone():
                _stop_if_last(users)


@contextmanager
def _alone():
    """One command of the clone at a time starts or stops the server."""
    with open(project.RUN / "postgres.start", "a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _stop_if_last(users):
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if is_running():
        as_owner("pg_ctl", "stop", "-m", "fast", "-D", _data())


def connection_options():
    """Options that make Odoo talk to this cluster."""
    return {"db_host": str(socket_folder()), "db_port": str(PORT), "db_user": ROLE}


def sql(statement, *, database="postgres", port=PORT):
    """Run one statement with psql and return its bare output.

    :param int port: of a server on this cluster's socket folder
    """
    command = [binaries() / "psql", "-h", socket_folder(), "-p", str(port)]
    command += ["-U", ROLE, "-d", database]
    command += ["-v", "ON_ERROR_STOP=1", "-qAt", "-c", statement]
    return run(command).strip()
