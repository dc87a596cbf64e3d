"""Command line of the suite."""

import argparse
import errno
import os
import signal
import sys

from . import commands, network, project
from .system import no_space
from .ui import Problem, warn


def _parser():
    parser = argparse.ArgumentParser(
        prog="./o2c", description="Order-to-cash suite for Odoo 19.0, Ecuador."
    )
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (help_text, configure, function) in commands.TABLE.items():
        sub = subparsers.add_parser(name, help=help_text, description=help_text)
        configure(sub)
        sub.set_defaults(function=function)
    return parser


def main(arguments):
    """Run one command.

    :param arguments: what was typed after ./o2c
    :return: the exit code; 2 when something stops the command, 130 after Ctrl-C
    """
    os.environ.update(network.past_proxy(os.environ))
    signal.signal(signal.SIGTERM, _terminate)
    options = _parser().parse_args(arguments)
    try:
        return options.function(options) or 0
    except Problem as problem:
        warn(str(problem))
        return 2
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        warn(str(no_space(error.filename or project.HOME)))
        return 2
    except KeyboardInterrupt:
        print(file=sys.stderr)
        warn("stopped")
        return 130


def _terminate(_signal, _frame):
    raise KeyboardInterrupt
