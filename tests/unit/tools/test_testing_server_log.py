"""What the servers of the system tests are judged by."""

import pytest
from system import server_log

START = "2026-11-29 22:40:09,123 99 ERROR demo"
JOB = f"{START} odoo.addons.base.models.ir_cron: Job '{{}}' (4) server action #1 failed"
LOCK = f"""{START} odoo.sql_db: bad query: b'LOCK ir_attachment IN SHARE MODE'
ERROR: canceling statement due to lock timeout"""


@pytest.mark.parametrize(
    ("entry", "count"),
    [
        (JOB.format("Consignment: draw up settlements"), 1),
        (JOB.format("Publisher: Update Notification"), 0),
        (LOCK, 0),
        (LOCK.replace("ir_attachment", "o2c_gate_chain"), 1),
    ],
)
def test_only_odoo_s_own_jobs_may_fail(tmp_path, entry, count):
    log = tmp_path / "server.log"
    log.write_text(f"{entry}\n")
    assert len(server_log.errors(log)) == count
