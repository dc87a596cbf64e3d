"""Command line of the suite."""

import argparse
import errno
import os
import sys
from contextlib import suppress

from . import commands, network, project
from .system import no_space, stop_on_signals
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
    stop_on_signals()
    options = _parser().parse_args(arguments)
    try:
        return options.function(options) or 0
    except Problem as problem:
        warn(str(problem))
        return 2
    except OSError as error:
        problem = _in_words(error)
        if not problem:
            raise
        warn(str(problem))
        return 2
    except KeyboardInterrupt:
        with suppress(OSError):  # the terminal may be gone
            print(file=sys.stderr)
            warn("stopped")
        return 130


def _in_words(error):
    """What an error says of the machine, or None when it says something of us."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return no_space(error.filename or project.HOME)
    if error.errno in (errno.EACCES, errno.EPERM) and error.filename:
        return Problem(
            f"You may not use {error.filename}.",
            "Run this as who made it, or set O2C_HOME to a folder of yours.",
        )
    return None
