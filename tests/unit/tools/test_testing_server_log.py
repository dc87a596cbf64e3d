"""What a server's log is judged by."""

from system import server_log

LOG = """\
2026-11-29 22:40:07,123 99 INFO demo odoo.modules.loading: 1 modules loaded, no ERROR
2026-11-29 22:40:08,123 99 WARNING demo odoo.addons.base: Two fields have one label
2026-11-29 22:40:09,123 99 ERROR demo odoo.addons.base.models.ir_cron: It failed.
Traceback (most recent call last):
ValueError: of a text of its own
2026-11-29 22:40:10,123 99 ERROR demo odoo.addons.base.models.ir_cron: It failed, too.
Traceback (most recent call last):
odoo.exceptions.UserError: Unable to find Wkhtmltopdf on this system.
2026-11-29 22:40:11,123 99 ERROR demo odoo.sql_db: bad query: b'UPDATE x'
ERROR: could not serialize access due to concurrent update

2026-11-29 22:40:12,123 99 CRITICAL ? odoo.service.server: It stops.
"""


def test_errors_of_the_log_are_found_and_expected_ones_are_not(tmp_path):
    log = tmp_path / "server.log"
    log.write_text(LOG)
    failure, stop = server_log.errors(log)
    assert failure.endswith("ValueError: of a text of its own\n")
    assert stop.endswith("It stops.\n")
