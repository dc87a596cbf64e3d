"""`./o2c db create NAME [--demo]`, `./o2c db drop NAME`, `./o2c db prepare`."""

from .. import database, postgres, provision
from ..ui import Problem, say


def _configure(parser):
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="a database with all addons")
    create.add_argument("name")
    create.add_argument("--demo", action="store_true", help="with the demo wholesaler")
    drop = actions.add_parser("drop", help="remove a database with its files")
    drop.add_argument("name")
    actions.add_parser("prepare", help="everything that tests and demo are copied from")


def _run(options):
    if options.action == "create":
        database.check_new_name(options.name)
    elif options.action == "drop":
        database.check_name(options.name)
    provision.ensure()
    with postgres.running():
        if options.action == "prepare":
            database.prepare()
        elif options.action == "create":
            database.create(options.name, demo=options.demo)
        elif not database.exists(options.name):
            raise Problem(f"There is no database {options.name}.", "Check its name.")
        else:
            database.drop(options.name)
            say(f"database {options.name} is gone")


COMMAND = ("create, drop or prepare databases", _configure, _run)
