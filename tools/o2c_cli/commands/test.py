"""`./o2c test [WHAT…]`: unit tests, each addon's tests in Odoo, the system tests."""

from contextlib import nullcontext

from .. import branch_coverage, postgres, project, provision, testing
from ..ui import Problem, say

# Both fetch more: other people's addons, to judge them; a fuzzer, which needs minutes.
ON_REQUEST = ("peers", "fuzz")


def _configure(parser):
    parser.add_argument(
        "what",
        nargs="*",
        metavar="WHAT",
        help="unit, lint, odoo-lint, system, an addon's name, "
        "or addon:TestClass.method (nothing: all of them); "
        "only when asked for: peers (what other people's addons let pass), "
        "fuzz (the parsers, for minutes)",
    )
    parser.add_argument(
        "--slow", action="store_true", help="with the tests that a whole run adds"
    )
    parser.add_argument(
        "--coverage", action="store_true", help="tell which branches were tested"
    )


def _run(options):
    everything = ["lint", "unit", *project.tested_addons(), "odoo-lint", "system"]
    wanted = options.what or everything
    known = [*everything, *ON_REQUEST]
    unknown = [w for w in wanted if w.partition(":")[0] not in known]
    if unknown:
        raise Problem(
            f"There is nothing to test called {', '.join(unknown)}.",
            f"Choose from: {', '.join(known)}.",
        )
    provision.ensure()
    beside = nullcontext() if options.what else testing.preparing()
    with postgres.running(), beside:
        provision.ensure(development=True)
        if options.coverage:
            branch_coverage.begin()
        slow = options.slow or not options.what
        results = testing.run_all(wanted, measured=options.coverage, slow=slow)
    if options.coverage:
        branch_coverage.report()
    for result in results:
        counted = f"{result.name}: {result.passed} passed, {result.failed} failed"
        say(counted + result.words_on_left_out())
    failed = sum(r.failed for r in results)
    say(f"{sum(r.passed for r in results)} passed, {failed} failed")
    return 1 if failed else 0


COMMAND = ("run the tests", _configure, _run)
