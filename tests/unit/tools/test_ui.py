"""Words at the terminal."""

import re

from o2c_cli import ui


def said(capsys):
    return re.sub(r"\d+\.\d s", "1 s", capsys.readouterr().out).splitlines()


def test_a_task_alone_says_that_it_is_done(capsys):
    for name in ("one", "two"):
        with ui.task(name):
            pass
    assert said(capsys) == ["· one …", "  done in 1 s", "· two …", "  done in 1 s"]


def test_tasks_side_by_side_say_which_one_is_done(capsys):
    one, two = ui.task("one"), ui.task("two")
    one.__enter__()
    two.__enter__()
    one.__exit__(None, None, None)
    two.__exit__(None, None, None)
    assert said(capsys)[2:] == ["  one: done in 1 s", "  two: done in 1 s"]
