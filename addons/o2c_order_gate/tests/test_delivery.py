from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PolicyCommon


@tagged("post_install", "-at_install")
class TestDelivery(PolicyCommon):
    """Goods leave only for orders that nothing holds."""

    def setUp(self):
        super().setUp()
        self._stock(self.goods, 100)
        self.order = self._sell()
        self.customer.ref = "HELD"

    def test_validation_is_refused(self):
        with self.assertRaises(UserError) as refusal:
            self._deliver(self.order)
        self.assertIn("The customer is held", str(refusal.exception))
        self.assertEqual(self.order.order_line.qty_delivered, 0)

    def test_picking_done_by_its_own_method(self):
        picking = self.order.picking_ids
        picking.move_ids.write({"quantity": 10, "picked": True})
        with self.assertRaises(UserError):
            picking.sudo()._action_done()

    def test_state_of_the_moves_written_directly(self):
        with self.assertRaises(UserError):
            self.order.picking_ids.move_ids.sudo().write({"state": "done"})

    def test_released_customer_gets_his_goods(self):
        self.customer.ref = False
        self._deliver(self.order)
        self.assertEqual(self.order.order_line.qty_delivered, 10)

    def test_decision_releases_the_delivery(self):
        self.assertEqual(self.order.o2c_gate_state, "blocked")
        self._approve(self.order, reason="He pays tomorrow")
        self.assertEqual(self.order.o2c_gate_state, "approved")
        self._deliver(self.order)
        self.assertEqual(self.order.order_line.qty_delivered, 10)

    def test_state_written_back_to_change_the_order(self):
        """Confirmed at 100, back to quotation, 60 % off, delivered: not that way."""
        self.customer.ref = False
        self.order.sudo().write({"state": "draft"})
        self.order.order_line.write({"discount": 60})
        with self.assertRaises(UserError) as refusal:
            self._deliver(self.order)
        self.assertIn("Discount on Taladro", str(refusal.exception))
        self.assertEqual(self.order.order_line.qty_delivered, 0)

    def test_returns_are_free(self):
        self.customer.ref = False
        picking = self._deliver(self.order)
        self.customer.ref = "HELD"
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 10
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        returned.move_ids.write({"quantity": 10, "picked": True})
        returned.button_validate()
        self.assertEqual(returned.state, "done")

    def test_costs_rewritten_at_delivery_keep_the_decision(self):
        """A decision on a confirmed order is bound to what was agreed, not to costs."""
        self._approve(self.order)
        contents = self.env.registry["sale.order.line"]
        self.patch(contents, "_o2c_gate_costs", lambda lines: {"1": 77})
        self.env.invalidate_all()
        self.assertEqual(self.order.o2c_gate_state, "approved")
