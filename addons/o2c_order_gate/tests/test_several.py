from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PolicyCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestSeveral(PolicyCommon):
    """Two of several approvers have to agree."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.needed = 2
        cls.deputy = cls._user("gina", "sales_team.group_sale_salesman_all_leads")

    @classmethod
    def _finding(cls, policy, title, **values):
        return super()._finding(policy, title, approvers_needed=cls.needed, **values)

    def _standin(self, approver, standin):
        today = self.env["o2c.gate.decision"]._today()
        return (
            self.env["o2c.gate.standin"]
            .with_user(approver)
            .create(
                {
                    "user_id": approver.id,
                    "standin_id": standin.id,
                    "date_from": today,
                    "date_to": today,
                }
            )
        )

    def _yes(self, request, user):
        request.with_user(user).action_approve("Fine")

    def test_one_is_not_enough(self):
        order = self._quote({"discount": 15})
        self.assertIn("2 of:", order.o2c_gate_banner)
        request = self._ask(order)
        self.assertEqual(request.progress, "0 of 2 approved")
        self._yes(request, self.approver)
        self.assertEqual(
            (request.state, order.o2c_gate_state), ("pending", "requested")
        )
        self.assertEqual(request.progress, "1 of 2 approved")
        self.assertEqual(request.step_ids.progress, f"1 of 2: {self.approver.name}")
        with self.assertRaises(UserError):
            order.action_confirm()
        with self.assertRaises(UserError):
            order.write({"state": "sale"})
        self._yes(request, self.colleague)
        self.assertEqual(request.progress, "2 of 2 approved")
        self.assertEqual(
            (request.state, order.o2c_gate_state), ("approved", "approved")
        )
        order.action_confirm()
        self.assertEqual(request.decision_ids.user_id, self.approver | self.colleague)

    def test_nobody_says_yes_twice(self):
        request = self._ask(self._quote({"discount": 15}))
        self._yes(request, self.approver)
        self.assertNotIn(self.approver, request.approver_ids)
        self.assertNotIn(self.approver, request.activity_ids.user_id)
        mine = [("waits_for_me", "=", True)]
        self.assertFalse(request.with_user(self.approver).search(mine))
        with self.assertRaises(UserError) as refusal:
            self._yes(request, self.approver)
        self.assertIn("already", str(refusal.exception))
        # asked for again, for the same content: his yes still is one
        request.sudo()._close("outdated")
        again = self._ask(request.order_id)
        self.assertEqual(again.progress, "1 of 2 approved")
        with self.assertRaises(UserError):
            self._yes(again, self.approver)

    def test_a_refusal_needs_one(self):
        order = self._quote({"discount": 15})
        request = self._ask(order)
        self._yes(request, self.approver)
        request.with_user(self.colleague).action_refuse("Too much")
        self.assertEqual((request.state, order.o2c_gate_state), ("refused", "refused"))
        # his yes fell with it: both have to agree anew
        self.assertEqual(self._ask(order).progress, "0 of 2 approved")

    def test_who_asks_never_counts(self):
        original = self._finding

        def lenient(*args, **values):
            return original(*args, own_approval_allowed=True, **values)

        self.patch(type(self), "_finding", staticmethod(lenient))
        request = self._ask(self._quote({"discount": 15}, user=self.approver))
        with self.assertRaises(UserError):
            self._yes(request, self.approver)

    def test_a_standin_counts_for_whom_he_stands_in(self):
        self._standin(self.approver, self.deputy)
        order = self._quote({"discount": 15})
        request = self._ask(order)
        self._yes(request, self.deputy)
        self.assertEqual(request.decision_ids.principal_id, self.approver)
        self.assertIn(f"{self.deputy.name} for", request.step_ids.progress)
        with self.assertRaises(UserError):
            self._yes(request, self.approver)
        self.assertEqual(request.state, "pending")
        self._yes(request, self.colleague)
        self.assertEqual(order.o2c_gate_state, "approved")

    def test_a_standin_of_two_is_one(self):
        self._standin(self.approver, self.deputy)
        self._standin(self.colleague, self.deputy)
        request = self._ask(self._quote({"discount": 15}))
        self._yes(request, self.deputy)
        with self.assertRaises(UserError):
            self._yes(request, self.deputy)
        self.assertEqual(request.state, "pending")

    def test_nobody_stands_in_for_who_sold_it(self):
        """An approver who sells does not send his deputy to approve his own order."""
        self.patch(type(self), "needed", 1)
        self._standin(self.approver, self.deputy)
        request = self._ask(self._quote({"discount": 15}, user=self.approver))
        with self.assertRaises(UserError):
            self._yes(request, self.deputy)

    def test_a_policy_that_asks_for_a_second_person_later(self):
        self.patch(type(self), "needed", 1)
        order = self._quote({"discount": 15})
        self._approve(order)
        self.patch(type(self), "needed", 2)
        self.env.invalidate_all()
        self.assertEqual(order.o2c_gate_state, "blocked")
        request = self._ask(order)
        self.assertEqual(request.progress, "1 of 2 approved")
        self._yes(request, self.colleague)
        order.action_confirm()

    def test_too_few_people_tell_the_managers(self):
        self.patch(type(self), "approver_group", "")
        original = self._finding
        lonely = (self.approver.id,)
        self.patch(
            type(self),
            "_finding",
            staticmethod(lambda *a, **v: original(*a, approver_ids=lonely, **v)),
        )
        request = self._ask(self._quote({"discount": 15}))
        self.assertIn(self.manager, request.activity_ids.user_id)

    def test_the_log_seals_in_whose_place(self):
        self._standin(self.approver, self.deputy)
        request = self._ask(self._quote({"discount": 15}))
        self._yes(request, self.deputy)
        chain = self.env["o2c.gate.chain"]._of(self.company)
        chain.with_user(self.manager).action_verify()
        self.assertEqual(chain.state, "intact")
        self.env.cr.execute(
            "UPDATE o2c_gate_decision SET principal_id = NULL WHERE id = %s",
            request.decision_ids.ids,
        )
        chain.with_user(self.manager).action_verify()
        self.assertEqual(chain.state, "broken")
