from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import PolicyCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestStandin(PolicyCommon):
    def _standin(self, user, **values):
        today = self.env["o2c.gate.decision"]._today()
        return (
            self.env["o2c.gate.standin"]
            .with_user(user)
            .create(
                {
                    "user_id": self.approver.id,
                    "standin_id": self.deputy.id,
                    "date_from": today,
                    "date_to": today + timedelta(days=7),
                    **values,
                }
            )
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deputy = cls._user("gabi", "sales_team.group_sale_salesman_all_leads")

    def test_stands_in(self):
        request = self._ask(self._quote({"discount": 15}))
        with self.assertRaises(UserError):
            request.with_user(self.deputy).action_approve("Yes")
        self._standin(self.approver)
        request.with_user(self.deputy).action_approve("In Beto's place")
        self.assertEqual(request.state, "approved")

    def test_only_on_his_days(self):
        today = self.env["o2c.gate.decision"]._today()
        self._standin(
            self.approver,
            date_from=today + timedelta(days=1),
            date_to=today + timedelta(days=2),
        )
        request = self._ask(self._quote({"discount": 15}))
        with self.assertRaises(UserError):
            request.with_user(self.deputy).action_approve("Yes")

    def test_not_for_his_own_orders(self):
        self._standin(self.approver)
        request = self._ask(self._quote({"discount": 15}, user=self.deputy))
        with self.assertRaises(UserError):
            request.with_user(self.deputy).action_approve("Yes")

    def test_named_by_the_approver_or_a_manager(self):
        with self.assertRaises(AccessError):
            self._standin(self.colleague)
        with self.assertRaises(AccessError):
            self._standin(self.seller)
        self._standin(self.manager)
        with self.assertRaises(ValidationError):
            self._standin(self.approver, standin_id=self.approver.id)

    def test_who_sees_no_orders_cannot_stand_in(self):
        blind = self._user("karla", "sales_team.group_sale_salesman")
        with self.assertRaises(ValidationError) as refusal:
            self._standin(self.approver, standin_id=blind.id)
        self.assertIn(blind.name, str(refusal.exception))

    def test_decides_through_the_buttons(self):
        """He has no role of the gate: the dialog is his all the same."""
        request = self._ask(self._quote({"discount": 15}))
        self._standin(self.approver)
        self.env["o2c.gate.decide"].with_user(self.deputy).with_context(
            active_model="o2c.gate.request", active_ids=request.ids
        ).create({"reason": "In his place"}).action_decide()
        self.assertEqual(request.decision_ids.user_id, self.deputy)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestNamedApprover(PolicyCommon):
    """A policy may name people who have no role of the gate."""

    def test_sees_and_decides_what_waits_for_him(self):
        named = self._user("luis", "sales_team.group_sale_salesman")
        original = self._finding
        self.patch(
            type(self),
            "_finding",
            staticmethod(lambda *a, **v: original(*a, approver_ids=(named.id,), **v)),
        )
        request = self._ask(self._quote({"discount": 15}))
        requests = self.env["o2c.gate.request"].with_user(named)
        self.assertEqual(requests.search([("waits_for_me", "=", True)]), request)
        requests.browse(request.id).action_approve("Named for it")
        self.assertEqual(request.state, "approved")
