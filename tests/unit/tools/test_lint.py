"""./o2c lint: what it is given, and what it had to leave out."""

import pytest

from o2c_cli import linters, project
from o2c_cli.commands import lint, test
from o2c_cli.results import Result
from o2c_cli.ui import Problem


def test_what_is_not_of_the_project_is_refused(home, typed):
    file = home / "x.py"
    file.touch()
    process = typed("lint", file)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"{file} is not in the project" in err
    assert err.count("\n") == 1, err


def test_what_is_not_there_is_refused():
    with pytest.raises(Problem, match="There is no addons/o2c_none"):
        linters.named(["addons/o2c_none"])


def test_what_is_there_is_named_from_the_root_of_the_project():
    assert linters.named([project.ROOT / "tools", project.ROOT / "o2c"]) == [
        "tools",
        "o2c",
    ]


@pytest.fixture
def no_npm(no_programs, monkeypatch):
    """No npm here, and linters that find nothing."""
    monkeypatch.setattr(linters, "linters", lambda paths: [])
    monkeypatch.setattr(lint.provision, "ensure", lambda **options: None)


def said_by_lint(capsys, *paths):
    class Options:
        fix = False

    Options.paths = [project.ROOT / path for path in paths]
    assert lint._run(Options) == 0
    return capsys.readouterr().out.splitlines()[-1]


def test_what_was_left_out_does_not_count_as_clean(no_npm, capsys):
    assert said_by_lint(capsys) == (
        "0 linters clean, 0 with findings; left out, so not checked: prettier-xml"
    )


def test_nothing_is_left_out_where_there_is_no_xml(no_npm, capsys):
    assert said_by_lint(capsys, "tools") == "0 linters clean, 0 with findings"


def test_a_whole_run_says_it_too(monkeypatch, capsys):
    class Options:
        what, slow, coverage = ["lint"], False, False

    result = Result("lint", 9, 0, ("prettier-xml",))
    monkeypatch.setattr(test.provision, "ensure", lambda **options: None)
    monkeypatch.setattr(test.postgres, "running", test.nullcontext)
    monkeypatch.setattr(test.testing, "run_all", lambda *args, **options: [result])
    assert test._run(Options) == 0
    first, _total = capsys.readouterr().out.splitlines()
    assert first == "lint: 9 passed, 0 failed; left out, so not checked: prettier-xml"
