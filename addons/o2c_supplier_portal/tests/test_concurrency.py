import threading
from unittest.mock import patch

from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.o2c_sri_einvoice.tests.concurrency import ConcurrentCase, Transaction


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestTurn(ConcurrentCase):
    """A supplier acts while somebody else, or the mail, works on the same record."""

    def setUp(self):
        super().setUp()
        with Transaction() as env:
            self.record_id = env["res.partner"].create({"name": "Turno"}).id
            env.cr.commit()
        self.addCleanup(self._clean)

    def _clean(self):
        with Transaction() as env:
            env["res.partner"].browse(self.record_id).unlink()
            env.cr.commit()

    def _act_behind(self, change):
        """Take a turn behind a transaction that makes a change.

        :return: the note that the second found on the record
        """
        started, found = threading.Event(), []

        def second():
            with Transaction() as env:

                def act():
                    record = env["res.partner"].browse(self.record_id)
                    record.read(["comment"])  # its snapshot is from now
                    started.set()
                    record._o2c_wait_for_turn()
                    return record.comment or ""

                found.append(retrying(act, env))

        with (
            Transaction() as env,
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.time.sleep"),
        ):
            record = env["res.partner"].browse(self.record_id)
            record.lock_for_update()
            change(record)
            env.flush_all()
            thread = threading.Thread(target=second)
            thread.start()
            self.assertTrue(started.wait(30))
            thread.join(0.5)
            self.assertFalse(found, "it waits")
            env.cr.commit()
            thread.join(60)
        self.assertEqual(len(found), 1)
        return str(found[0])

    def test_waits_for_who_only_holds_it(self):
        """His statement is being mailed: he is not refused."""
        self.assertEqual(self._act_behind(lambda record: None), "")

    def test_sees_what_the_other_changed(self):
        """A colleague answers first: the second starts again from his answer."""
        found = self._act_behind(lambda record: record.write({"comment": "Answered"}))
        self.assertIn("Answered", found)
