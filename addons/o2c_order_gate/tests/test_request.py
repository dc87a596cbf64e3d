from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PolicyCommon


@tagged("post_install", "-at_install")
class TestRequest(PolicyCommon):
    """Who decides, in which order, and what everybody is told."""

    def test_request(self):
        order = self._quote({"discount": 15})
        # whatever defaults the caller brings
        request = self._ask(order.with_context(default_state="approved"))
        self.assertEqual(request.state, "pending")
        self.assertEqual(set(request.step_ids.mapped("state")), {"pending"})
        self.assertEqual(order.o2c_gate_state, "requested")
        self.assertLessEqual(self.approver | self.colleague, request.approver_ids)
        self.assertNotIn(self.seller, request.approver_ids)
        waiting = request.activity_ids.user_id
        self.assertEqual(waiting, request.approver_ids)

    def test_asking_twice_is_asking_once(self):
        order = self._quote({"discount": 15})
        self.assertEqual(self._ask(order), self._ask(order))

    def test_nothing_to_approve(self):
        with self.assertRaises(UserError):
            self._ask(self._quote())

    def test_refused(self):
        order = self._quote({"discount": 15})
        request = self._ask(order)
        request.with_user(self.approver).action_refuse("Too low")
        self.assertEqual(request.state, "refused")
        self.assertEqual(order.o2c_gate_state, "refused")
        self.assertFalse(request.activity_ids)
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_refusal_takes_back_an_approval(self):
        """Last decision wins: a later refusal of the same content bars the order."""
        order = self._quote({"discount": 15})
        self._approve(order)
        request = order.o2c_gate_request_ids
        findings = request.step_ids._findings()
        self.env["o2c.gate.decision"].with_user(self.colleague)._record(
            order, decision="refuse", findings=findings, reason="Not this month"
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_reason_is_needed(self):
        request = self._ask(self._quote({"discount": 15}))
        for reason in ("", "   ", None):
            with self.assertRaises(UserError):
                request.with_user(self.approver).action_approve(reason)

    def test_many_at_once(self):
        orders = self._quote({"discount": 15}) | self._quote({"discount": 20})
        requests = self._ask(orders[0]) | self._ask(orders[1])
        requests.with_user(self.approver).action_approve("Campaign")
        self.assertEqual(orders.mapped("o2c_gate_state"), ["approved"] * 2)

    def test_all_problems_at_once_and_nothing_half_done(self):
        good = self._ask(self._quote({"discount": 15}))
        closed = self._ask(self._quote({"discount": 20}))
        closed.with_user(self.approver).action_refuse("No")
        changed = self._ask(self._quote({"discount": 30}))
        changed.order_id.order_line.write({"discount": 31})
        with self.assertRaises(UserError) as refusal:
            (good | closed | changed).with_user(self.approver).action_approve("Yes")
        text = str(refusal.exception)
        self.assertIn(closed.order_id.name, text)
        self.assertIn(changed.order_id.name, text)
        self.assertEqual(good.state, "pending")

    def test_replayed_after_a_change(self):
        order = self._quote({"discount": 15})
        request = self._ask(order)
        order.order_line.write({"discount": 60})
        with self.assertRaises(UserError):
            request.with_user(self.approver).action_approve("Agreed at 15 %")
        self.assertEqual(order.o2c_gate_state, "blocked")

    def test_new_request_after_a_change_outdates_the_old_one(self):
        order = self._quote({"discount": 15})
        old = self._ask(order)
        order.order_line.write({"discount": 20})
        new = self._ask(order)
        self.assertNotEqual(old, new)
        self.assertEqual(old.state, "outdated")
        self.assertFalse(old.activity_ids)

    def test_nobody_waits_for_a_cancelled_order(self):
        order = self._quote({"discount": 15})
        request = self._ask(order)
        order.with_user(self.seller)._action_cancel()
        self.assertEqual(request.state, "outdated")
        self.assertFalse(request.activity_ids)
        order.with_user(self.seller).action_draft()
        self.assertNotEqual(self._ask(order), request)

    def test_nobody_approves_his_own_order(self):
        order = self._quote({"discount": 15}, user=self.approver)
        request = self._ask(order)
        self.assertNotIn(self.approver, request.approver_ids)
        with self.assertRaises(UserError) as refusal:
            request.with_user(self.approver).action_approve("I like it")
        self.assertIn("his own order", str(refusal.exception))
        request.with_user(self.colleague).action_approve("Fine")
        self.assertEqual(order.o2c_gate_state, "approved")

    def test_handing_the_order_over_does_not_help(self):
        order = self._quote({"discount": 15}, user=self.approver)
        order.write({"user_id": self.colleague.id})
        request = self._ask(order)
        for user in (self.approver, self.colleague):
            with self.assertRaises(UserError):
                request.with_user(user).action_approve("Not mine any more")
        request.with_user(self.manager).action_approve("Fine")

    def test_own_order_where_the_policy_says_so(self):
        original = self._finding

        def lenient(*args, **values):
            return original(*args, own_approval_allowed=True, **values)

        self.patch(type(self), "_finding", staticmethod(lenient))
        order = self._quote({"discount": 15}, user=self.approver)
        self._ask(order).with_user(self.approver).action_approve("Within my authority")
        self.assertEqual(order.o2c_gate_state, "approved")

    def test_salesperson_cannot_decide(self):
        request = self._ask(self._quote({"discount": 15}))
        other = self._user("fabio", "sales_team.group_sale_salesman_all_leads")
        for user in (self.seller, other):
            with self.assertRaises(UserError):
                request.with_user(user).action_approve("Yes")

    def test_program_cannot_decide(self):
        """A decision is a person's: superuser rights are nobody's entitlement."""
        request = self._ask(self._quote({"discount": 15}))
        with self.assertRaises(UserError):
            request.with_user(self.seller).sudo().action_approve("Yes")

    def test_levels_in_order(self):
        self.boss = self._user("ivan", "sales_team.group_sale_salesman_all_leads")
        self.patch(type(self), "_policy", staticmethod(self._two_levels))
        order = self._quote({"discount": 15})
        request = self._ask(order)
        with self.assertRaises(UserError):
            # he is of the second level, and it is not its turn
            request.with_user(self.boss).action_approve("Yes")
        request.with_user(self.approver).action_approve("First")
        self.assertEqual(request.state, "pending")
        self.assertEqual(request.approver_ids, self.boss)
        with self.assertRaises(UserError):
            order.action_confirm()
        with self.assertRaises(UserError):
            request.with_user(self.approver).action_approve("Second too")
        request.with_user(self.boss).action_approve("Second")
        self.assertEqual(request.state, "approved")
        order.action_confirm()

    def test_everybody_of_a_level_has_to_accept(self):
        """Prices wait for the approvers, the terms for one person, both at level 1."""
        self.boss = self._user("ivan", "sales_team.group_sale_salesman_all_leads")
        self.patch(type(self), "_policy", staticmethod(self._two_at_one_level))
        order = self._quote()
        request = self._ask(order)
        self.assertLessEqual(self.boss | self.approver, request.approver_ids)
        request.with_user(self.boss).action_approve("The terms")
        self.assertNotIn(self.boss, request.approver_ids)
        with self.assertRaises(UserError):
            request.with_user(self.boss).action_approve("The prices too")
        with self.assertRaises(UserError):
            order.action_confirm()
        request.with_user(self.approver).action_approve("The prices")
        self.assertEqual(request.state, "approved")
        self.assertEqual(
            request.decision_ids.user_id, self.boss | self.approver, "one log row each"
        )
        order.action_confirm()

    def _two_at_one_level(self, order, checkpoint):
        if checkpoint != "confirm":
            return []
        one = self._finding("test.prices", "Prices")
        return [one, type(one)("test.terms", "Terms", approver_ids=(self.boss.id,))]

    def _two_levels(self, order, checkpoint):
        if checkpoint != "confirm":
            return []
        one = self._finding("test.one", "First level")
        two = type(one)(
            "test.two", "Second level", level=2, approver_ids=(self.boss.id,)
        )
        return [one, two]

    def test_waiting_for_me(self):
        request = self._ask(self._quote({"discount": 15}))
        requests = self.env["o2c.gate.request"]
        domain = [("waits_for_me", "=", True)]
        self.assertIn(request, requests.with_user(self.approver).search(domain))
        self.assertNotIn(request, requests.with_user(self.seller).search(domain))
        request.with_user(self.approver).action_approve("Yes")
        self.assertNotIn(request, requests.with_user(self.approver).search(domain))

    def test_wizard_decides_many(self):
        requests = self._ask(self._quote({"discount": 15}))
        requests |= self._ask(self._quote({"discount": 20}))
        self.env["o2c.gate.decide"].with_user(self.approver).with_context(
            active_model="o2c.gate.request", active_ids=requests.ids
        ).create({"decision": "refuse", "reason": "No margin"}).action_decide()
        self.assertEqual(set(requests.mapped("state")), {"refused"})

    def test_valid_until_in_the_past(self):
        request = self._ask(self._quote({"discount": 15}))
        yesterday = self.env["o2c.gate.decision"]._today() - timedelta(days=1)
        with self.assertRaises(UserError):
            request.with_user(self.approver).action_approve(
                "Yes", valid_until=yesterday
            )
        with self.assertRaises(UserError):
            request.with_user(self.approver).action_approve("Yes", amount=-1)

    def test_searching_orders_by_state(self):
        order = self._quote({"discount": 15})
        clear = self._quote()
        orders = self.env["sale.order"].with_user(self.seller)
        blocked = orders.search([("o2c_gate_state", "=", "blocked")])
        self.assertIn(order, blocked)
        self.assertNotIn(clear, blocked)
