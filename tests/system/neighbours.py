"""Plays tests of addons where modules are installed that the addons do not need."""

import os
import re

from o2c_cli import database, odoo_server, postgres, project, system
from o2c_cli.results import ODOO_RESULT


def play(template, modules, tags):
    """Play tests in a copy of a database with more modules; all must pass.

    :param template: function that makes the database to copy, and returns its name
    :param modules: names of the modules to install first
    :param str tags: which tests, as Odoo's --test-tags
    :return: how many were played, and what Odoo logged
    """
    name = f"{modules[0]}_{os.getpid()}"
    log = project.LOGS / f"test-{modules[0]}.log"
    port = system.choose_port(8680, explicit=False)
    with postgres.running():
        try:
            database.clone(template(), name)
            odoo_server.install(name, modules)
            with odoo_server.playing(
                tags, database=name, log=log, port=port
            ) as process:
                code = process.wait()
        finally:
            database.drop(name)
    text = log.read_text(errors="replace")
    results = ODOO_RESULT.findall(text)
    assert results, text[-3000:]
    failed, errors, played = map(int, results[-1])
    broken = re.findall(r"(?:FAIL|ERROR): .*", text) or text[-3000:]
    assert (code, failed, errors) == (0, 0, 0), broken
    return played, text
