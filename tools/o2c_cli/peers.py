"""Other people's addons for Odoo 19.0, to measure the suite beside them.

Never part of the product: they come on demand, for benchmarks and the tests that
compare, into `.o2c/peers`, and only processes that ask for it see that folder. A
measure (tests/bench/case.py) names them as a side, `peer:sale_tier_validation`, or:

    with peers.installed("bench_peer", ["sale_tier_validation"]) as name:
        peers.shell(name, script)                       # `env` of that database
        command = [project.PYTHON, "-m", "bench.x", *peers.options()]
        with child(command, env=peers.environment(), …) as process: …

`installed` clones the core template, installs the peers there, and drops the database
at the end. There are those of requirements-peers.txt, with underscores in their names
(`l10n_ec_account_edi`, `sale_tier_validation`, `sale_financial_risk` and others);
what is missing is added there with its hash.
"""

from contextlib import contextmanager

from . import database, extras, odoo_server, odoo_source, project
from .ui import task

REQUIREMENTS = project.ROOT / "requirements-peers.txt"


def ensure():
    """Install the peers' packages.

    :return: the folder for PYTHONPATH
    """
    return extras.ensure(REQUIREMENTS, "the addons to compare with")


def environment():
    """As every Odoo process has it, with the peers' own libraries before ours."""
    return odoo_server.environment(ensure())


def options():
    """Command-line options beyond the usual, of an Odoo process that sees the peers."""
    # the last --addons-path counts
    folders = (ensure() / "odoo" / "addons", *odoo_source.ensure().addons_paths)
    return [f"--addons-path={','.join(map(str, folders))}"]


@contextmanager
def installed(name, modules):
    """A database with Odoo's own modules and peers, for as long as the block runs.

    :param str name: of the database; an old one of that name is dropped
    :param modules: technical names of peers
    :raise Problem: with the errors of Odoo's log
    """
    try:
        database.clone(database.core_template(), name)
        with task(f"installing {', '.join(modules)}"):
            odoo_server.install(name, modules, extra=options(), env=environment())
        yield name
    finally:
        database.drop(name)


def shell(name, script):
    """As `odoo_server.shell`, on a database with peers."""
    return odoo_server.shell(name, script, extra=options(), env=environment())
