from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CreditCommon

WORKLIST = "/odoo/action-o2c_credit_control.o2c_credit_worklist_action"
SELLER, COLLECTOR = "credit_seller", "credit_collector"
ORDERS = "/odoo/action-sale.action_quotations_with_onboarding"


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestTour(CreditCommon, HttpCase):
    """The web client, as salesperson and collector see it."""

    def test_hold_promise_release(self):
        invoice = self._bill(100, 21)
        order = self._quote(1)
        with mute_logger("odoo.http"):  # the refusal that the salesperson is shown
            self.start_tour(f"{ORDERS}/{order.id}", "o2c_credit_hold", login=SELLER)
        self.start_tour(WORKLIST, "o2c_credit_promise", login=COLLECTOR)
        promises = self.customer.sudo().o2c_credit_promise_ids.sorted("date")
        self.assertRecordValues(
            promises,
            [
                {"amount": 50, "date": self.today, "user_id": self.collector.id},
                {"amount": 50, "date": self._day(15), "user_id": self.collector.id},
            ],
        )
        self._pay(invoice)
        self.assertEqual(promises.mapped("state"), ["kept", "kept"])
        self.start_tour(f"{ORDERS}/{order.id}", "o2c_credit_release", login=SELLER)
        self.assertEqual(order.state, "sale")


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestTourOnPhone(CreditCommon, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_promise_by_phone(self):
        self.customer.phone = "+593 99 123 4567"
        self._bill(100, 21)
        self.start_tour(WORKLIST, "o2c_credit_promise_by_phone", login=COLLECTOR)
        promise = self.customer.sudo().o2c_credit_promise_ids
        self.assertEqual((promise.amount, promise.date), (100, self.today))
