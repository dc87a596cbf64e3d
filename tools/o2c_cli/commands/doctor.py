"""`./o2c doctor`: what is here, what is missing and how to get it."""

from .. import health
from ..ui import say


def _configure(parser):
    parser.add_argument(
        "--network", action="store_true", help="also ask apt's and pip's servers"
    )


def _run(options):
    findings = health.examine(network=options.network)
    for finding in findings:
        say(str(finding))
    missing = [f for f in findings if f.level == health.MISSING]
    if missing:
        say(f"{len(missing)} missing")
        return 1
    say("everything needed is here")
    return 0


COMMAND = ("say what is missing and how to get it", _configure, _run)
