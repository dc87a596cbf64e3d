from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import PolicyCommon

WAITING = "/odoo/action-o2c_order_gate.o2c_gate_request_action_waiting"
ORDERS = "/odoo/action-sale.action_quotations_with_onboarding"


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestTour(PolicyCommon, HttpCase):
    """The web client, as the people who use it see it."""

    def test_request_approve_confirm(self):
        self._grant(self.seller, "sale.group_discount_per_so_line")
        with mute_logger("odoo.http"):  # the refusal that the salesperson is shown
            self.start_tour(f"{ORDERS}/new", "o2c_gate_request", login="ana")
        order = self.env["sale.order"].search([("partner_id", "=", self.customer.id)])
        self.assertRecordValues(
            order,
            [
                {
                    "state": "draft",
                    "user_id": self.seller.id,
                    "o2c_gate_decision_count": 0,
                }
            ],
        )
        self.start_tour(WAITING, "o2c_gate_approve", login="beto")
        self.assertRecordValues(
            order.o2c_gate_decision_ids,
            [{"user_id": self.approver.id, "reason": "Strategic customer"}],
        )
        self.start_tour(f"{ORDERS}/{order.id}", "o2c_gate_confirm", login="ana")
        self.assertEqual(order.state, "sale")

    def _grant(self, user, group):
        user.write({"group_ids": [(4, self.env.ref(group).id)]})


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestTourOnPhone(PolicyCommon, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_approve_many(self):
        orders = self.env["sale.order"]
        for discount in (15, 20, 25):
            order = self._quote({"discount": discount})
            self._ask(order)
            orders |= order
        self.start_tour(WAITING, "o2c_gate_approve_many_by_phone", login="beto")
        # the newest come first
        self.assertEqual(
            orders.mapped("o2c_gate_state"), ["requested", "approved", "approved"]
        )
        decisions = orders.o2c_gate_decision_ids
        self.assertEqual(decisions.user_id, self.approver)
        self.assertEqual(set(decisions.mapped("reason")), {"Campaign of November"})
