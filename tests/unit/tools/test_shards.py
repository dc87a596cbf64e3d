"""How an addon's tests are divided among the cores."""

import pytest

from o2c_cli import project, shards

LOG = """\
2026-01-05 10:00:00,000 7 INFO db odoo.service.server: Starting post tests
2026-01-05 10:00:03,000 7 INFO db odoo.test_a: Starting TestLong.test_one ...
2026-01-05 10:00:05,500 7 INFO db odoo.addons.x: something said
2026-01-05 10:00:10,000 7 INFO db odoo.test_b: Starting TestShort.test_one ...
2026-01-05 10:00:11,000 7 INFO db odoo.service.server: Initiating shutdown
"""


@pytest.fixture
def addon(tmp_path, monkeypatch):
    tests = tmp_path / "addons" / "x" / "tests"
    tests.mkdir(parents=True)
    for name, count in (("Few", 1), ("Many", 5), ("Some", 3)):
        methods = "".join(
            f"    def test_{n}(self):\n        pass\n" for n in range(count)
        )
        (tests / f"test_{name.lower()}.py").write_text(f"class {name}:\n{methods}")
    (tests / "test_helpers.py").write_text("class Helper:\n    pass\n")
    monkeypatch.setattr(project, "ADDONS", tmp_path / "addons")
    monkeypatch.setattr(project, "DATA", tmp_path)
    return "x"


def test_parts_take_about_the_same_time(addon):
    # 5 tests against 3 + 1
    assert shards.split(addon, 2) == ["/x:Many", "/x,-/x:Many"]


def test_one_core_runs_everything_at_once(addon):
    assert shards.split(addon, 1) == ["/x"]


@pytest.fixture
def slow(addon):
    """A class of one test that takes longer than all others."""
    source = '@tagged("-standard", "o2c_slow")\nclass Matrix:\n    def test(self):\n'
    file = project.ADDONS / addon / "tests" / "test_matrix.py"
    file.write_text(source.replace("test(", "test_all(") + "        pass\n")
    return addon


def test_slow_tests_wait_for_a_whole_run(slow):
    assert shards.split(slow, 2) == ["/x:Many", "/x,-/x:Many"]


def test_slow_tests_are_divided_like_the_others(slow):
    # 20 against 5 + 3 + 1; the last part also takes slow ones that nobody named
    parts = ["o2c_slow/x:Matrix", "/x,o2c_slow/x,-/x:Matrix"]
    assert shards.split(slow, 2, slow=True) == parts
    assert shards.split(slow, 1, slow=True) == ["/x,o2c_slow/x"]


def test_a_run_without_the_slow_ones_forgets_no_time_of_theirs(slow):
    shards.remember(slow, [LOG.replace("TestLong", "Matrix")])
    shards.remember(slow, [LOG.replace("TestLong", "Few")])
    # Matrix took 5.5 s, Few as much, and two of 5 and 3 that nobody timed
    assert shards.split(slow, 2, slow=True)[0].startswith("/x:Few")


def test_never_more_parts_than_classes(addon):
    assert len(shards.split(addon, 64)) == 3


def test_the_last_part_takes_whatever_no_other_names(addon):
    *named, rest = shards.split(addon, 3)
    assert rest == "/x," + ",".join(f"-{part}" for part in ",".join(named).split(","))


def test_what_was_timed_once_counts_by_its_time(addon):
    shards.remember(
        addon, [LOG.replace("TestLong", "Few").replace("TestShort", "Gone")]
    )
    # Few took 5.5 s; Many and Some, which nobody timed, count 5 and 3
    assert shards.split(addon, 2) == ["/x:Few", "/x,-/x:Few"]


def test_a_fresh_clone_splits_by_what_others_timed(addon, monkeypatch, tmp_path):
    measured = tmp_path / "measured.json"
    measured.write_text('{"x": {"Few": 30.0, "Some": 20.0, "Many": 20.0}}')
    monkeypatch.setattr(shards, "MEASURED", measured)
    # 30 against 20 + 20, though Many has five tests and Few one
    assert shards.split(addon, 2) == ["/x:Few", "/x,-/x:Few"]
    # what was timed here is kept, not what others timed: that may be renewed
    shards.remember(addon, [LOG.replace("TestLong", "Some")])
    measured.write_text('{"x": {"Many": 60.0}}')
    assert shards.split(addon, 2) == ["/x:Many", "/x,-/x:Many"]


def test_a_class_is_charged_with_its_setting_up():
    # TestLong: 3 s until it starts, 2.5 s to its last line; TestShort: 4.5 s and 1 s
    assert shards.seconds_by_class(LOG) == {"TestLong": 5.5, "TestShort": 5.5}


def test_nobody_is_charged_with_a_moved_clock():
    frozen = LOG.replace("01-05 10:00:03", "01-02 08:00:00")
    frozen = frozen.replace("01-05 10:00:05", "01-02 08:00:00")
    assert shards.seconds_by_class(frozen) == {"TestShort": 1}


def test_an_addon_without_tests_is_one_part(tmp_path, monkeypatch):
    monkeypatch.setattr(project, "ADDONS", tmp_path)
    monkeypatch.setattr(project, "DATA", tmp_path)
    assert shards.split("empty", 2) == ["/empty"]
