"""Splits an addon's tests so that each core of the machine has its part."""

import ast
import json
import re
from datetime import datetime

from . import project

# Seconds of every class in a whole run, so that a fresh clone splits well too. Only
# their proportions count: it need not be renewed for each change.
MEASURED = project.ROOT / "tools" / "test-times.json"
STARTED = re.compile(r"^(\S+ \S+) \d+ INFO \S+ \S+: (?:Starting (\w+)\.\w+|.*)")
# A class nobody has timed yet counts this much for each of its tests.
SECONDS_PER_TEST = 1.0
SECONDS_PER_SLOW_TEST = 20.0
MOST_SHARDS = 4
# No line of a log waits so long for the next one: a test has moved the clock.
MOVED_SECONDS = 1800
SLOW = "o2c_slow"  # tag of tests that only a whole run plays


def split(addon, count, *, slow=False):
    """Divide an addon's test classes into parts that take about the same time.

    :param str addon: its name
    :param int count: how many parts are wanted
    :param bool slow: also what takes too long to wait for while developing
    :return: list of at most `count` values for Odoo's --test-tags; what no other part
        names is in the last one, so that a class cannot be forgotten
    """
    weights, slow_ones = _weigh(addon, slow)
    parts = _balance(weights, min(count, len(weights), MOST_SHARDS))

    def tag(name):
        return f"{SLOW if name in slow_ones else ''}/{addon}:{name}"

    tags = [",".join(map(tag, part)) for part in parts[:-1]]
    named = [name for part in parts[:-1] for name in part]
    rest = [f"/{addon}", *([f"{SLOW}/{addon}"] if slow else [])]
    tags.append(",".join([*rest, *(f"-/{addon}:{name}" for name in named)]))
    return tags


def seconds(addon, *, slow=False):
    """About how long an addon's tests take.

    :param bool slow: also what takes too long to wait for while developing
    """
    return sum(_weigh(addon, slow)[0].values())


def _weigh(addon, slow):
    """What each class takes.

    :return: ({name: seconds}, names of the slow ones)
    """
    guesses, slow_ones = _read(addon)
    if not slow:
        guesses = {name: guesses[name] for name in guesses if name not in slow_ones}
    return {**guesses, **_remembered(addon, guesses)}, slow_ones


def _balance(weights, count):
    """Put each class, the longest first, where least is waiting."""
    parts = [[] for _ in range(max(count, 1))]
    totals = [0.0] * len(parts)
    for name in sorted(weights, key=lambda name: (-weights[name], name)):
        least = totals.index(min(totals))
        parts[least].append(name)
        totals[least] += weights[name]
    return parts


def _read(addon):
    """Test classes as the source has them.

    :return: ({name: guess of its seconds}, names of the slow ones)
    """
    guesses, slow_ones = {}, set()
    for file in sorted((project.ADDONS / addon / "tests").glob("test_*.py")):
        for node in ast.parse(file.read_text()).body:
            tests = isinstance(node, ast.ClassDef) and list(filter(_is_test, node.body))
            if tests:
                is_slow = SLOW in _tags(node)
                each = SECONDS_PER_SLOW_TEST if is_slow else SECONDS_PER_TEST
                guesses[node.name] = each * len(tests)
                slow_ones |= {node.name} if is_slow else set()
    return guesses, slow_ones


def _tags(node):
    """What a class's decorators are called with."""
    calls = [call for call in node.decorator_list if isinstance(call, ast.Call)]
    return {
        argument.value
        for call in calls
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }


def _is_test(node):
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def _memory(addon):
    return project.DATA / f"test-times-{addon}.json"


def _remembered(addon, wanted):
    """Seconds of the wanted classes, as the last run here took them, or that of all."""
    known = _known(addon)
    return {name: known[name] for name in wanted if name in known}


def measured(kind):
    """Seconds of the parts of a kind of tests, as a whole run took them once.

    :param str kind: an addon, or system
    :return: dict of class or file to seconds
    """
    return json.loads(MEASURED.read_text()).get(kind, {})


def _known(addon):
    return {**measured(addon), **_timed_here(addon)}


def _timed_here(addon):
    memory = _memory(addon)
    return json.loads(memory.read_text()) if memory.exists() else {}


def remember(addon, logs):
    """Keep how long each class took, for the next split.

    :param list logs: texts of the logs of a run; slow classes that it left out keep
        their times
    """
    times = {}
    for text in logs:
        for name, seconds in seconds_by_class(text).items():
            times[name] = round(times.get(name, 0) + seconds, 1)
    kept = {**_timed_here(addon), **times}
    _memory(addon).write_text(json.dumps(kept, indent=1, sort_keys=True))


def seconds_by_class(text):
    """Seconds from the end of what came before a class's tests to the end of them.

    :param str text: log of Odoo's test run
    :return: dict of class name to seconds; without classes that move the clock, whose
        own time nobody knows
    """
    seconds, current, previous = {}, None, None
    movers, is_moved = set(), False
    for line in text.splitlines():
        match = STARTED.match(line)
        if not match:
            continue
        moment = datetime.strptime(match[1], "%Y-%m-%d %H:%M:%S,%f")  # noqa: DTZ007 - only differences count
        name = match[2] or current
        if name and previous:
            passed = (moment - previous).total_seconds()
            # what happens between two classes is the later one's setting up
            if 0 <= passed < MOVED_SECONDS:
                seconds[name] = seconds.get(name, 0) + passed
            else:
                # moved by this class, or set right again before the next one
                movers |= set() if is_moved else {name}
                is_moved = not is_moved
        current, previous = name, moment
    return {name: each for name, each in seconds.items() if name not in movers}
