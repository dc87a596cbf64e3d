"""Two accounts on one clone: the second one is told so, and nothing is half-made."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from o2c_cli import commands, health, main, provision, system
from o2c_cli.ui import Problem

ROOT = Path(__file__).resolve().parents[3]
NOBODY = 65534


@pytest.fixture
def of_another(clone, monkeypatch):
    """Somebody else than the one who asks has provisioned this clone."""
    monkeypatch.setattr(system.os, "geteuid", lambda: NOBODY)
    return clone


def test_a_clone_that_another_account_made_is_refused(of_another):
    before = sorted(of_another.HOME.rglob("*"))
    with pytest.raises(
        Problem, match=r"belongs to .*, you are .*Run this as .*O2C_HOME"
    ):
        provision.ensure()
    assert sorted(of_another.HOME.rglob("*")) == before


def test_doctor_says_whose_the_clone_is(of_another):
    missing = [str(f) for f in health.examine() if f.level == health.MISSING]
    assert len(missing) == 1
    assert "belongs to" in missing[0]


def test_an_empty_folder_may_be_anybody_s(of_another):
    """Such as a volume that is mounted there."""
    for folder in list(of_another.HOME.iterdir()):
        shutil.rmtree(folder)
    system.check_owner()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_the_command_line_of_the_second_account(home, tmp_path):
    """A real account without rights on what root made."""
    tools = home / "tools-for-all"
    shutil.copytree(ROOT / "tools", tools, ignore=shutil.ignore_patterns("node*"))
    (home / "clone" / "run").mkdir(parents=True)
    script = (
        f"import sys; sys.path.insert(0, {str(tools)!r})\n"
        "from o2c_cli.main import main\n"
        "sys.exit(main(['db', 'drop', 'x']))"
    )
    done = subprocess.run(
        [_python_for_all(), "-c", script],
        env={"O2C_HOME": str(home / "clone"), "PATH": os.environ["PATH"]},
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "belongs to root, you are nobody" in done.stderr


def _python_for_all():
    """A Python that an account without rights may run."""
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            subprocess.run([python, "-c", ""], user=NOBODY, group=NOBODY, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    pytest.skip("no Python here that others may run")


def test_a_file_that_may_not_be_written_is_named(monkeypatch, capsys):
    """Whatever else belongs to another account: one sentence, not a traceback."""

    def run(_options):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/x/y.lock")

    monkeypatch.setitem(commands.TABLE, "doctor", ("", lambda parser: None, run))
    assert main.main(["doctor"]) == 2
    assert "You may not use /x/y.lock" in capsys.readouterr().err
