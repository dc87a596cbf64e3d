from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PolicyCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestSecurity(PolicyCommon):
    """Each role on each protected record, and other companies."""

    def setUp(self):
        super().setUp()
        self.order = self._quote({"discount": 15})
        self.request = self._ask(self.order)

    def test_nobody_writes_requests_or_steps(self):
        for user in (self.seller, self.approver, self.manager, self.storekeeper):
            with self.assertRaises(AccessError):
                self.request.with_user(user).write({"state": "approved"})
            with self.assertRaises(AccessError):
                self.request.step_ids.with_user(user).write({"state": "approved"})
            with self.assertRaises(AccessError):
                self.request.with_user(user).unlink()

    def test_a_request_marked_approved_opens_nothing(self):
        """Only decisions count; the request's state is a matter of display."""
        self.request.sudo().write({"state": "approved"})
        with self.assertRaises(UserError):
            self.order.action_confirm()

    def test_nobody_touches_the_log(self):
        self.request.with_user(self.approver).action_approve("Yes")
        decision = self.order.o2c_gate_decision_ids
        chain = self.env["o2c.gate.chain"]._of(self.company)
        for user in (self.seller, self.approver, self.manager):
            with self.assertRaises(UserError):
                decision.with_user(user).write({"reason": "x"})
            with self.assertRaises(AccessError):
                chain.with_user(user).write({"sequence": 0})
            with self.assertRaises(AccessError):
                chain.with_user(user).unlink()

    def test_salesperson_sees_his_own(self):
        other = self._user("fabio", "sales_team.group_sale_salesman")
        requests = self.env["o2c.gate.request"]
        self.assertIn(self.request, requests.with_user(self.seller).search([]))
        self.assertNotIn(self.request, requests.with_user(other).search([]))

    def test_requesting_for_a_foreign_order(self):
        other = self._user("fabio", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.order.with_user(other).action_o2c_request_approval()

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Otra S.A."})
        stranger = self._user(
            "hugo",
            "o2c_order_gate.o2c_order_gate_group_approver",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertNotIn(stranger, self.request.approver_ids)
        requests = self.env["o2c.gate.request"].with_user(stranger)
        self.assertNotIn(self.request, requests.search([]))
        with self.assertRaises(AccessError):
            self.request.with_user(stranger).action_approve("Yes")
        with self.assertRaises(UserError):
            # not even with the rules out of the way
            self.request.with_user(stranger).sudo().action_approve("Yes")
