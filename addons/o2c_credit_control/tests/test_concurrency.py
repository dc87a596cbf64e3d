from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID
from odoo.modules.registry import Registry
from odoo.tests import get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.o2c_order_gate.tests.concurrency import RaceCase, Transaction

from ..models.dates import today


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestConcurrency(RaceCase):
    """Two confirmations in two real transactions, both within the limit alone."""

    def setUp(self):
        super().setUp()
        self.others = ()
        self.addCleanup(self._clean)
        with Transaction() as env:
            self.partner_id, self.order_ids = self._prepare(env)
            env.cr.commit()

    def _prepare(self, env):
        partner = env["res.partner"].create({"name": "Two at once", "is_company": True})
        partner.credit_limit = 1000
        product = env["product.product"].create(
            {"name": "Service", "type": "service", "taxes_id": [(5,)]}
        )
        line = {"product_id": product.id, "product_uom_qty": 6, "price_unit": 100}
        orders = env["sale.order"].create(
            [{"partner_id": partner.id, "order_line": [(0, 0, line)]} for _n in "ab"]
        )
        return partner.id, orders.ids

    def _clean(self):
        with Transaction() as env:
            orders = env["sale.order"].browse(self.order_ids)
            products = orders.order_line.product_id
            orders._action_cancel()
            orders.unlink()
            products.unlink()
            for record in self.others:
                record.with_env(env).unlink()
            # a log that nobody deletes, but for this test
            env.cr.execute(
                "DELETE FROM o2c_credit_limit WHERE partner_id = %s",
                (self.partner_id,),
            )
            env["res.partner"].browse(self.partner_id).unlink()
            env.cr.commit()

    def test_both_cannot_use_the_same_credit(self):
        """600 + 600 against a limit of 1 000: one confirms, the other is refused."""
        outcome = self._confirm_both()
        self.assertIn("Credit limit", outcome)
        self.assertEqual(self._states(), ["draft", "sale"])

    def test_it_is_the_lock_that_keeps_them_apart(self):
        """Without the lock both pass: the test above would notice its absence."""
        with patch.object(
            Registry(get_db_name())["res.partner"],
            "_o2c_credit_lock",
            lambda _partners: None,
        ):
            self.assertEqual(self._confirm_both(), "done")
        self.assertEqual(self._states(), ["sale", "sale"])

    def test_sisters_cannot_use_the_same_credit_of_their_group(self):
        """600 + 600 of two customers against the 1 000 of their group."""
        with Transaction() as env:
            sister = env["res.partner"].create({"name": "Sister", "is_company": True})
            partners = sister.browse(self.partner_id) | sister
            sister.browse(self.partner_id).credit_limit = 0
            group = env["o2c.credit.group"].create(
                {"name": "Two", "limit": 1000, "partner_ids": [(6, 0, partners.ids)]}
            )
            env["sale.order"].browse(self.order_ids[1]).write(
                {"partner_id": sister.id, "partner_invoice_id": sister.id}
            )
            env.cr.commit()
            self.others = (group, sister)
        outcome = self._confirm_both()
        self.assertIn("Limit of the group", outcome)
        self.assertEqual(self._states(), ["draft", "sale"])

    def _states(self):
        with Transaction() as env:
            orders = env["sale.order"].browse(self.order_ids)
            return sorted(orders.mapped("state"))

    def _confirm_both(self):
        """Confirm the second order while the first is confirmed and not committed.

        :return: what became of the second
        """
        return self._race(
            *(
                (
                    SUPERUSER_ID,
                    lambda env, order=order: (
                        env["sale.order"].browse(order).action_confirm()
                    ),
                )
                for order in self.order_ids
            )
        )


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestTwoRuns(RaceCase):
    """Two daily runs of reminders in two real transactions."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._clean)
        with Transaction() as env:
            company = env.company
            partner = env["res.partner"].create(
                {"name": "Reminded", "is_company": True, "email": "r@example.com"}
            )
            journal = env["account.journal"].create(
                {
                    "name": "Two runs",
                    "code": "TWOR",
                    "type": "general",
                    "company_id": company.id,
                }
            )
            receivable = partner.property_account_receivable_id
            other = env["account.account"].search(
                [("account_type", "=", "income"), ("company_ids", "in", company.ids)],
                limit=1,
            )
            due = today(env) - timedelta(days=20)
            entry = env["account.move"].create(
                {
                    "journal_id": journal.id,
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "partner_id": partner.id,
                                "account_id": receivable.id,
                                "date_maturity": due,
                                "debit": 100,
                            },
                        ),
                        (0, 0, {"account_id": other.id, "credit": 100}),
                    ],
                }
            )
            entry.action_post()
            self.ids = (partner.id, journal.id, entry.id)
            env.cr.commit()

    def _clean(self):
        partner, journal, entry = self.ids
        with Transaction() as env:
            self._reminders(env).unlink()
            env["mail.mail"].search([("recipient_ids", "=", partner)]).unlink()
            move = env["account.move"].browse(entry)
            move.button_draft()
            move.unlink()
            env["account.journal"].browse(journal).unlink()
            env["res.partner"].browse(partner).unlink()
            env.cr.commit()

    def _reminders(self, env):
        return env["o2c.credit.reminder"].search([("partner_id", "=", self.ids[0])])

    def _mails(self, env):
        return env["mail.mail"].search_count(
            [
                ("model", "=", "o2c.credit.reminder"),
                ("res_id", "in", self._reminders(env).ids),
            ]
        )

    def _remind(self, env):
        ladders = env["o2c.credit.ladder"].search([("company_id", "=", env.company.id)])
        partner = env["res.partner"].browse(self.ids[0])
        env["o2c.credit.reminder"]._remind_batch(env.company, ladders, partner)
        env.flush_all()

    def test_a_run_passes_by_whom_another_is_reminding(self):
        with Transaction() as first, Transaction() as second:
            self._remind(first)
            self._remind(second)
            self.assertFalse(self._reminders(second))
            first.cr.commit()
            second.cr.commit()
        with Transaction() as env:
            self.assertEqual((len(self._reminders(env)), self._mails(env)), (1, 1))

    def test_a_run_that_did_not_see_the_other_is_refused_with_its_mail(self):
        with Transaction() as first, Transaction() as second:
            # both look at the database as it was before either has reminded anybody
            self.assertFalse(self._reminders(second))
            self._remind(first)
            first.cr.commit()
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                self._remind(second)
        with Transaction() as env:
            self.assertEqual((len(self._reminders(env)), self._mails(env)), (1, 1))
