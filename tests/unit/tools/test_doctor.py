"""What ./o2c doctor says on machines that lack something."""

import pytest

from o2c_cli import health, postgres


def said(level):
    return [str(f) for f in health.examine() if f.level == level]


def test_a_fresh_clone(clone, monkeypatch):
    monkeypatch.delenv("O2C_ODOO_PATH", raising=False)
    monkeypatch.setattr(health.shutil, "which", lambda program: f"/bin/{program}")
    missing = said(health.MISSING)
    assert any("no virtual environment → ./o2c demo" in line for line in missing)
    assert any("Odoo 19.0 is not unpacked → ./o2c demo" in line for line in missing)


def test_it_changes_nothing(home, typed):
    process = typed("doctor")
    process.communicate(timeout=60)
    assert process.returncode == 1
    assert list(home.iterdir()) == []


def test_asking_the_network_changes_nothing_either(home, clone, monkeypatch):
    for folder in list(home.iterdir()):
        folder.rmdir()

    def pip(command, **options):
        return type("Done", (), {"returncode": 0})

    monkeypatch.setattr(health.subprocess, "run", pip)
    health._pip_answers()
    assert list(home.iterdir()) == []


def test_what_prints_reports_is_named(clone, no_programs):
    (line,) = [line for line in said(health.OPTIONAL) if "no wkhtmltopdf" in line]
    assert "PDFs of Odoo's own reports" in line
    assert "apt-get install wkhtmltopdf" in line


def test_without_postgresql(provisioned, monkeypatch):
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    (line,) = said(health.MISSING)
    assert "no PostgreSQL server of version 13 or later" in line
    assert "sudo apt-get install postgresql" in line


def test_without_apt_there_are_other_ways_to_odoo(clone, no_programs, monkeypatch):
    monkeypatch.delenv("O2C_ODOO_PATH", raising=False)
    assert any("O2C_ODOO_PATH" in line for line in said(health.MISSING))


def test_another_odoo_is_named(provisioned, make_odoo, monkeypatch):
    monkeypatch.setenv("O2C_ODOO_PATH", str(make_odoo("old", "17, 0")))
    assert any("version 17.0" in line for line in said(health.MISSING))


def test_requirements_that_changed(provisioned):
    for stamp in provisioned.VENV.glob("*.sha256"):
        stamp.write_text("of an earlier requirements.txt")
    assert any("not current" in line for line in said(health.MISSING))


def test_a_machine_with_everything(provisioned, stopped_cluster, typed):
    process = typed("doctor")
    out, _err = process.communicate(timeout=60)
    assert process.returncode == 0, out
    assert "everything needed is here" in out
    assert "private cluster, stopped" in out


def test_databases_are_listed_while_the_server_runs(provisioned, cluster):
    cluster.sql("CREATE DATABASE mine")
    assert any("databases: mine" in line for line in said(health.GOOD))


@pytest.mark.parametrize("answers", [True, False])
def test_the_network_is_asked_on_request_only(provisioned, monkeypatch, answers):
    def pip(command, **options):
        return type("Done", (), {"returncode": int(not answers), "stderr": "no route"})

    monkeypatch.setattr(health.subprocess, "run", pip)
    (finding,) = health._pip_answers()
    assert finding.level == (health.GOOD if answers else health.MISSING)
    assert answers or "no route" in finding.what
