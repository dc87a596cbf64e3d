"""`./o2c bench [NAME…] [--json FILE]`: the suite beside Odoo's own modules."""

from pathlib import Path

from .. import bench, postgres, provision
from ..ui import Problem


def _configure(parser):
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"{', '.join(bench.names())} (nothing: all of them)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also as JSON")


def _run(options):
    unknown = [name for name in options.names if name not in bench.names()]
    if unknown:
        raise Problem(
            f"There is no measure called {', '.join(unknown)}.",
            f"Choose from: {', '.join(bench.names())}.",
        )
    if options.json and not options.json.absolute().parent.is_dir():
        raise Problem(f"There is no folder for {options.json}.", "Make it first.")
    provision.ensure(development=True)
    with postgres.running():
        figures = bench.run(options.names or bench.names())
    bench.report(figures)
    if options.json:
        options.json.write_text(bench.as_json(figures))
    return 0


COMMAND = ("measure the suite beside Odoo alone", _configure, _run)
