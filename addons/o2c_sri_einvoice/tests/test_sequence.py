import threading
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from .concurrency import ConcurrentCase, Transaction

WORKERS, EACH = 4, 5


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestSequence(ConcurrentCase):
    """Numbers taken in real transactions at once, some of them given up again."""

    def setUp(self):
        super().setUp()
        with Transaction() as env:
            company = env.ref("base.main_company")
            self.point_id = (
                env["o2c.sri.emission.point"]
                .create(
                    {
                        "company_id": company.id,
                        "establishment": "987",
                        "emission_point": "654",
                    }
                )
                .id
            )
            env.cr.commit()
        self.addCleanup(self._clean)

    def _clean(self):
        with Transaction() as env:
            env["o2c.sri.emission.point"].browse(self.point_id).unlink()
            env.cr.commit()

    def _take(self, given_up):
        """Return a number, or None when its transaction ends in an error."""
        with Transaction() as env:

            def take():
                point = env["o2c.sri.emission.point"].browse(self.point_id)
                number = point._o2c_next("06")
                if given_up:
                    raise UserError(number)
                return number

            try:
                return retrying(take, env)  # commits
            except UserError:
                return None

    def test_no_number_twice_and_none_missing(self):
        """4 threads take 5 numbers each; every third is given up: 13 or 14 stay."""
        taken, errors = [], []

        def work(first):
            try:
                for turn in range(EACH):
                    taken.append(self._take(given_up=(first + turn) % 3 == 0))
            except Exception as error:  # noqa: BLE001 - shown by the assertion below
                errors.append(error)

        with (
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.time.sleep"),
            patch("odoo.service.model.MAX_TRIES_ON_CONCURRENCY_FAILURE", 50),
        ):
            threads = [
                threading.Thread(target=work, args=(first,)) for first in range(WORKERS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(120)
        self.assertFalse(errors)
        kept = sorted(int(number) for number in taken if number)
        self.assertEqual(len(taken), WORKERS * EACH)
        self.assertEqual(kept, list(range(1, len(kept) + 1)))

    def test_the_second_waits_for_the_first(self):
        """A number that is not committed is not given to another transaction."""
        started, got = threading.Event(), []

        def second():
            started.set()
            got.append(self._take(given_up=False))

        with (
            Transaction() as env,
            mute_logger("odoo.sql_db", "odoo.service.model"),
            patch("odoo.service.model.time.sleep"),
        ):
            point = env["o2c.sri.emission.point"].browse(self.point_id)
            self.assertEqual(point._o2c_next("07"), "000000001")
            first = point._o2c_next("06")
            thread = threading.Thread(target=second)
            thread.start()
            self.assertTrue(started.wait(30))
            thread.join(0.5)
            self.assertFalse(got, "the row is locked")
            env.cr.commit()
            thread.join(60)
        self.assertEqual((first, got), ("000000001", ["000000002"]))
