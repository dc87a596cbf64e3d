from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..credit_core import judge
from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestHold(CreditCommon):
    def _log(self, kind, partner=None):
        return (
            self.env["o2c.credit.hold"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", (partner or self.customer).id),
                    ("kind", "=", kind),
                ]
            )
        )

    # ----------------------------------------------------------------- manual
    def test_manual_hold_stops_and_release_frees(self):
        hold = self._hold("Cheque returned")
        order = self._quote(1)
        with self.assertRaisesRegex(UserError, "on hold: Cheque returned"):
            order.action_confirm()
        hold.with_user(self.manager).action_release("Paid in cash")
        order.action_confirm()
        self.assertEqual(hold.release_user_id, self.manager)
        self.assertEqual(hold.release_reason, "Paid in cash")
        self.assertTrue(hold.release_date)

    def test_reason_is_needed_to_hold_and_to_release(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self._hold("  ")
        hold = self._hold()
        with self.assertRaisesRegex(UserError, "Say why"):
            hold.with_user(self.manager).action_release("")

    def test_only_a_manager_releases(self):
        hold = self._hold()
        for user in (self.collector, self.seller):
            with self.assertRaises(AccessError):
                hold.with_user(user).action_release("because")
        self.assertEqual(hold.state, "active")

    def test_log_cannot_be_changed_nor_deleted_by_anybody(self):
        hold = self._hold()
        for record in (hold.with_user(self.manager), hold.sudo()):
            with self.assertRaises(UserError):
                record.write({"reason": "nothing happened"})
            with self.assertRaises(UserError):
                record.unlink()
        with self.assertRaises(UserError):
            hold.with_user(self.manager).write({"state": "released"})
        hold.with_user(self.manager).action_release("ok")
        with self.assertRaises(UserError):
            hold.sudo().write({"state": "active"})

    def test_a_person_opens_only_manual_holds_in_his_own_name(self):
        hold = (
            self.env["o2c.credit.hold"]
            .with_user(self.collector)
            .create(
                {
                    "partner_id": self.customer.id,
                    "reason": "x",
                    "kind": "overdue",
                    "state": "released",
                    "user_id": self.manager.id,
                    "date": "2020-01-01 00:00:00",
                }
            )
        )
        self.assertEqual((hold.kind, hold.state), ("manual", "active"))
        self.assertEqual(hold.user_id, self.collector)
        self.assertEqual(hold.date.date().year, self.today.year)

    @mute_logger("odoo.sql_db")
    def test_one_manual_hold_at_a_time(self):
        self._hold()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self._hold()

    def test_hold_concerns_the_whole_customer(self):
        contact = self._customer("Ana", parent_id=self.customer.id, is_company=False)
        with self.assertRaisesRegex(UserError, "Abarrotes del Sur"):
            self._hold(partner=contact)

    # -------------------------------------------------------------- automatic
    def test_log_follows_the_facts(self):
        invoice = self._bill(100, 20)
        self.env["res.partner"]._o2c_credit_log_holds(self.company, everybody=True)
        hold = self._log("overdue")
        self.assertEqual((hold.state, hold.overdue), ("active", 100))
        # nothing new: the log does not grow
        self.env["res.partner"]._o2c_credit_log_holds(self.company, everybody=True)
        self.assertEqual(len(self._log("overdue")), 1)
        self._pay(invoice)
        self.assertEqual(hold.state, "released")

    def test_automatic_hold_is_not_released_by_hand(self):
        self._bill(100, 20)
        self.env["res.partner"]._o2c_credit_log_holds(self.company, everybody=True)
        with self.assertRaisesRegex(UserError, "released by payment"):
            self._log("overdue").with_user(self.manager).action_release("please")

    def test_undoing_a_payment_stops_again(self):
        invoice = self._bill(100, 20)
        self._pay(invoice)
        self.assertFalse(self._on_hold())
        invoice.line_ids.remove_move_reconcile()
        self.customer.invalidate_recordset()
        # the payment is on account now, so it still covers the debt
        self.assertFalse(self._on_hold())
        self.env["account.payment"].search(
            [("partner_id", "=", self.customer.id)]
        ).action_draft()
        self.customer.invalidate_recordset()
        self.assertTrue(self._on_hold())

    # ----------------------------------------------------------------- search
    def test_search_finds_who_is_held_and_why(self):
        late = self._customer("Late")
        self._bill(100, 20, late)
        held = self._customer("Held")
        self._hold(partner=held)
        broken = self._customer("Broken")
        self._bill(100, -20, broken)
        promise = self._promise(100, 5, partner=broken)
        self._pass_days(promise, 10)
        promise._decide()
        fine = self._customer("Fine")
        self._bill(100, -20, fine)
        tolerated = self._customer("Tolerated")
        self._bill(100, 20, tolerated)
        self.env["o2c.credit.policy"].sudo().create(
            {
                "name": "Tolerant",
                "company_id": self.company.id,
                "max_overdue_days": 30,
                "partner_ids": [(4, tolerated.id)],
            }
        )
        everybody = late | held | broken | fine | tolerated
        partners = self.env["res.partner"].with_user(self.seller)
        found = partners.search(
            [("o2c_credit_hold", "=", True), ("id", "in", everybody.ids)]
        )
        self.assertEqual(set(found.ids), set((late | held | broken).ids))
        free = partners.search(
            [("o2c_credit_hold", "=", False), ("id", "in", everybody.ids)]
        )
        self.assertEqual(set(free.ids), set((fine | tolerated).ids))
        reasons = [p.o2c_credit_hold_reason for p in (late, held, broken, fine)]
        self.assertEqual(
            reasons,
            ["overdue beyond the policy", "held by hand", "promise not kept", ""],
        )

    def test_search_says_the_same_as_the_core(self):
        """The rule is written in SQL for speed and in the core for the gate."""
        partners = self.env["res.partner"]
        for days, amount, paid in (
            (5, 100, 0), (15, 100, 0), (16, 100, 0), (16, 5, 0), (16, 6, 0), (16, 9, 4),
        ):  # fmt: skip
            partner = self._customer(f"{days} {amount} {paid}")
            self._bill(amount, days, partner)
            if paid:
                self._pay_on_account(paid, partner)
            partners |= partner
        self.policy.sudo().write(
            {"grace_days": 5, "max_overdue_days": 10, "overdue_minimum": 5}
        )
        standings = partners._o2c_credit_standings(self.company)
        core = self.policy.sudo()._core()
        expected = partners.filtered(lambda p: judge(standings[p.id], core))
        rows = partners._o2c_credit_held(self.company, partners)
        self.assertEqual({row["partner_id"] for row in rows}, set(expected.ids))
        self.assertEqual(expected.mapped("name"), ["16 100 0", "16 6 0"])
