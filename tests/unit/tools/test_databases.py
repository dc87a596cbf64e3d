"""The clone's own PostgreSQL: names, versions, and runs that were killed half-way."""

import errno
import os

import pytest

from o2c_cli import database, postgres
from o2c_cli.commands import demo
from o2c_cli.ui import Problem

# A demo that is not refused would install packages on the machine of who is root.
NO_APT = {"PATH": "/nowhere"}
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


@pytest.mark.parametrize(
    "command", [("demo", "--exit", "--database"), ("db", "create")]
)
@pytest.mark.parametrize("name", ["template_demo", "template_x", "mine_making"])
def test_a_new_database_is_not_called_as_what_it_is_copied_from(
    provisioned, typed, command, name
):
    """It would be dropped first, and then copied."""
    process = typed(*command, name, **NO_APT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"{name} is a name of what databases are copied from" in err
    assert err.count("\n") == 1, err


def test_the_demo_replaces_nobody_s_database(odoo_database, typed):
    process = typed("demo", "--exit", "--database", odoo_database, **NO_APT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "database mine that the demo did not make" in err
    assert "./o2c db drop mine" in err
    assert err.count("\n") == 1, err
    with postgres.running():
        assert database.exists(odoo_database)


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

    def test_a_copy_killed_half_way_does_not_have_the_name(self, clone, monkeypatch):
        self.make("source")
        (clone.DATA / "filestore" / "source").mkdir(parents=True)

        def killed(*arguments, **options):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(database.shutil, "copytree", killed)
            with pytest.raises(KeyboardInterrupt):
                database.clone("source", "copy")
        assert not database.exists("copy")
        database.clone("source", "copy")
        assert database.exists("copy")
        assert not database.exists("copy_making")

    def test_a_name_comes_after_its_files(self, clone, monkeypatch):
        self.make("finished")
        files = clone.DATA / "filestore"
        (files / "finished").mkdir(parents=True)
        ask = postgres.sql

        def killed_at_the_name(statement, **options):
            if "RENAME" in statement:
                raise KeyboardInterrupt
            return ask(statement, **options)

        with monkeypatch.context() as patched:
            patched.setattr(postgres, "sql", killed_at_the_name)
            with pytest.raises(KeyboardInterrupt):
                database.rename("finished", "named")
        assert (files / "named").exists()
        assert not database.exists("named")

    @pytest.mark.parametrize(
        ("number", "said"),
        [
            (errno.ENOSPC, "The disk that holds .* is full"),
            (errno.EMLINK, "files of source could not be copied: .*Too many links"),
        ],
    )
    def test_files_that_cannot_be_copied(self, clone, monkeypatch, number, said):
        """copytree gathers what fails, in an error of its own."""
        self.make("source")
        files = clone.DATA / "filestore" / "source"
        files.mkdir(parents=True)
        (files / "logo").write_text("logo")

        def link(source, target, **options):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(database.os, "link", link)
        with pytest.raises(Problem, match=said):
            database.clone("source", "copy")
        assert not database.exists("copy")

    def test_what_made_a_database_goes_with_it(self):
        self.make("source")
        database.clone("source", "copy", origin="made by a test")
        assert database.origin_of("copy") == "made by a test"
        assert database.origin_of("source") == ""
        assert database.origin_of("gone") == ""
        database.clone("copy", "another")
        assert database.origin_of("another") == ""

    def test_the_demo_replaces_its_own(self):
        self.make("source")
        database.clone("source", "mine", origin=demo.ORIGIN)
        demo._check_replaceable("mine")
        demo._check_replaceable("not_there")


def test_a_cluster_killed_while_it_was_made_is_made_anew(clone):
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server on this machine")
    (postgres._data() / "base").mkdir(parents=True)
    with postgres.running():
        assert postgres.sql("SELECT 1") == "1"
    assert not postgres.is_running()
