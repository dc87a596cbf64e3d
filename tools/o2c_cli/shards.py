"""Splits an addon's tests so that each core of the machine has its part."""

import ast
import json
import re
from datetime import datetime

from . import project

STARTED = re.compile(r"^(\S+ \S+) \d+ INFO \S+ \S+: (?:Starting (\w+)\.\w+|.*)")
# A class nobody has timed yet counts this much for each of its tests.
SECONDS_PER_TEST = 1.0
MOST_SHARDS = 4
SLOW = "o2c_slow"  # tag of tests that only a whole run plays


def split(addon, count, *, slow=False):
    """Divide an addon's test classes into parts that take about the same time.

    :param str addon: its name
    :param int count: how many parts are wanted
    :param bool slow: also what takes too long to wait for while developing
    :return: list of at most `count` values for Odoo's --test-tags; what no other part
        names is in the last one, so that a class cannot be forgotten
    """
    weights = {**_counted(addon), **_remembered(addon)}
    parts = _balance(weights, min(count, len(weights), MOST_SHARDS))
    tags = [",".join(f"/{addon}:{name}" for name in part) for part in parts[:-1]]
    named = [name for part in parts[:-1] for name in part]
    tags.append(",".join([f"/{addon}", *(f"-/{addon}:{name}" for name in named)]))
    if slow:
        tags[0] += f",{SLOW}/{addon}"  # the first part leaves nothing out
    return tags


def _balance(weights, count):
    """Put each class, the longest first, where least is waiting."""
    parts = [[] for _ in range(max(count, 1))]
    totals = [0.0] * len(parts)
    for name in sorted(weights, key=lambda name: (-weights[name], name)):
        least = totals.index(min(totals))
        parts[least].append(name)
        totals[least] += weights[name]
    return parts


def _counted(addon):
    """Test classes with a guess of their seconds, read from the source."""
    found = {}
    for file in sorted((project.ADDONS / addon / "tests").glob("test_*.py")):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef):
                tests = [n for n in node.body if _is_test(n)]
                if tests:
                    found[node.name] = SECONDS_PER_TEST * len(tests)
    return found


def _is_test(node):
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def _memory(addon):
    return project.DATA / f"test-times-{addon}.json"


def _remembered(addon):
    """Seconds of the classes that still exist, as the last run took them."""
    memory = _memory(addon)
    known = json.loads(memory.read_text()) if memory.exists() else {}
    return {name: known[name] for name in _counted(addon) if name in known}


def remember(addon, logs):
    """Keep how long each class took, for the next split.

    :param list logs: texts of the logs of a whole run
    """
    times = {}
    for text in logs:
        for name, seconds in seconds_by_class(text).items():
            times[name] = round(times.get(name, 0) + seconds, 1)
    _memory(addon).write_text(json.dumps(times, indent=1, sort_keys=True))


def seconds_by_class(text):
    """Seconds from the end of what came before a class's tests to the end of them.

    :param str text: log of Odoo's test run
    :return: dict of class name to seconds
    """
    seconds, current, previous = {}, None, None
    for line in text.splitlines():
        match = STARTED.match(line)
        if not match:
            continue
        moment = datetime.strptime(match[1], "%Y-%m-%d %H:%M:%S,%f")  # noqa: DTZ007 - only differences count
        name = match[2] or current
        if name and previous:
            passed = (moment - previous).total_seconds()
            # what happens between two classes is the later one's setting up
            seconds[name] = seconds.get(name, 0) + passed
        current, previous = name, moment
    return seconds
