"""What is told about covered branches."""

from o2c_cli import branch_coverage


def summary(lines, statements, branches, all_branches):
    return {
        "summary": {
            "covered_lines": lines,
            "num_statements": statements,
            "covered_branches": branches,
            "num_branches": all_branches,
        }
    }


def test_files_of_an_addon_count_together():
    measured = {
        "files": {
            "addons/o2c_a/models/x.py": summary(90, 100, 3, 8),
            "addons/o2c_a/a_core/y.py": summary(60, 100, 5, 8),
            "/elsewhere/addons/o2c_b/models/z.py": summary(5, 5, 0, 0),
        }
    }
    # o2c_a: 150 of 200 lines, 8 of 16 branches; nothing to branch on is all covered
    assert branch_coverage.by_addon(measured) == {
        "o2c_a": (75.0, 50.0),
        "o2c_b": (100.0, 100.0),
    }


def test_an_earlier_run_is_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr(branch_coverage, "FOLDER", tmp_path / "coverage")
    branch_coverage.begin()
    (tmp_path / "coverage" / "data.1").touch()
    branch_coverage.begin()
    assert not list((tmp_path / "coverage").iterdir())
