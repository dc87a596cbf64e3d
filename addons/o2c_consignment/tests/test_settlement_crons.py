from contextlib import contextmanager
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.cron_turns import take_turns
from .common import ConsignmentCommon

CALENDAR = "odoo.addons.o2c_consignment.models.o2c_consignment_settlement_calendar"
MAIL = "odoo.addons.o2c_consignment.models.o2c_consignment_settlement_mail"


class CronCommon(ConsignmentCommon):
    """Two consignors, each with goods that were sold before the month ended."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()
        cls.other = cls._product("Tostadora")
        cls.Settlement = cls.env["o2c.consignment.settlement"]

    @classmethod
    def _sold_in_march(cls):
        """Five blenders at 50 of one, five toasters at 3 of the other."""
        with freeze_time("2026-03-10 15:00:00"):
            prices = (
                (cls.consignor, cls.product, 50),
                (cls.other_consignor, cls.other, 3),
            )
            agreements = [
                cls._agree(
                    consignor,
                    {product: cost},
                    date_start="2026-01-01",
                    user_id=cls.manager.id,
                )
                for consignor, product, cost in prices
            ]
            for consignor, product, _cost in prices:
                cls._receive_consigned(consignor, product, 30)
            cls._deliver(cls._sell_goods({cls.product: 5, cls.other: 5}))
        return agreements

    def _settlements(self, consignor=None):
        return self.Settlement.search(
            [
                ("consignor_id", "=", (consignor or self.consignor).id),
                ("company_id", "=", self.company.id),
            ]
        )

    @contextmanager
    def _progress(self):
        """What a cron says of its progress: [remaining at first, done, done, …]."""
        said = []

        def commit(cron, processed=0, *, remaining=None, deactivate=False):
            # a test must not commit
            said.append(processed if remaining is None else remaining)
            return 60

        with patch.object(self.env.registry["ir.cron"], "_commit_progress", commit):
            yield said

    def _failing(self, method, wanted):
        """Let a method of settlements raise for what ``wanted`` chooses."""
        original = getattr(self.env.registry[self.Settlement._name], method)

        def fail(settlements, *args, **kwargs):
            if wanted(settlements, *args):
                raise RuntimeError("No hay papel")
            return original(settlements, *args, **kwargs)

        self.patch(self.env.registry[self.Settlement._name], method, fail)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestTurns(CronCommon):
    """Rows that somebody else refers to are free, those that he changes are not."""

    def _turn_beside(self, lock):
        """Take a turn at a committed row while another transaction holds it."""
        row = self.env.ref("base.tv")
        worked = []
        with (
            db_connect(self.env.cr.dbname).cursor() as other,
            self._progress() as said,
        ):
            other.execute(f"SELECT FROM res_country WHERE id = %s {lock}", [row.id])
            take_turns(row, worked.append, lambda _row, error: self.fail(error))
        return worked == [row], said

    def test_a_delivery_in_flight_is_no_hindrance(self):
        # its new consumptions refer to the agreement: foreign keys take this lock
        self.assertEqual(self._turn_beside("FOR KEY SHARE"), (True, [1, 1]))

    def test_who_changes_it_goes_first(self):
        self.assertEqual(self._turn_beside("FOR NO KEY UPDATE"), (False, [1, 0]))


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestDrawUp(CronCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement, cls.other_agreement = cls._sold_in_march()
        cls.frozen = freeze_time("2026-04-01 12:00:00")
        cls.frozen.start()
        cls.addClassCleanup(cls.frozen.stop)

    def _draw_up(self):
        with self._progress() as said:
            self.Settlement._cron_draw_up()
        return said

    def test_both_are_drawn_up(self):
        self.assertEqual(self._draw_up(), [2, 1, 1])
        self.assertEqual(self._settlements().amount_total, 250)
        self.assertEqual(self._settlements(self.other_consignor).amount_total, 15)
        self.assertEqual(self._draw_up(), [0])

    def test_what_somebody_holds_is_not_counted(self):
        lock = self.env.registry["o2c.consignment.agreement"].try_lock_for_update
        held = self.agreement

        def skip(agreements, **kwargs):
            return lock(agreements - held, **kwargs)

        with patch.object(
            self.env.registry["o2c.consignment.agreement"], "try_lock_for_update", skip
        ):
            self.assertEqual(sorted(self._draw_up()), [0, 1, 2])
        self.assertFalse(self._settlements())
        self.assertEqual(self._draw_up(), [1, 1])
        self.assertTrue(self._settlements())

    def test_one_that_fails_keeps_nobody_elses(self):
        self._failing(
            "_draw_up", lambda _model, agreement, *_a: agreement == self.agreement
        )
        with mute_logger(CALENDAR):
            self.assertEqual(self._draw_up(), [2, 1, 1])
            self._draw_up()
        self.assertFalse(self._settlements())
        self.assertEqual(self._settlements(self.other_consignor).amount_total, 15)
        [activity] = self.agreement.activity_ids
        self.assertIn("No hay papel", activity.note)
        self.assertEqual(activity.user_id, self.manager)

    def test_what_failed_is_tried_again_and_told_no_more(self):
        failing = [True]
        self._failing("_draw_up", lambda _model, *_a: failing[0])
        with mute_logger(CALENDAR):
            self._draw_up()
        failing.clear()
        failing.append(False)
        self.assertEqual(self._draw_up(), [2, 1, 1])
        self.assertEqual(self._settlements().amount_total, 250)
        self.assertFalse(self.agreement.activity_ids)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestVersionsSettle(CronCommon):
    """Only the version in force when a period ends settles it.

    ==============  ========  =======================================
    version         calendar  in force
    ==============  ========  =======================================
    first           weekly    until Tuesday 10 March
    second          monthly   from Wednesday 11 March, or on demand
    ==============  ========  =======================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-03-02 15:00:00"):
            cls.first = cls._agree(
                cls.consignor,
                {cls.product: 50},
                date_start="2026-01-01",
                settlement_calendar="weekly",
            )

    def _next_version(self, calendar):
        with freeze_time("2026-03-10 15:00:00"):
            second = self.first.action_new_version()
            second.settlement_calendar = calendar
            second.action_activate()
        self.assertEqual(str(self.first.date_end), "2026-03-10")
        return second

    def _due(self, day):
        due = self.Settlement._agreements_due(fields.Date.to_date(day))
        return due.filtered(lambda a: a.consignor_id == self.consignor)

    def test_the_old_calendar_ends_with_its_version(self):
        second = self._next_version("monthly")
        # the week until Sunday 8 March is the first version's
        self.assertEqual(self._due("2026-03-10"), self.first)
        # the week until the 15th ended under the second, which settles by the month
        self.assertFalse(self._due("2026-03-16"))
        self.assertFalse(self._due("2026-03-31"))
        self.assertEqual(self._due("2026-04-01"), second)

    def test_on_demand_ends_the_calendar(self):
        self._next_version("manual")
        for day in ("2026-03-16", "2026-04-01", "2026-06-01"):
            self.assertFalse(self._due(day))

    def test_the_last_version_settles_what_comes_after_it(self):
        with freeze_time("2026-03-10 15:00:00"):
            self.first.action_close()
        self.assertEqual(self._due("2026-03-16"), self.first)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestMailing(CronCommon):
    """One statement that cannot be mailed keeps nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for consignor, product in (
            (cls.consignor, cls.product),
            (cls.other_consignor, cls.other),
        ):
            consignor.email = f"{consignor.id}@example.com"
            cls._agree(consignor, {product: 50}, user_id=cls.manager.id)
            cls._receive_consigned(consignor, product, 30)
        cls._deliver(cls._sell_goods({cls.product: 5, cls.other: 5}))

    def setUp(self):
        super().setUp()
        self.first = self._settle()
        self.second = self._settle(self.other_consignor)

    def _mail(self):
        with self._progress() as said, mute_logger(MAIL):
            self.Settlement._cron_mail_statements()
        return said

    def _mails(self, settlement):
        return self.env["mail.mail"].search(
            [
                ("model", "=", settlement._name),
                ("res_id", "=", settlement.id),
                ("recipient_ids", "in", settlement.consignor_id.ids),
            ]
        )

    def test_one_that_fails_keeps_nobody_elses(self):
        failing = {self.first}
        self._failing("_send_statement", lambda settlement: settlement in failing)
        self.assertEqual(self._mail(), [2, 1, 1])
        self.assertRecordValues(
            self.first | self.second,
            [
                {"mail_state": "failed", "mail_error": "No hay papel"},
                {"mail_state": "mailed", "mail_error": False},
            ],
        )
        self.assertFalse(self._mails(self.first))
        self.assertTrue(self._mails(self.second))
        [activity] = self.first.activity_ids
        self.assertIn("No hay papel", activity.note)
        self.assertEqual(activity.user_id, self.manager)
        # tried again: told once only, and told no more when it went out
        self.assertEqual(self._mail(), [1, 1])
        self.assertEqual(len(self.first.activity_ids), 1)
        failing.clear()
        self._mail()
        self.assertRecordValues(
            self.first, [{"mail_state": "mailed", "mail_error": False}]
        )
        self.assertFalse(self.first.activity_ids)
        self.assertEqual(len(self._mails(self.first)), 1)

    def test_without_a_pdf_the_spreadsheet_goes(self):
        def broken(report, *args, **kwargs):
            raise OSError("Unable to find Wkhtmltopdf")

        report = self.env.registry["ir.actions.report"]
        with patch.object(report, "_render_qweb_pdf", broken):
            self._mail()
        [name] = self._mails(self.first).attachment_ids.mapped("name")
        self.assertTrue(name.endswith(".xlsx"))
        self.assertEqual(self.first.mail_state, "mailed")
        self.assertIn("spreadsheet only", self.first.mail_error)
        self.assertIn("Unable to find Wkhtmltopdf", self.first.activity_ids.note)
        self.first.action_mail()
        self._mail()
        self.assertFalse(self.first.mail_error)
        self.assertFalse(self.first.activity_ids)
