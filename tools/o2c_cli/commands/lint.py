"""`./o2c lint [PATH…] [--fix]`: every pinned linter, what each found."""

from .. import linters, provision
from ..results import Result
from ..ui import say


def _configure(parser):
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files, folders (nothing: everything)"
    )
    parser.add_argument("--fix", action="store_true", help="run the formatters first")


def lint(paths=(), *, fix=False):
    """Run the lint set; one pass or failure for each linter.

    :param paths: relative to the project; nothing means everything
    :param bool fix: let the linters that can repair do so
    :return: results.Result
    """
    passed = failed = 0
    for linter in linters.linters(paths):
        found = linter.run(fix=fix)
        say(f"· {linter.name}: {'findings' if found else 'clean'}")
        if found:
            say(found)
        failed += bool(found)
        passed += not found
    left_out = linters.left_out(paths)
    for name in left_out:
        say(f"· {name}: left out, there is no npm here (Debian's package npm)")
    return Result("lint", passed, failed, tuple(left_out))


def _run(options):
    paths = linters.named(options.paths)
    provision.ensure(development=True)
    result = lint(paths, fix=options.fix)
    counted = f"{result.passed} linters clean, {result.failed} with findings"
    say(counted + result.words_on_left_out())
    return 1 if result.failed else 0


COMMAND = ("run every linter", _configure, _run)
