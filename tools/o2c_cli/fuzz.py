"""Coverage-guided fuzzing of the parsers (tests/fuzz), when asked for."""

import os
import tempfile

from . import extras, odoo_server, project, system
from .ui import say

REQUIREMENTS = project.ROOT / "requirements-fuzz.txt"
TARGETS = ("xml", "report", "files", "signature")
SECONDS = 60


def run():
    """Fuzz each parser for a minute, from real documents on.

    :return: (number of parsers that held, number that did not)
    """
    failed = [target for target in TARGETS if not _holds(target)]
    return len(TARGETS) - len(failed), len(failed)


def _holds(target):
    log = project.LOGS / f"fuzz-{target}.log"
    with tempfile.TemporaryDirectory(dir=project.RUN) as corpus:
        _python("seeds", corpus)
        options = (f"-max_total_time={SECONDS}", "-max_len=65536", "-verbosity=0")
        code = _python(target, *options, f"-artifact_prefix={log}-", corpus, log=log)
    say(f"  {target}: {'held' if not code else f'broke, see {log}'}")
    return not code


def _python(*arguments, log=None):
    command = [project.PYTHON, "-m", "fuzz", *arguments]
    with open(log or os.devnull, "w") as output:
        return system.call(command, env=_environment(), stdout=output, stderr=output)


def _environment():
    return odoo_server.environment(
        extras.ensure(REQUIREMENTS, "the fuzzer"),
        project.ADDONS / "o2c_sri_einvoice",
    )
