from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestPromise(CreditCommon):
    def setUp(self):
        super().setUp()
        self.policy.sudo().max_overdue_days = 30
        self.invoice = self._bill(100, 10)

    def _decided(self, promise, days=10):
        """The state of a promise some days later, when the daily run has passed."""
        self._pass_days(promise, days)
        self._daily_run(self.env["o2c.credit.promise"].sudo()._cron_decide)
        return promise.state, promise.missing

    # ------------------------------------------------------------- acceptance
    def test_without_invoices_it_is_about_all_that_is_open(self):
        second = self._bill(50, -5)
        promise = self._promise(150, 5)
        self.assertEqual(promise.move_ids, self.invoice | second)
        self.assertEqual((promise.state, promise.missing), ("open", 150))

    def test_everything_wrong_is_said_at_once(self):
        with self.assertRaises(ValidationError) as caught:
            self._promise(100.5, -1)
        text = caught.exception.args[0]
        self.assertIn("at most $\xa0100.00", text)
        self.assertIn("date has passed", text)

    def test_absurd_amounts_and_dates(self):
        for amount, day in (
            (0, 5), (-1, 5), (10**15, 5), (0.001, 5), (50, 31), (50, 3000), (50, -1),
        ):  # fmt: skip
            with (
                self.subTest(amount=amount, day=day),
                self.assertRaises(ValidationError),
            ):
                self._promise(amount, day)
        for amount in ("nan", "inf", "ten"):
            with self.subTest(amount=amount), self.assertRaises(ValidationError):
                self._promise(amount, 5)

    def test_nothing_open_nothing_to_promise(self):
        self._pay(self.invoice)
        with self.assertRaisesRegex(ValidationError, "no open invoice"):
            self._promise(10, 5)

    def test_the_same_debt_is_not_promised_twice(self):
        self._promise(60, 5)
        with self.assertRaisesRegex(ValidationError, "40.00"):
            self._promise(50, 8)
        instalment = self._promise(40, 8)
        self.assertEqual(instalment.state, "open")

    def test_two_in_one_call_share_the_debt_too(self):
        values = {
            "partner_id": self.customer.id, "amount": 60, "date": self._day(5)
        }  # fmt: skip
        promises = self.env["o2c.credit.promise"].with_user(self.collector)
        with self.assertRaises(ValidationError):
            promises.create([values, dict(values)])

    def test_invoices_of_somebody_else_are_refused(self):
        foreign = self._bill(100, 10, self._customer("Other"))
        other = self._second_company()
        elsewhere = self._bill(100, 10, company_data=other)
        draft = self._bill(100, 10, post=False)
        for moves in (foreign, draft, self.invoice | foreign, elsewhere):
            with self.assertRaises(UserError):
                self._promise(10, 5, moves)

    def test_contact_promises_for_the_customer(self):
        contact = self._customer("Ana", parent_id=self.customer.id, is_company=False)
        self.assertEqual(
            self._promise(10, 5, partner=contact).partner_id, self.customer
        )

    # --------------------------------------------------------------- deciding
    def test_kept(self):
        promise = self._promise(100, 5)
        self._pay(self.invoice)
        self.assertEqual(promise.state, "kept")
        self.assertEqual(self._decided(promise), ("kept", 0))

    def test_broken_holds_until_paid(self):
        promise = self._promise(100, 5)
        self.assertEqual(self._sell(1).state, "sale", "an open promise stops nobody")
        self.assertEqual(self._decided(promise), ("broken", 100))
        order = self._quote(1)
        with self.assertRaisesRegex(UserError, "not kept.*100.00 missing"):
            order.action_confirm()
        self._pay(self.invoice, 30)
        self.assertEqual((promise.state, promise.missing), ("broken", 70))
        self.assertEqual(self._policies(order), ["credit.promise"])
        self._pay(self.invoice)
        # regularised, and still remembered as broken
        self.assertEqual((promise.state, promise.missing), ("broken", 0))
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_partly_kept_holds_for_the_rest(self):
        promise = self._promise(100, 5)
        self._pay(self.invoice, 60, day=self._day(-8))
        self._pass_days(promise, 10)
        promise._decide()
        self.assertEqual((promise.state, promise.missing), ("partly", 40))
        self.assertEqual(self._policies(self._quote(1)), ["credit.promise"])

    def test_policy_may_ignore_promises(self):
        promise = self._promise(100, 5)
        self._decided(promise)
        self.policy.sudo().block_broken_promise = False
        self.assertEqual(self._sell(1).state, "sale")
        self.assertFalse(self._on_hold())

    def test_instalments_share_payments_in_order(self):
        first, second = self._promise(60, 5), self._promise(40, 20)
        self._pay(self.invoice, 70)
        self.assertEqual((first.state, first.paid), ("kept", 60))
        self.assertEqual((second.state, second.paid), ("open", 10))

    def test_credit_note_is_not_a_payment_but_reduces_what_is_missing(self):
        promise = self._promise(100, 5)
        refund = self.invoice._reverse_moves(
            [{"invoice_date": self.today, "date": self.today}]
        )
        refund.invoice_line_ids.price_unit = 70
        refund.action_post()
        (self.invoice | refund).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(self._decided(promise), ("broken", 30))

    def test_bounced_payment_breaks_it_again(self):
        promise = self._promise(100, 5)
        self._pay(self.invoice)
        self.invoice.line_ids.remove_move_reconcile()
        self.assertEqual((promise.state, promise.missing), ("open", 100))

    def test_cron_leaves_promises_that_are_not_due(self):
        promise = self._promise(100, 0)
        self._daily_run(self.env["o2c.credit.promise"].sudo()._cron_decide)
        self.assertEqual(promise.state, "open", "today is still a day to pay")

    # -------------------------------------------------------------- integrity
    def test_nobody_changes_a_promise(self):
        promise = self._promise(100, 5)
        for user in (self.collector, self.manager):
            for values in (
                {"amount": 1},
                {"date": self._day(20)},
                {"state": "kept"},
                {"missing": 0},
                {"partner_id": self._customer("Other").id},
            ):
                with self.subTest(values=values), self.assertRaises(UserError):
                    promise.with_user(user).write(values)
            with self.assertRaises(UserError):
                promise.with_user(user).unlink()
        promise.with_user(self.collector).note = "He called again"
        self.assertEqual((promise.amount, promise.state), (100, "open"))

    def test_state_given_at_creation_is_ignored(self):
        promises = self.env["o2c.credit.promise"].with_user(self.collector)
        promise = promises.create(
            {
                "partner_id": self.customer.id,
                "amount": 100,
                "date": self._day(5),
                "state": "kept",
                "paid": 100,
            }
        )
        self.assertEqual((promise.state, promise.paid), ("open", 0))

    def test_only_a_manager_cancels_and_only_an_open_one(self):
        promise = self._promise(100, 5)
        with self.assertRaises(AccessError):
            promise.action_cancel()
        broken = self._promise_broken()
        with self.assertRaises(UserError):
            broken.with_user(self.manager).action_cancel()
        promise.with_user(self.manager).action_cancel()
        self.assertEqual((promise.state, promise.missing), ("cancelled", 0))

    def _promise_broken(self):
        other = self._bill(10, 10)
        promise = self._promise(10, 5, other)
        self._decided(promise)
        return promise

    # ------------------------------------------------------- parts, and rates
    def _plan(self, amount, count, first=5, every=10, **values):
        plans = self.env["o2c.credit.promise.plan"].with_user(self.collector)
        return plans.create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "amount": amount,
                "count": count,
                "first_date": self._day(first),
                "every_days": every,
                **values,
            }
        )

    def test_payment_in_parts(self):
        """100 in three parts: 33.34 + 33.33 + 33.33, ten days apart."""
        plan = self._plan(100, 3)
        self.assertEqual(len(plan.preview.splitlines()), 3)
        plan.action_promise()
        promises = self.customer.sudo().o2c_credit_promise_ids.sorted("date")
        self.assertRecordValues(
            promises,
            [
                {"amount": 33.34, "date": self._day(5), "instalment": "1/3"},
                {"amount": 33.33, "date": self._day(15), "instalment": "2/3"},
                {"amount": 33.33, "date": self._day(25), "instalment": "3/3"},
            ],
        )
        self._pay(self.invoice, 40)
        self.assertEqual(promises.mapped("state"), ["kept", "open", "open"])
        self.assertEqual(promises.mapped("missing"), [0, 26.67, 33.33])

    def test_absurd_parts_are_refused_and_nothing_is_left(self):
        for values in (
            {"amount": 100.01, "count": 2},
            {"amount": -5, "count": 2},
            {"amount": 100, "count": 0},
            {"amount": 100, "count": 1000},
            {"amount": 100, "count": 2, "every": -5},
            {"amount": 100, "count": 2, "first": -1},
            {"amount": 100, "count": 4, "every": 30},
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(ValidationError),
                self.cr.savepoint(),
            ):
                self._plan(**values).action_promise()
        self.assertFalse(self.customer.sudo().o2c_credit_promise_ids)

    def test_rates_of_the_customer_and_of_the_collector(self):
        """Of 40 + 60 promised, 40 + 15 came in time: 55 %; per promise, 62.5 %."""
        first, second = self._promise(40, 5), self._promise(60, 10)
        self._pay(self.invoice, 55)
        self._pass_days(first | second, 20)
        # the payment is older than the promises' dates, as it was
        self.env.cr.execute("UPDATE account_move_line SET date = date - 20")
        self.env.invalidate_all()
        (first | second)._decide()
        self.assertEqual((first.state, second.state), ("kept", "partly"))
        self.assertEqual((first.kept, second.kept), (40, 15))
        partner = self.customer.with_user(self.seller)
        self.assertAlmostEqual(partner.o2c_credit_promise_rate, 55)
        rates = self.env["o2c.credit.promise.rate"].with_user(self.collector)
        found = rates._read_group(
            [("user_id", "=", self.collector.id)],
            ["user_id"],
            ["promised:sum", "kept:sum", "rate:avg"],
        )
        self.assertEqual(found, [(self.collector, 100, 55, 62.5)])
