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


@contextmanager
def task(text):
    """Print what starts, and how long it took when it ends well."""
    started = time.monotonic()
    say(f"· {text} …")
    yield
    say(f"  done in {time.monotonic() - started:.1f} s")
