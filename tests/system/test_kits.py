"""Kits of consigned goods: tests of an addon that need a module it does not need."""

import os

from o2c_cli import database, odoo_server, postgres, project
from o2c_cli.testing import ODOO_RESULT


def test_kits_of_consigned_goods():
    name = f"kits_{os.getpid()}"
    log = project.LOGS / "test-kits.log"
    options = ["--test-tags", "o2c_kits/o2c_consignment", "--stop-after-init"]
    with postgres.running():
        try:
            database.clone(database.addon_template("o2c_consignment"), name)
            odoo_server.install(name, ["mrp"])
            code = odoo_server.run([*options, "--no-http"], database=name, log=log)
        finally:
            database.drop(name)
    text = log.read_text(errors="replace")
    failed, errors, played = map(int, ODOO_RESULT.findall(text)[-1])
    assert (code, failed, errors) == (0, 0, 0), text[-3000:]
    assert played
