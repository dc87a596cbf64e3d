from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CreditCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestReminder(CreditCommon):
    """General ladder: 3 days before due, 3 and 15 days after (mail), 30 (activity)."""

    def _run(self):
        reminders = self.env["o2c.credit.reminder"].sudo()
        self._daily_run(lambda: reminders._remind_company(self.company))

    def _sent(self, partner=None):
        return (
            self.env["o2c.credit.reminder"]
            .sudo()
            .search([("partner_id", "=", (partner or self.customer).id)], order="id")
        )

    def _mails(self):
        return (
            self.env["mail.mail"]
            .sudo()
            .search(
                [
                    ("model", "=", "o2c.credit.reminder"),
                    ("res_id", "in", self._sent().ids),
                ]
            )
        )

    def test_one_message_with_all_documents(self):
        old, new, future = self._bill(100, 20), self._bill(50, 4), self._bill(70, -10)
        self._run()
        reminder = self._sent()
        self.assertEqual(len(reminder), 1)
        self.assertEqual(reminder.step_id.days, 15)
        self.assertEqual(reminder.item_ids.move_id, old | new | future)
        self.assertEqual(reminder.amount, 220)
        body = self._mails().body_html
        for move in old | new | future:
            self.assertIn(move.name, body)

    def test_never_twice(self):
        self._bill(100, 20)
        for _day in range(3):
            self._run()
        self.assertEqual(len(self._sent()), 1)
        self.assertEqual(len(self._mails()), 1)

    @mute_logger("odoo.sql_db")
    def test_two_runs_at_once_cannot_send_one_step_twice(self):
        self._bill(100, 20)
        self._run()
        line = self._sent().line_ids[:1]
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            line.copy()

    def test_next_step_when_its_day_comes(self):
        invoice = self._bill(100, 4)
        self._run()
        receivable = invoice.line_ids.filtered("date_maturity")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET date_maturity = date_maturity - 11"
            " WHERE id IN %s",
            (tuple(receivable.ids),),
        )
        receivable.invalidate_recordset()
        self._run()
        self.assertEqual(self._sent().step_id.mapped("days"), [3, 15])

    def test_before_due(self):
        self._bill(100, -3)
        self._bill(100, -4, self._customer("Tomorrow"))
        self._run()
        self.assertEqual(self._sent().step_id.days, -3)
        self.assertFalse(self._sent(self._customer("Tomorrow")))

    def test_last_step_calls_a_person(self):
        self.customer.with_company(
            self.company
        ).sudo().o2c_collector_id = self.collector
        self._bill(100, 31)
        self._run()
        self.assertEqual(self._sent().channel, "activity")
        self.assertEqual(self.customer.activity_ids.user_id, self.collector)
        self.assertFalse(self._mails())
        # a run may leave hundreds: his worklist shows them, no mail tells of each
        told = [("res_partner_id", "=", self.collector.partner_id.id)]
        self.assertFalse(self.env["mail.notification"].search_count(told))

    def test_customer_without_address_goes_to_the_collector(self):
        self.customer.email = False
        self._bill(100, 4)
        self._run()
        self.assertEqual(self._sent().channel, "activity")
        self.assertIn("no e-mail", self.customer.activity_ids.note)

    def test_promise_and_dispute_pause(self):
        promised, disputed = self._bill(100, 20), self._bill(50, 20)
        promise = self._promise(100, 5, promised)
        disputes = self.env["o2c.credit.dispute"].with_user(self.collector)
        dispute = disputes.create({"move_id": disputed.id, "reason": "quality"})
        self._run()
        self.assertFalse(self._sent())
        dispute.action_close()
        self._run()
        self.assertEqual(self._sent().item_ids.move_id, disputed)
        self._pass_days(promise, 10)
        promise._decide()
        self._run()
        self.assertEqual(len(self._sent()), 2, "a broken promise pauses nothing")

    def test_who_paid_is_left_alone(self):
        self._bill(100, 20)
        self._pay_on_account(100)
        self._run()
        self.assertFalse(self._sent())

    def test_segment_has_its_own_ladder(self):
        tag = self.env["res.partner.category"].create({"name": "Gentle"})
        self.env["o2c.credit.ladder"].sudo().create(
            {
                "name": "Gentle",
                "company_id": self.company.id,
                "category_ids": [(4, tag.id)],
                "step_ids": [
                    (0, 0, {"name": "Call", "days": 60, "channel": "activity"})
                ],
            }
        )
        self.customer.category_id = tag
        self._bill(100, 20)
        self._run()
        self.assertFalse(self._sent())

    def test_stopped_run_goes_on_where_it_was(self):
        others = [self._customer(f"Customer {number}") for number in range(5)]
        for partner in others:
            self._bill(100, 20, partner)
        module = "odoo.addons.o2c_credit_control.models.o2c_credit_reminder.BATCH"
        progress = patch.object(
            self.registry["ir.cron"], "_commit_progress", lambda *_a, **_k: 0.0
        )
        with patch(module, 2), progress:
            done = self.env["o2c.credit.reminder"].sudo()._remind_company(self.company)
        self.assertFalse(done, "time is over after the first two")
        self.assertEqual(sum(len(self._sent(p)) for p in others), 2)
        self._run()
        self.assertEqual([len(self._sent(p)) for p in others], [1] * 5)

    def test_log_cannot_be_changed(self):
        self._bill(100, 20)
        self._run()
        with self.assertRaises(UserError):
            self._sent().with_user(self.manager).write({"amount": 0})

    # --------------------------------------------------------------- channels
    def _ladder(self, channel, **values):
        """The customer's own ladder with one step, ten days after due."""
        tag = self.env["res.partner.category"].create({"name": channel})
        self.customer.category_id = tag
        step = {"name": "Call", "days": 10, "channel": channel, **values}
        ladders = self.env["o2c.credit.ladder"].with_user(self.manager)
        return ladders.create(
            {
                "name": channel,
                "company_id": self.company.id,
                "category_ids": [(4, tag.id)],
                "step_ids": [(0, 0, step)],
            }
        )

    def test_whatsapp_waits_for_the_collector_with_its_link(self):
        """0991234567 in Ecuador is +593 99 123 4567 for the world."""
        ecuador = self.env.ref("base.ec").id
        self.customer.write({"phone": "099 123 4567", "country_id": ecuador})
        self._ladder(
            "whatsapp", message="%(customer)s: %(count)s, %(amount)s & %(date)s"
        )
        self._bill(100, 20)
        self._bill(50, 12)
        self._run()
        reminder = self._sent()
        self.assertEqual(reminder.channel, "whatsapp")
        url = reminder.with_user(self.collector).action_whatsapp()["url"]
        self.assertTrue(url.startswith("https://wa.me/593991234567?text="), url)
        self.assertIn("Abarrotes%20del%20Sur%3A%202%2C", url)
        self.assertIn("%26", url, "what is written cannot change the address")
        self.assertIn("https://wa.me/593991234567", self.customer.activity_ids.note)
        self.assertFalse(self._mails())

    def test_whatsapp_without_a_number_goes_to_the_collector(self):
        self.customer.phone = "call my brother"
        self._ladder("whatsapp")
        self._bill(100, 20)
        self._run()
        self.assertEqual(self._sent().channel, "activity")
        self.assertIn("no telephone", self.customer.activity_ids.note)
        with self.assertRaisesRegex(UserError, "no telephone"):
            self._sent().with_user(self.collector).action_whatsapp()

    def test_letter_is_printed_with_all_documents(self):
        self._ladder("letter", message="Dear %(customer)s, %(amount)s please")
        old, new = self._bill(100, 20), self._bill(50, -5)
        self._run()
        reminder = self._sent()
        self.assertEqual(reminder.channel, "letter")
        html, _kind = (
            self.env["ir.actions.report"]
            .sudo()
            ._render_qweb_html(
                "o2c_credit_control.o2c_credit_letter_report", reminder.ids
            )
        )
        text = html.decode()
        self.assertIn("Dear Abarrotes del Sur", text)
        for move in old | new:
            self.assertIn(move.name, text)

    def test_message_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        ladder = self._ladder("letter", message="Dear %(customer)s")
        step = ladder.step_ids
        step.with_context(lang="fr_FR").message = "Cher %(customer)s"
        self.customer.lang = "fr_FR"
        self._bill(100, 20)
        self._run()
        self.assertEqual(self._sent().text, "Cher Abarrotes del Sur")

    def test_message_that_cannot_be_filled_in_is_refused(self):
        for message in ("%(bank)s", "100 % now", "%(count)x%"):
            with self.subTest(message=message), self.assertRaises(ValidationError):
                self._ladder("letter", message=message)
