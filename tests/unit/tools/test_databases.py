"""The clone's own PostgreSQL: names, versions, and runs that were killed half-way."""

import pytest

from o2c_cli import database, postgres
from o2c_cli.ui import Problem

BAD_NAMES = [
    "",
    "1abc",
    "a b",
    "../x",
    'a"; DROP TABLE x; --',
    "a'b",
    "ñandú",
    "x" * 52,
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_bad_name_is_refused_before_anything_runs(name):
    with pytest.raises(Problem, match="cannot be the name of a database"):
        database.check_name(name)


@pytest.mark.parametrize("name", ["postgres", "template0", "template1"])
def test_names_of_postgresql_itself_are_refused(name):
    with pytest.raises(Problem, match="PostgreSQL's own"):
        database.check_name(name)


@pytest.mark.parametrize("name", ["o2c", "Demo-2", "a.b_c"])
def test_good_names(name):
    database.check_name(name)


def test_the_command_line_refuses_a_bad_name(provisioned, typed):
    process = typed("db", "drop", "a b")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "'a b' cannot be the name of a database" in err
    assert err.count("\n") == 1, err


def test_a_cluster_of_another_postgresql(clone):
    data = postgres._data()
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("11\n")
    (data / ".ready").touch()
    with pytest.raises(Problem, match="was made by PostgreSQL 11.*Remove the folder"):
        postgres.ensure()


@pytest.mark.parametrize(("made_by", "expected"), [("15", 15), ("17", 17), (None, 17)])
def test_the_postgresql_that_made_the_cluster_runs_it(
    clone, home, monkeypatch, made_by, expected
):
    """A newer one beside it, as after an upgrade of Debian, changes nothing."""
    for version in ("9", "15", "17"):
        programs = home / "servers" / version / "bin"
        programs.mkdir(parents=True)
        (programs / "initdb").touch()
    monkeypatch.setattr(postgres, "INSTALLED", home / "servers")
    if made_by:
        postgres._data().mkdir(parents=True)
        (postgres._data() / "PG_VERSION").write_text(f"{made_by}\n")
        (postgres._data() / ".ready").touch()
    assert postgres.binaries() == home / "servers" / str(expected) / "bin"


class TestWithServer:
    @pytest.fixture(autouse=True)
    def server(self, cluster):
        """Every test here needs a running server."""

    def make(self, name, version=None):
        postgres.sql(f'CREATE DATABASE "{name}"')
        if version:
            postgres.sql(
                "CREATE TABLE ir_module_module (name text, latest_version text); "
                f"INSERT INTO ir_module_module VALUES ('base', '{version}')",
                database=name,
            )

    def test_a_name_that_is_taken(self):
        self.make("mine")
        with pytest.raises(Problem, match="already a database mine.*db drop mine"):
            database.create("mine")

    def test_a_database_of_another_odoo(self):
        self.make("old", "18.0.1.3")
        with pytest.raises(Problem, match="old is of Odoo 18.0.1.3.*19.0 only"):
            database.check_usable("old")

    def test_a_database_that_is_not_odoo(self):
        self.make("else")
        with pytest.raises(Problem, match="else is not an Odoo database"):
            database.check_usable("else")

    def test_a_database_that_is_not_there(self):
        with pytest.raises(Problem, match="no database gone.*db create gone"):
            database.check_usable("gone")

    def test_a_database_of_this_odoo(self):
        self.make("good", "19.0.1.3")
        database.check_usable("good")

    def test_a_template_killed_while_it_was_made(self):
        self.make("template_x_making", "19.0.1.3")  # what the killed run left
        with pytest.raises(KeyboardInterrupt):
            database.template("template_x", "content 1", self.interrupted)
        assert not database.exists("template_x")
        assert database.template("template_x", "content 1", self.make) == "template_x"
        assert database.exists("template_x")
        assert not database.exists("template_x_making")

    def interrupted(self, name):
        self.make(name)
        raise KeyboardInterrupt

    def test_a_template_is_made_anew_when_its_content_changes(self):
        made = []

        def build(name):
            made.append(name)
            self.make(name)

        for content in ("one", "one", "two"):
            database.template("template_x", content, build)
        assert len(made) == 2

    def test_a_template_killed_before_its_stamp_is_made_anew(self, clone):
        database.template("template_x", "content", self.make)
        (clone.DATA / "template_x.stamp").unlink()
        database.template("template_x", "content", self.make)
        assert database.exists("template_x")

    def test_a_template_whose_database_was_dropped_is_made_anew(self):
        database.template("template_x", "content", self.make)
        database.drop("template_x")
        database.template("template_x", "content", self.make)
        assert database.exists("template_x")

    def test_a_copy_has_the_files_too(self, clone):
        self.make("source")
        files = clone.DATA / "filestore"
        (files / "source").mkdir(parents=True)
        (files / "source" / "logo").write_text("logo")
        database.clone("source", "copy")
        assert (files / "copy" / "logo").read_text() == "logo"
        database.drop("copy")
        assert not (files / "copy").exists()


def test_a_cluster_killed_while_it_was_made_is_made_anew(clone):
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server on this machine")
    (postgres._data() / "base").mkdir(parents=True)
    with postgres.running():
        assert postgres.sql("SELECT 1") == "1"
    assert not postgres.is_running()
