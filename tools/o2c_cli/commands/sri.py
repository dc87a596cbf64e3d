"""`./o2c sri check FILE…` and `./o2c sri simulator`."""

import subprocess

from .. import odoo_server, project, provision


def _configure(parser):
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="examine comprobantes, one JSON a line")
    check.add_argument("files", nargs="+", metavar="FILE")
    simulator = actions.add_parser("simulator", help="a server that behaves as the SRI")
    simulator.add_argument("arguments", nargs="*", help="after --: see its --help")


def _run(options):
    provision.ensure(development=options.action == "simulator")
    if options.action == "check":
        script = project.ROOT / "tools" / "o2c_cli" / "sri_check.py"
        return subprocess.call([project.PYTHON, script, *options.files])
    return subprocess.call(
        [project.PYTHON, "-m", "sri_simulator", *options.arguments],
        env=odoo_server.environment(),
    )


COMMAND = ("electronic documents: check files, run the simulator", _configure, _run)
