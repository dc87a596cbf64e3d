"""Play the story: python -m system.story --url URL --database DB --simulator URL."""

import argparse
import sys
import time

import requests

from ..client import Refused
from . import steps
from .world import CheckFailed, World


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
    _connect_to_the_simulator(world)
    failed = sum(not _play(world, *step) for step in steps.ALL)
    print(f"{len(steps.ALL) - failed} steps passed, {failed} failed", flush=True)
    return failed


def _connect_to_the_simulator(world):
    """Both companies send to the simulator instead of the SRI's test host."""
    admin = world.person("admin")
    companies = [c["id"] for c in admin.search("res.company", [])]
    host = f"{world.simulator}/pruebas"
    admin.call("res.company", "write", companies, {"o2c_sri_host": host})


def _play(world, number, title, step):
    started = time.monotonic()
    world.checks = []
    error = None
    try:
        step(world)
    except (CheckFailed, Refused, KeyError, requests.RequestException) as problem:
        error = problem
    seconds = time.monotonic() - started
    mark = "FAILED" if error else "passed"
    print(f"{number:>2} {title} — {mark} ({seconds:.1f} s)", flush=True)
    for line in world.checks:
        print(f"     ✓ {line}", flush=True)
    if error:
        print(f"     ✗ {type(error).__name__}: {error}", flush=True)
    return not error


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
