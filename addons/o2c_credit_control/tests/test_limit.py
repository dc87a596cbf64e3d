from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MANAGER, CreditCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestLimit(CreditCommon):
    """Limits, what raises them, who changes them, and groups that share one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._user("credit_boss_2", f"{MANAGER},base.group_partner_manager")

    def _cover(self, amount=500, days=30, **values):
        covers = self.env["o2c.credit.cover"].with_user(self.manager)
        return covers.create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "kind": "guarantee",
                "reference": "G-1",
                "raises_limit": True,
                "amount": amount,
                "date_to": self._day(days),
                **values,
            }
        )

    def _ask(self, amount, user=None, **values):
        changes = self.env["o2c.credit.limit"].with_user(user or self.collector)
        return changes.create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "amount": amount,
                "reason": "Grew by a third",
                **values,
            }
        )

    def _limit(self):
        return self.customer.with_company(self.company).sudo().credit_limit

    def _group(self, limit, partners, **values):
        groups = self.env["o2c.credit.group"].with_user(self.manager)
        return groups.create(
            {
                "name": "Holding",
                "limit": limit,
                "partner_ids": [fields.Command.set(partners.ids)],
                "company_ids": [fields.Command.set(self.company.ids)],
                "currency_id": self.company.currency_id.id,
                **values,
            }
        )

    # ------------------------------------------------- guarantees, insurances
    def test_guarantee_raises_the_limit_while_it_is_valid(self):
        """Limit 1 000; a guarantee of 500 makes room for 1 500, on its days only."""
        order = self._quote(15)
        self.assertEqual(self._policies(order), ["credit.limit"])
        cover = self._cover(500)
        self.assertEqual(self._policies(order), [])
        cover.date_from = self._day(1)
        self.assertEqual(self._policies(order), ["credit.limit"], "not valid yet")
        cover.write({"date_from": self._day(-10), "date_to": self._day(-1)})
        self.assertEqual(self._policies(order), ["credit.limit"], "over")
        cover.date_to = self.today
        self.assertEqual(self._policies(order), [], "the last day counts")

    def test_insurance_that_raises_nothing_lowers_the_risk(self):
        self._cover(300, kind="insurance", raises_limit=False)
        self._bill(800, -20)
        partner = self.customer.with_user(self.seller)
        self.assertEqual(partner.o2c_credit_limit, 1000)
        self.assertEqual(
            (partner.o2c_credit_secured, partner.o2c_credit_at_risk), (300, 500)
        )

    def test_temporary_limit_ends(self):
        self._cover(500, kind="temporary", raises_limit=False)
        self.assertEqual(self.customer.with_user(self.seller).o2c_credit_limit, 1500)
        self.assertEqual(self.customer.o2c_credit_secured, 0)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._cover(500, kind="temporary", date_to=False)

    def test_guarantee_in_another_currency(self):
        """300 in a currency of which 2 make 1 of the company's are 150."""
        currency = self.setup_other_currency("GBP", rates=[("2000-01-01", 2.0)])
        self._cover(300, currency_id=currency.id)
        self.assertEqual(self.customer.with_user(self.seller).o2c_credit_limit, 1150)

    def test_absurd_guarantees(self):
        for values in ({"amount": -5}, {"amount": 0}, {"date_to": "2000-01-01"}):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._cover(**values)

    def test_salesperson_hears_that_a_guarantee_frees_his_order(self):
        order = self._quote(15)
        self._cover(500)
        order.invalidate_recordset()
        self.assertEqual(order.activity_ids.user_id, self.seller)

    def test_renewal_is_asked_for_once(self):
        cover = self._cover(days=10)
        for _day in range(2):
            self.env["res.partner"].sudo()._o2c_cron_review_limits()
        self.assertEqual(len(cover.activity_ids), 1)
        self.assertEqual(cover.activity_ids.date_deadline, self._day(10))

    # ---------------------------------------------------------------- changes
    def test_change_is_asked_for_and_decided_by_somebody_else(self):
        change = self._ask(2000, review_date=self._day(180))
        self.assertEqual((change.state, self._limit()), ("requested", 1000))
        for user in (self.seller, self.collector):
            with self.assertRaises(AccessError):
                change.with_user(user).action_approve("I say so")
        change.with_user(self.manager).action_approve("Seen the balance sheet")
        self.assertEqual(self._limit(), 2000)
        self.assertRecordValues(
            change.sudo(),
            [
                {
                    "state": "approved",
                    "old_amount": 1000,
                    "decided_by": self.manager.id,
                    "applied": True,
                }
            ],
        )
        partner = self.customer.with_company(self.company).sudo()
        self.assertEqual(partner.o2c_credit_review_date, self._day(180))
        self.assertEqual(partner.o2c_credit_limit_ids[:1], change, "logged once")

    def test_nobody_decides_on_his_own_request(self):
        change = self._ask(2000, self.manager)
        with self.assertRaisesRegex(UserError, "yourself"):
            change.with_user(self.manager).action_approve()
        self.assertEqual(self._limit(), 1000)

    def test_decision_cannot_be_brought_along_nor_changed(self):
        change = self._ask(
            9000,
            state="approved",
            applied=True,
            decided_by=self.manager.id,
            user_id=self.manager.id,
            old_amount=8999,
        )
        self.assertEqual((change.state, change.user_id), ("requested", self.collector))
        self.assertEqual((change.old_amount, self._limit()), (1000, 1000))
        for user in (self.collector, self.manager):
            with self.assertRaises(UserError):
                change.with_user(user).write({"state": "approved"})
            with self.assertRaises(AccessError):
                change.with_user(user).unlink()
        change.with_user(self.manager).action_refuse("No figures")
        with self.assertRaisesRegex(UserError, "decided already"):
            change.with_user(self.boss).action_approve()
        self.assertEqual(self._limit(), 1000)

    def test_direct_change_is_recorded(self):
        self.customer.with_user(self.boss).credit_limit = 700
        change = self.customer.sudo().o2c_credit_limit_ids[:1]
        self.assertRecordValues(
            change,
            [
                {
                    "state": "recorded",
                    "old_amount": 1000,
                    "company_amount": 700,
                    "user_id": self.boss.id,
                }
            ],
        )

    def test_policy_asks_for_a_second_person(self):
        self.policy.sudo().limit_approval = True
        for partner in (self.customer.with_user(self.boss), self.customer.sudo()):
            for wider in (2000, 0):
                with (
                    self.subTest(user=partner.env.user.login, limit=wider),
                    self.assertRaisesRegex(UserError, "second person"),
                    self.cr.savepoint(),
                ):
                    partner.with_company(self.company).credit_limit = wider
        self.customer.with_user(self.boss).credit_limit = 500
        self.assertEqual(self._limit(), 500, "less credit needs nobody else")
        self._ask(2000).with_user(self.manager).action_approve("ok")
        self.assertEqual(self._limit(), 2000)

    def test_limit_in_another_currency_is_converted(self):
        currency = self.setup_other_currency("GBP", rates=[("2000-01-01", 2.0)])
        change = self._ask(3000, currency_id=currency.id)
        change.with_user(self.manager).action_approve("ok")
        self.assertEqual(self._limit(), 1500)

    def test_absurd_limits(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._ask(-1)
        with self.assertRaisesRegex(UserError, "negative"), self.cr.savepoint():
            self.customer.with_user(self.boss).credit_limit = -5
        with self.assertRaisesRegex(ValidationError, "passed already"):
            self._ask(2000, review_date=self._day(-1))
        with self.assertRaisesRegex(ValidationError, "Say why"):
            self._ask(2000, reason=" ")

    def test_another_companys_change_is_out_of_reach(self):
        other = self._second_company()["company"]
        with self.assertRaises(AccessError):
            self._ask(2000, company_id=other.id)
        change = self.env["o2c.credit.limit"].sudo()
        change = change.create(
            {
                "partner_id": self.customer.id,
                "company_id": other.id,
                "amount": 5,
                "reason": "x",
                "user_id": self.collector.id,
            }
        )
        with self.assertRaises(AccessError):
            change.with_user(self.manager).action_approve()

    def test_salesperson_hears_that_a_limit_frees_his_order(self):
        order = self._quote(15)
        self._ask(2000).with_user(self.manager).action_approve("ok")
        order.invalidate_recordset()
        self.assertEqual(order.activity_ids.user_id, self.seller)

    def test_cancelled_order_frees_another(self):
        first, second = self._sell(8), self._quote(5)
        self.assertEqual(self._policies(second), ["credit.limit"])
        first.with_user(self.seller)._action_cancel()
        second.invalidate_recordset()
        self.assertEqual(second.activity_ids.user_id, self.seller)

    # ----------------------------------------------------------- review, terms
    def test_review_date(self):
        partner = self.customer.with_company(self.company).sudo()
        partner.o2c_credit_review_date = self._day(-1)
        order = self._quote(1)
        self.assertEqual(self._policies(order), [])
        self.policy.sudo().review_lapses = True
        self.assertEqual(self._policies(order), ["credit.review"])
        for _day in range(2):
            self.env["res.partner"].sudo()._o2c_cron_review_limits()
        self.assertEqual(len(partner.activity_ids), 1)
        with self.assertRaises(AccessError):
            self.customer.with_user(self.seller).o2c_credit_review_date = self.today

    def test_longest_payment_term(self):
        self.policy.sudo().max_term_days = 30
        terms = self.env["account.payment.term"]
        month, quarter = terms.create(
            [
                {"name": f"{days}", "line_ids": [(0, 0, {"nb_days": days})]}
                for days in (30, 90)
            ]
        )
        order = self._quote(1, payment_term_id=month.id)
        self.assertEqual(self._policies(order), [])
        order.payment_term_id = quarter
        self.assertEqual(self._policies(order), ["credit.terms"])
        with self.assertRaisesRegex(UserError, "Payment term longer"):
            order.action_confirm()

    # ------------------------------------------------------------------ group
    def test_affiliates_share_a_limit(self):
        """Two customers, each within his own 1 000, together within 1 200."""
        sister = self._customer("Sister", limit=1000)
        group = self._group(1200, self.customer | sister)
        self._sell(8, sister)
        self.assertEqual((group.exposure, group.available), (800, 400))
        self.assertEqual(self._policies(self._quote(4)), [])
        order = self._quote(5)
        self.assertEqual(self._policies(order), ["credit.group"])
        with self.assertRaisesRegex(UserError, "Limit of the group Holding"):
            order.action_confirm()
        group.active = False
        self.assertEqual(self._policies(order), [])

    def test_companies_of_ours_share_a_limit(self):
        other = self._second_company()
        companies = self.company | other["company"]
        self._bill(700, -20, company_data=other)
        order = self._quote(6)
        self.assertEqual(self._policies(order), [], "each company on its own")
        group = self._group(
            1200,
            self.customer,
            company_ids=[fields.Command.set(self.company.ids)],
        )
        self.assertEqual(self._policies(order), [])
        group.sudo().company_ids = companies
        self.assertEqual(self._policies(order), ["credit.group"])

    def test_group_in_another_currency(self):
        """Limit 2 000 in a currency of which 2 make 1 of the company's: 1 000."""
        currency = self.setup_other_currency("GBP", rates=[("2000-01-01", 2.0)])
        self.customer.with_company(self.company).sudo().credit_limit = 0
        self._group(2000, self.customer, currency_id=currency.id)
        self.assertEqual(self._policies(self._quote(10)), [])
        self.assertEqual(self._policies(self._quote(11)), ["credit.group"])

    def test_a_customer_is_in_one_group_and_whole(self):
        self._group(1200, self.customer)
        with self.assertRaisesRegex(ValidationError, "Holding"):
            self._group(500, self.customer, name="Second")
        contact = self._customer("Ana", parent_id=self.customer.id, is_company=False)
        with self.assertRaisesRegex(ValidationError, "Ana"):
            self._group(500, contact, name="Third")

    def test_goods_of_a_sister_do_not_hold_back_the_door(self):
        sister = self._customer("Sister", limit=1000)
        order = self._sell(8)
        group = self._group(1200, self.customer | sister)
        self._sell(4, sister)
        group.limit = 1000
        self._deliver(order)
        self.assertEqual(order.order_line.qty_delivered, 8)

    def test_who_sets_what(self):
        for model in ("cover", "group"):
            for user in (self.seller, self.collector):
                with self.subTest(model=model, user=user.login):
                    rows = self.env[f"o2c.credit.{model}"].with_user(user)
                    self.assertTrue(rows.has_access("read"))
                    self.assertFalse(rows.has_access("write"))
                    self.assertFalse(rows.has_access("create"))
        expired = self._cover(days=0, date_from=self._day(-5))
        with self.assertRaises(AccessError):
            expired.with_user(self.collector).date_to = self.today + timedelta(5)
