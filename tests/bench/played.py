"""A script played in a database of the suite that is thrown away afterwards."""

import json
import os

from o2c_cli import database, odoo_server


def play(name, script, **sizes):
    """Play a script in a clone of the suite's template.

    :param str name: of the measure, names the database
    :param str script: with %(size)s where a size goes; prints JSON as its last line
    :return: what it printed last
    """
    clone = f"bench_{name}_{os.getpid()}"
    try:
        database.clone(database.suite_template(), clone)
        output = odoo_server.shell(clone, script % sizes)
    finally:
        database.drop(clone)
    return json.loads(output.strip().splitlines()[-1])
