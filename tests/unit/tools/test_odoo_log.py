"""What servers and installations log is judged, also behind everybody's back."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from o2c_cli import odoo_log, odoo_server, packages
from o2c_cli.commands import demo
from o2c_cli.ui import Problem

INFO = "2026-01-01 00:00:00,1 7 INFO mine odoo.http: fine"
CRON = """\
2026-01-01 00:00:01,1 7 ERROR mine odoo.addons.base.models.ir_cron: Job 'x' failed
Traceback (most recent call last):
  File "x.py", line 1, in <module>
odoo.exceptions.UserError: {}"""
RETRIED = """\
2026-01-01 00:00:02,1 7 ERROR mine odoo.sql_db: bad query: UPDATE x
ERROR: could not serialize access due to concurrent update
"""
WRONG = """\
2026-01-01 00:00:02,1 7 ERROR mine odoo.sql_db: bad query: SELECT y
ERROR: column "y" does not exist
"""
REFUSED = "2026-01-01 00:00:03,1 7 WARNING mine odoo.http: S1: somebody else approves"
ROOT = "2026-01-01 00:00:04,1 7 WARNING ? x: Running as user 'root' is a security risk"
NO_PROGRAM = "Unable to find Wkhtmltopdf on this system. The PDF can not be created."


def log(*entries):
    return "\n".join(
        [INFO, *entries, "2026-01-01 00:00:09,1 7 INFO mine odoo.http: end"]
    )


def test_a_job_that_fails_is_an_error_with_its_reason():
    (error,) = odoo_log.errors(log(CRON.format("no such thing"), REFUSED))
    assert error == CRON.format("no such thing")


def test_what_odoo_tries_again_is_none():
    vacuum = RETRIED.replace("UPDATE x", "LOCK ir_attachment IN SHARE MODE NOWAIT")
    assert odoo_log.errors(log(RETRIED, vacuum)) == []
    assert len(odoo_log.errors(log(WRONG))) == 1


@pytest.mark.parametrize(("missing", "expected"), [(["wkhtmltopdf"], 0), ([], 1)])
def test_reports_fail_where_nothing_can_print_them(monkeypatch, missing, expected):
    """The demo has said so; where the program is, its absence would be news."""
    monkeypatch.setattr(packages, "missing_for_reports", lambda: missing)
    assert len(odoo_log.errors(log(CRON.format(NO_PROGRAM)))) == expected


def test_warnings_are_those_that_nobody_knows():
    assert odoo_log.warnings(log(ROOT, REFUSED, CRON)) == [REFUSED]


def test_tests_have_neither_errors_nor_warnings():
    found = odoo_log.problems(log(ROOT, REFUSED, CRON, RETRIED))
    assert [line.split()[3] for line in found] == ["WARNING", "ERROR", "ERROR"]


def test_it_is_reported_as_a_check_that_failed(tmp_path, capsys):
    file = tmp_path / "server.log"
    file.write_text(log(REFUSED))
    assert odoo_log.report(file) == 0
    assert capsys.readouterr().out == ""
    file.write_text(log(CRON.format("this"), CRON.format("that")))
    assert odoo_log.report(file) == 2
    said = capsys.readouterr().out
    assert said.startswith("✗ the server logged 2 errors")
    assert "Job 'x' failed" in said
    assert "UserError: this" in said
    assert "UserError: that" in said


@pytest.fixture
def demo_with(clone, monkeypatch):
    """A function that plays a demo whose server logs something."""

    def play(text, *, failed=0):
        @contextmanager
        def world(name, port, log):
            log.write_text(text)
            yield None, "http://127.0.0.1:9"

        @contextmanager
        def nothing():
            yield

        monkeypatch.setattr(demo, "_world", world)
        monkeypatch.setattr(demo, "_play", lambda *arguments: failed)
        monkeypatch.setattr(demo, "chosen_port", lambda options: 8069)
        monkeypatch.setattr(demo, "_check_replaceable", lambda name: None)
        for module, name in (
            (demo.provision, "ensure"),
            (demo.provision, "ensure_reports"),
            (demo.database, "demo_template"),
            (demo.database, "clone"),
        ):
            monkeypatch.setattr(module, name, lambda *arguments, **options: None)
        monkeypatch.setattr(demo.postgres, "running", nothing)
        return demo._run(SimpleNamespace(database="mine", exit=True, port=None))

    return play


def test_a_job_that_fails_behind_the_story_s_back_fails_the_demo(demo_with, capsys):
    assert demo_with(log(REFUSED)) == 0
    assert demo_with(log(REFUSED), failed=1) == 1
    capsys.readouterr()
    assert demo_with(log(CRON.format("no such thing"))) == 1
    assert "UserError: no such thing" in capsys.readouterr().out


def test_an_installation_that_warns_says_so(clone, odoo_path, monkeypatch, capsys):
    def run(arguments, *, log, **options):
        log.write_text(f"{INFO}\n{ROOT}\n{REFUSED}\n")
        return 0

    monkeypatch.setattr(odoo_server, "run", run)
    odoo_server.install("mine", ["o2c_x"])
    assert capsys.readouterr().err == f"! installing o2c_x: {REFUSED}\n"


@pytest.mark.parametrize(("text", "clean"), [(CRON, False), (REFUSED, True)])
def test_a_test_may_ask_for_a_server_without_errors(
    clone, odoo_path, monkeypatch, text, clean
):
    file = clone.LOGS / "server.log"

    @contextmanager
    def starting(arguments, *, log, **options):
        log.write_text(f"{INFO}\n{text}\n")
        yield None

    monkeypatch.setattr(odoo_server, "starting", starting)
    monkeypatch.setattr(odoo_server, "_wait_until_up", lambda *arguments: None)
    if clean:
        with odoo_server.serving("mine", 8069, log=file, clean=True):
            pass
        return
    with (
        pytest.raises(Problem, match="The server logged 1 errors"),
        odoo_server.serving("mine", 8069, log=file, clean=True),
    ):
        pass
    with odoo_server.serving("mine", 8069, log=file):
        pass
