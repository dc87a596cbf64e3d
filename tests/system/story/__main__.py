"""Play the story: python -m system.story --url URL --database DB --simulator URL."""

import argparse
import sys
import time
import traceback

from ..client import Refused
from . import steps
from .world import CheckFailed, World

# What a step says by itself; of anything else one wants to know where it happened.
TOLD = (CheckFailed, Refused)


def main(arguments=None):
    """Play every step; a step that needs a failed one fails too.

    :return: number of steps that failed
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True, nargs="+", help="one for each host")
    parser.add_argument("--database", required=True)
    parser.add_argument("--simulator", required=True)
    parser.add_argument("--mail", required=True, help="folder of the mailbox")
    options = parser.parse_args(arguments)
    world = World(options.url, options.database, options.simulator, options.mail)
    return play(world, steps.ALL)


def play(world, story):
    """Play and report the steps of a story.

    :param story: number, title and function of each step
    :return: number of steps that failed
    """
    failed = len(story)
    if _passes(world, 0, "The SRI simulator", _connect_to_the_simulator, quiet=True):
        failed = sum(not _passes(world, *step) for step in story)
    print(f"{len(story) - failed} steps passed, {failed} failed", flush=True)
    return failed


def _connect_to_the_simulator(world):
    """Both companies send to the simulator instead of the SRI's test host."""
    admin = world.person("admin")
    companies = [c["id"] for c in admin.search("res.company", [])]
    host = f"{world.simulator}/pruebas"
    admin.call("res.company", "write", companies, {"o2c_sri_host": host})


def _passes(world, number, title, step, *, quiet=False):
    """Whether a step passes; whatever it raises is a failure of the step.

    :param bool quiet: report it only when it fails
    """
    started = time.monotonic()
    world.checks = []
    error = None
    try:
        step(world)
    except Exception as problem:  # noqa: BLE001 - the other steps are to be played too
        error = problem
    if error or not quiet:
        _report(world.checks, number, title, error, time.monotonic() - started)
    return not error


def _report(checks, number, title, error, seconds):
    mark = "FAILED" if error else "passed"
    print(f"{number:>2} {title} — {mark} ({seconds:.1f} s)", flush=True)
    for line in checks:
        print(f"     ✓ {line}", flush=True)
    if error:
        print(f"     ✗ {type(error).__name__}: {error}{_place(error)}", flush=True)


def _place(error):
    if isinstance(error, TOLD):
        return ""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f" ({frame.filename}:{frame.lineno})"


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
