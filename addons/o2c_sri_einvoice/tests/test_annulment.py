from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import SimulatorCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestAnnulment(SimulatorCommon):
    """A person annuls in the portal and records it; the SRI's word decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "sri_manager",
            groups="account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            lang="en_US",
        )

    def _authorised(self, **values):
        move = self._invoice(**values)
        self._run_outbox()
        document = self._document(move)
        self.assertEqual(document.state, "authorised", document.note_ids.mapped("text"))
        return move, document

    def _record(self, document):
        document.with_user(self.manager).action_record_annulment()

    def _annul_in_portal(self, document, state="ANULADO"):
        self.assertTrue(self.sri.store.annul("pruebas", document.access_key, state))

    def _verify(self):
        self.env["o2c.sri.document"]._cron_verify_annulments()

    def test_recorded_then_confirmed_by_the_sri(self):
        move, document = self._authorised()
        self._record(document)
        self.assertRecordValues(
            document,
            [
                {
                    "state": "authorised",
                    "annulment_state": "requested",
                    "annulled_by_id": self.manager.id,
                }
            ],
        )
        with self.assertRaises(UserError):
            move.button_cancel()
        self._annul_in_portal(document)
        self._verify()
        self.assertEqual(document.state, "annulled")
        self.assertEqual(document.annulment_state, "confirmed")
        self.assertTrue(document.annulled_on)
        move.button_cancel()
        self.assertEqual(move.state, "cancel")

    def test_recorded_but_never_annulled(self):
        move, document = self._authorised()
        self.company.o2c_sri_responsible_id = self.manager
        self._record(document)
        self._verify()
        self.assertEqual(document.annulment_state, "requested")
        # five working days later the portal still says AUTORIZADO
        document.write(
            {
                "annulment_requested_on": fields.Datetime.now() - timedelta(days=9),
                "annulment_checked_on": False,
            }
        )
        self._verify()
        self.assertRecordValues(
            document, [{"state": "authorised", "annulment_state": "refused"}]
        )
        self.assertEqual(move.activity_ids.user_id, self.manager)

    def test_receiver_has_to_consent(self):
        move, _document = self._authorised()
        note = self._document(self._credit(move))
        self._run_outbox()
        self._record(note)
        self._annul_in_portal(note, "PENDIENTE DE ANULAR")
        self._verify()
        self.assertRecordValues(
            note, [{"state": "authorised", "annulment_state": "pending"}]
        )
        self._annul_in_portal(note)
        note.with_user(self.accountant).action_check_annulment()
        self.assertEqual(note.state, "annulled")

    def test_annulled_without_being_recorded(self):
        _move, document = self._authorised()
        self._annul_in_portal(document)
        document.with_user(self.accountant).action_check_annulment()
        self.assertRecordValues(
            document, [{"state": "annulled", "annulment_state": "confirmed"}]
        )

    def test_sri_does_not_answer(self):
        _move, document = self._authorised()
        self._record(document)
        self.sri.faults.add("down", service="query")
        self._verify()
        self.assertEqual(document.annulment_state, "requested")
        with self.assertRaisesRegex(UserError, "did not answer"):
            document.with_user(self.accountant).action_check_annulment()

    def test_limits(self):
        _move, document = self._authorised()
        month = document.issue_date.replace(day=1) + timedelta(days=32)
        with (
            freeze_time(fields.Datetime.to_datetime(month.replace(day=20))),
            self.assertRaisesRegex(UserError, "took its annulment until"),
        ):
            self._record(document)
        waiting = self._document(self._invoice())
        with self.assertRaisesRegex(UserError, "only an authorised document"):
            self._record(waiting | document)
        self._record(document)
        with self.assertRaisesRegex(UserError, "recorded already"):
            self._record(document)
        self.assertGreaterEqual(document.issue_date, date(2026, 1, 1))

    def test_final_consumer_is_never_annulled(self):
        consumer = self.env.ref("l10n_ec.ec_final_consumer")
        _move, document = self._authorised(
            partner=consumer, lines=[(self.rice, 1, 32.50, 0)]
        )
        with self.assertRaisesRegex(UserError, "final consumers"):
            self._record(document)

    def test_who_may(self):
        _move, document = self._authorised()
        with self.assertRaises(AccessError):
            document.with_user(self.accountant).action_record_annulment()
        salesman = new_test_user(
            self.env,
            "sri_seller",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            document.with_user(salesman).action_check_annulment()
