"""Words to the person at the terminal: progress, results, problems."""

import sys
import time
from contextlib import contextmanager


class Problem(Exception):
    """Something stops the command: one sentence on what, one on what to do.

    :param str what: what is wrong and where
    :param str remedy: what the person can do about it
    """

    def __init__(self, what, remedy=""):
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def __str__(self):
        return f"{self.what} {self.remedy}".strip()


def say(text):
    print(text, flush=True)


def warn(text):
    print(f"! {text}", file=sys.stderr, flush=True)


def megabytes(size):
    return f"{size / 1_000_000:.0f} MB"


class _Task:
    """A task that was begun; alone as long as no other is open beside it."""

    alone = True


_open_tasks = []


@contextmanager
def task(text):
    """Print what starts, and how long it took when it ends well.

    Which one has ended is said too where another began or ended in between.
    """
    started = time.monotonic()
    mine = _Task()
    _open_tasks.append(mine)
    if len(_open_tasks) > 1:
        for each in _open_tasks:
            each.alone = False
    say(f"· {text} …")
    try:
        yield
    finally:
        _open_tasks.remove(mine)
    name = "" if mine.alone else f"{text}: "
    say(f"  {name}done in {time.monotonic() - started:.1f} s")
