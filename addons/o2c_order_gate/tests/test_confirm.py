from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PolicyCommon


@tagged("post_install", "-at_install")
class TestConfirm(PolicyCommon):
    """Every way to a confirmed order meets the gate."""

    def test_within_policy_confirms(self):
        order = self._sell({"discount": 10})
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.o2c_gate_state, "clear")

    def test_button(self):
        order = self._quote({"discount": 15})
        with self.assertRaises(UserError) as refusal:
            order.action_confirm()
        self.assertBlocked(order)
        text = str(refusal.exception)
        # what, by how much, who may accept it
        self.assertIn(order.name, text)
        self.assertIn("Discount on Taladro", text)
        self.assertIn("15", text)
        self.assertIn("10", text)
        self.assertIn(self.env.ref(self.approver_group).name, text)

    def test_every_finding_of_every_order_at_once(self):
        orders = self._quote({"discount": 15}, {"discount": 20})
        orders |= self._quote({"discount": 30})
        with self.assertRaises(UserError) as refusal:
            orders.action_confirm()
        self.assertEqual(str(refusal.exception).count("•"), 3)
        self.assertEqual(set(orders.mapped("state")), {"draft"})

    def test_state_written_directly(self):
        order = self._quote({"discount": 15})
        with self.assertRaises(UserError):
            order.write({"state": "sale"})
        self.assertBlocked(order)

    def test_state_written_as_superuser(self):
        order = self._quote({"discount": 15})
        with self.assertRaises(UserError):
            order.sudo().write({"state": "sale"})

    def test_state_written_with_the_lines_that_break_the_policy(self):
        order = self._quote()
        line = order.order_line
        with self.assertRaises(UserError):
            order.write(
                {
                    "state": "sale",
                    "order_line": [Command.update(line.id, {"discount": 60})],
                }
            )

    def test_created_confirmed(self):
        with self.assertRaises(UserError):
            self._quote({"discount": 15}, state="sale")
        self.assertEqual(self._quote({"discount": 5}, state="sale").state, "sale")

    def test_created_confirmed_by_default_in_the_context(self):
        orders = self.env["sale.order"].with_user(self.seller)
        with self.assertRaises(UserError):
            orders.with_context(default_state="sale").create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create(self._line_values(discount=15))],
                }
            )

    def test_no_context_key_lifts_it(self):
        keys = (
            "bypass_risk",
            "skip_validation_check",
            "skip_gate",
            "o2c_gate_skip",
            "o2c_order_gate.guarded",
            "install_mode",
            "tracking_disable",
            "import_file",
        )
        order = self._quote({"discount": 15})
        with self.assertRaises(UserError):
            order.with_context(**dict.fromkeys(keys, True)).action_confirm()
        with self.assertRaises(UserError):
            order.with_context(**dict.fromkeys(keys, [order.id])).write(
                {"state": "sale"}
            )

    def test_computed_fields_do_not_lift_it(self):
        order = self._quote({"discount": 15})
        order.write({"o2c_gate_state": "approved", "o2c_gate_banner": False})
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_import(self):
        result = (
            self.env["sale.order"]
            .with_user(self.seller)
            .load(
                [
                    "partner_id/.id",
                    "state",
                    "order_line/product_id/.id",
                    "order_line/product_uom_qty",
                    "order_line/discount",
                ],
                [[str(self.customer.id), "sale", str(self.goods.id), "1", "15"]],
            )
        )
        self.assertFalse(result["ids"])
        self.assertIn("Discount on Taladro", result["messages"][0]["message"])


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestChangeAfterConfirm(PolicyCommon):
    """What was agreed stays under the policy after confirmation."""

    def test_discount_on_a_confirmed_line(self):
        order = self._sell()
        with self.assertRaises(UserError):
            order.order_line.write({"discount": 60})

    def test_discount_through_the_order(self):
        order = self._sell()
        command = Command.update(order.order_line.id, {"discount": 60})
        with self.assertRaises(UserError):
            order.write({"order_line": [command]})

    def test_new_line(self):
        order = self._sell()
        values = self._line_values(order_id=order.id, discount=60)
        with self.assertRaises(UserError):
            self.env["sale.order.line"].with_user(self.seller).create(values)
        with self.assertRaises(UserError):
            self.env["sale.order.line"].with_user(self.seller).with_context(
                default_order_id=order.id
            ).create(self._line_values(discount=60))

    def test_line_moved_in_from_another_order(self):
        order = self._sell()
        other = self._quote({"discount": 60})
        with self.assertRaises(UserError):
            other.order_line.write({"order_id": order.id})

    def test_guard_is_lifted_after_each_change(self):
        """A refused change does not leave the order unguarded for the next one."""
        order = self._sell()
        for _attempt in range(2):
            with self.assertRaises(UserError):
                order.order_line.write({"discount": 60})

    def test_more_of_an_approved_line_needs_a_new_decision(self):
        order = self._quote({"discount": 15})
        self._approve(order)
        order.action_confirm()
        with self.assertRaises(UserError):
            order.order_line.write({"product_uom_qty": 50})

    def test_less_of_an_approved_line_needs_none(self):
        order = self._quote({"discount": 15})
        self._approve(order)
        order.action_confirm()
        order.order_line.write({"product_uom_qty": 4})
        self.assertEqual(order.order_line.product_uom_qty, 4)

    def test_harmless_changes_pass(self):
        order = self._sell()
        order.write({"note": "Call before delivery", "client_order_ref": "OC-7"})
        order.order_line.write({"name": "Drill", "sequence": 3})
        order.order_line.write({"discount": 5})
        self.assertEqual(order.order_line.discount, 5)

    def test_cancelling_is_free(self):
        order = self._quote({"discount": 15})
        self._approve(order)
        order.action_confirm()
        order._action_cancel()
        self.assertEqual(order.state, "cancel")

    def test_reconfirming_after_a_change_needs_a_new_decision(self):
        order = self._quote({"discount": 15})
        self._approve(order)
        order.action_confirm()
        order._action_cancel()
        order.action_draft()
        order.order_line.write({"discount": 20})
        with self.assertRaises(UserError):
            order.action_confirm()
