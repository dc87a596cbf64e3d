"""A streaming replica of this clone's cluster, for as long as a test needs it."""

import os
import shutil
import time
from contextlib import contextmanager

from o2c_cli import postgres

NAME = "o2c_replica"
PORT = 5433  # of its socket, in the same folder as the primary's


@contextmanager
def streaming(database):
    """A replica that has applied whatever the primary says is committed.

    The cluster's other databases don't wait for it: they commit asynchronously.

    :param str database: the one whose commits wait for the replica
    """
    folder = postgres.base() / f"replica-{os.getpid()}"
    wait_for_it = f'ALTER DATABASE "{database}" SET synchronous_commit'
    try:
        _copy(folder)
        _control(folder, "start", "-o", f"-k {postgres.socket_folder()} -p {PORT}")
        _primary_waits_for(NAME)
        postgres.sql(f"{wait_for_it} = remote_apply")
        yield
    finally:
        postgres.sql(f"{wait_for_it} = off")
        _primary_waits_for("")
        if (folder / "postmaster.pid").exists():
            _control(folder, "stop", "-m", "immediate")
        shutil.rmtree(folder, ignore_errors=True)


def _copy(folder):
    postgres.as_owner(
        "pg_basebackup",
        *("-D", folder, "-R", "-X", "stream", "-c", "fast", "--no-sync"),
        "-d",
        f"host={postgres.socket_folder()} port={postgres.PORT} "
        f"user={postgres.ROLE} application_name={NAME}",
    )


def _control(folder, action, *arguments):
    log = postgres.base() / "replica.log"
    postgres.as_owner("pg_ctl", action, "-w", "-D", folder, "-l", log, *arguments)


def _primary_waits_for(name):
    postgres.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
    postgres.sql("SELECT pg_reload_conf()")


def transactions(database):
    """How many transactions the replica has served so far in a database."""
    time.sleep(1.1)  # a session reports what it did at most once a second
    count = postgres.sql(
        "SELECT xact_commit + xact_rollback FROM pg_stat_database "
        f"WHERE datname = '{database}'",
        port=PORT,
    )
    return int(count)
