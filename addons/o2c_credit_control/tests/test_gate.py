from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CreditCommon


class GateCase(CreditCommon):
    def assertBlocked(self, order, text="Credit limit"):
        with self.assertRaisesRegex(UserError, text):
            order.action_confirm()
        self.assertEqual(order.state, "draft")


@tagged("post_install", "-at_install")
class TestGate(GateCase):
    """Nobody walks around the credit check; each way round a peer fails is tried."""

    # ------------------------------------------------------------------ limit
    def test_within_the_limit(self):
        self.assertEqual(self._sell(10).state, "sale")

    def test_over_the_limit(self):
        self.assertBlocked(self._quote(11))

    def test_confirmed_goods_that_wait_for_delivery_use_the_limit(self):
        # core counts the 900 as nothing until they are delivered
        self._sell(9)
        self.assertBlocked(self._quote(2))
        self.assertEqual(self._sell(1).state, "sale")

    def test_two_quotations_confirmed_at_once_share_the_limit(self):
        orders = self._quote(6) + self._quote(6)
        with self.assertRaisesRegex(UserError, "Credit limit"):
            orders.action_confirm()
        for order in orders:
            self.assertEqual(self._policies(order), [], "each alone is fine")

    def test_no_limit(self):
        free = self._customer("Sin cupo")
        self.assertEqual(self._sell(50, free).state, "sale")
        self.policy.sudo().limit_required = True
        with self.assertRaisesRegex(UserError, "Credit limit"):
            self._sell(1, free)

    def test_tolerance(self):
        self.policy.sudo().tolerance_percent = 10
        self.assertEqual(self._sell(11).state, "sale")
        self.assertBlocked(self._quote(1))

    # ----------------------------------------------------------- ways around
    def test_context_key_lifts_nothing(self):
        order = self._quote(11).with_context(
            bypass_risk=True, skip_credit=True, o2c_credit_amount="x"
        )
        self.assertBlocked(order)

    def test_writing_the_state(self):
        order = self._quote(11)
        with self.assertRaisesRegex(UserError, "Credit limit"):
            order.write({"state": "sale"})

    def test_superuser(self):
        with self.assertRaisesRegex(UserError, "Credit limit"):
            self._quote(11).sudo().action_confirm()

    def test_created_as_confirmed(self):
        with self.assertRaisesRegex(UserError, "Credit limit"):
            self._quote(11, state="sale")

    def test_more_goods_on_a_confirmed_order(self):
        order = self._sell(10)
        with self.assertRaisesRegex(UserError, "Credit limit"):
            order.order_line.product_uom_qty = 11

    def test_customer_cannot_sign_nor_pay(self):
        order = self._quote(11, require_signature=True, require_payment=True)
        self.assertFalse(order._has_to_be_signed())
        self.assertFalse(order._has_to_be_paid())
        order = self._quote(9, require_signature=True)
        self.assertTrue(order._has_to_be_signed())

    def test_another_invoice_address_does_not_free_a_held_customer(self):
        self._hold("Cheque returned")
        friend = self._customer("Amigo")
        order = self._quote(1, partner_invoice_id=friend.id)
        self.assertBlocked(order, "on hold: Cheque returned")

    # ---------------------------------------------------------------- overdue
    def test_overdue_blocks_and_payment_releases(self):
        invoice = self._bill(100, 5)
        order = self._quote(1)
        self.assertBlocked(order, "Overdue documents")
        self._pay(invoice)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_grace(self):
        self._bill(100, 5)
        self.policy.sudo().write({"grace_days": 3, "max_overdue_days": 2})
        self.assertEqual(self._sell(1).state, "sale")
        self.policy.sudo().max_overdue_days = 1
        self.assertBlocked(self._quote(1), "Overdue")

    def test_policy_of_the_segment_and_of_the_customer(self):
        self._bill(100, 20)
        tag = self.env["res.partner.category"].create({"name": "Supermarkets"})
        lenient = {"company_id": self.company.id, "max_overdue_days": 30, "name": "x"}
        policies = self.env["o2c.credit.policy"].sudo()
        policies.create({**lenient, "category_ids": [(4, tag.id)]})
        order = self._quote(1)
        self.assertEqual(self._policies(order), ["credit.overdue"])
        self.customer.category_id = tag
        self.assertEqual(self._policies(order), [])
        strict = {"max_overdue_days": 0, "partner_ids": [(4, self.customer.id)]}
        policies.create({**lenient, **strict})
        self.assertEqual(self._policies(order), ["credit.overdue"])

    def test_limit_of_the_segment_for_who_has_none(self):
        """A newcomer buys up to 300; a limit of his own takes the place of that."""
        newcomer = self._customer("Nuevo")
        self.policy.sudo().write({"default_limit": 300, "tolerance_percent": 10})
        self._sell(3, newcomer)
        self.assertBlocked(self._quote(1, newcomer), "400.00")
        newcomer.sudo().credit_limit = 500
        self._sell(2, newcomer)

    def test_policy_that_only_warns(self):
        self._bill(100, 20)
        self.policy.sudo().write({"check_confirm": False, "check_portal": False})
        order = self._quote(1, require_signature=True)
        self.assertIn("Overdue documents", order.partner_credit_warning)
        self.assertTrue(order._has_to_be_signed())
        self.policy.sudo().check_quotation = False
        order.invalidate_recordset()
        self.assertFalse(order.partner_credit_warning)
        order.action_confirm()

    def test_policy_that_guards_the_portal(self):
        """The salesperson may, the customer by himself may not."""
        self._bill(100, 20)
        self.policy.sudo().write({"check_confirm": False, "check_portal": True})
        order = self._quote(1, require_signature=True, require_payment=True)
        self.assertFalse(order._has_to_be_signed())
        self.assertFalse(order._has_to_be_paid())
        self.assertEqual(order._o2c_gate_held_quotations(), order)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_policy_that_only_guards_the_door(self):
        self._bill(100, 20)
        self.policy.sudo().check_confirm = False
        order = self._sell(1)
        with self.assertRaisesRegex(UserError, "Overdue"):
            self._deliver(order)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestDecisionsOnCredit(GateCase):
    """The door, what a decision lets go, other companies, and who is told."""

    def test_delivery_is_checked_again(self):
        order = self._sell(5)
        self._bill(100, 20)
        with self.assertRaisesRegex(UserError, "Overdue"):
            self._deliver(order)
        self.policy.sudo().check_delivery = False
        self._deliver(order)
        self.assertEqual(order.order_line.qty_delivered, 5)

    def test_decision_lets_this_order_go_and_no_other(self):
        self._bill(100, 20)
        order = self._quote(1)
        self._approve(order)
        order.action_confirm()
        self._deliver(order)
        self.assertBlocked(self._quote(1), "Overdue")
        decision = order.sudo().o2c_gate_decision_ids
        self.assertEqual(decision.findings[0]["facts"]["overdue"], "100.0")
        figures = decision.facts["order"]
        self.assertEqual(
            {name: float(figures[name]) for name in ("exposure", "overdue", "limit")},
            {"exposure": 100, "overdue": 100, "limit": 1000},
        )
        self.assertIn("Owes or will owe", decision.facts_table)

    def test_decision_does_not_cover_more_than_was_accepted(self):
        order = self._quote(11)
        self._approve(order)
        # another order takes 500 meanwhile: 1 600 is more than the 1 100 accepted
        self._sell(5)
        self.assertBlocked(order)

    def test_decision_with_an_amount(self):
        order = self._quote(11)
        self._approve(order, amount=1600, valid_until=self._day(5))
        self._sell(5)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_later_decision_does_not_hold_back_goods_accepted_before(self):
        first, second = self._quote(11), self._quote(5)
        self._approve(first)
        first.action_confirm()
        self._approve(second)
        second.action_confirm()
        # 1 600 in all, but what leaves are the 1 100 that were accepted
        self._deliver(first)
        self.assertEqual(first.order_line.qty_delivered, 11)

    def test_only_who_is_entitled_decides(self):
        request = self._quote(11).action_o2c_request_approval()
        for user in (self.seller, self.collector):
            with self.assertRaises(UserError):
                request.with_user(user).action_approve("I say so")

    def test_two_people_for_one_policy(self):
        self.policy.sudo().approvers_needed = 2
        second = self._user(
            "credit_second", "o2c_credit_control.o2c_credit_control_group_manager"
        )
        order = self._quote(11)
        request = order.action_o2c_request_approval()
        request.with_user(self.manager).action_approve("Pays tomorrow")
        self.assertBlocked(order)
        request.with_user(second).action_approve("So he said")
        order.action_confirm()

    # ---------------------------------------------------------------- company
    def test_text_speaks_of_the_company_of_the_order(self):
        """Core shows the figures of the company that the user is working in."""
        other = self._second_company()["company"]
        user = self._user(
            "credit_both",
            "sales_team.group_sale_salesman",
            company_ids=(self.company | other).ids,
        )
        working = (other | self.company).ids
        order = self._quote(11, user=user).with_context(allowed_company_ids=working)
        order.invalidate_recordset()
        self.assertEqual(order.env.company, other)
        self.assertIn("1,000.00", order.partner_credit_warning)
        with self.assertRaisesRegex(UserError, "Credit limit"):
            order.action_confirm()

    def test_limit_of_another_company_does_not_count(self):
        other = self._second_company()["company"]
        self.customer.with_company(other).sudo().credit_limit = 99999
        self.assertBlocked(self._quote(11))

    # --------------------------------------------------------------- released
    def test_salesperson_hears_that_his_order_is_free(self):
        invoice = self._bill(100, 20)
        stopped = self._quote(1)
        self._pay(invoice, 60)
        self.assertFalse(stopped.activity_ids, "40 are still overdue")
        self._pay(invoice)
        stopped.invalidate_recordset()
        self.assertEqual(stopped.activity_ids.user_id, self.seller)
        self.assertIn("can go on", stopped.message_ids[0].body)

    def test_nobody_is_told_about_orders_that_were_never_stopped(self):
        invoice = self._bill(100, -20)
        order = self._quote(1)
        self._pay(invoice)
        self.assertFalse(order.activity_ids)
