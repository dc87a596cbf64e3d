"""The whole story through a real server, as the people who would do it."""

import os
import subprocess

import pytest

from o2c_cli import database, postgres, project

DATABASE = f"demo_{os.getpid()}"


@pytest.fixture
def nothing_stays():
    with postgres.running():
        yield
        database.drop(DATABASE)


def test_the_story_runs_from_quotation_to_cash(nothing_stays):
    """`./o2c demo --exit` plays every step; its exit code says whether all passed, and
    nothing failed behind their back."""
    done = subprocess.run(
        [project.ROOT / "o2c", "demo", "--exit", "--database", DATABASE],
        capture_output=True,
        text=True,
    )
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    assert "12 steps passed, 0 failed" in done.stdout.splitlines()
