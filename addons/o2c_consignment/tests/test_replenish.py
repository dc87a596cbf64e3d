from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestReplenish(ConsignmentCommon):
    """Own 10 and consigned 30: each is ordered by its own levels."""

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product(
            standard_price=60,
            seller_ids=[
                Command.create({"partner_id": cls.supplier.id, "price": 60, "delay": 0})
            ],
        )
        cls.agreement = cls._agree(cls.consignor, {cls.product: 50})
        cls._receive_consigned(cls.consignor, cls.product, 30)
        cls._receive_own(cls.product, 10, 60, bill=False)
        cls.place = cls.env["o2c.consignment.agreement.place"].create(
            {
                "agreement_id": cls.agreement.id,
                "product_id": cls.product.id,
                "location_id": cls.stock.id,
                "stock_min": 25,
                "stock_max": 60,
            }
        )

    def _orderpoint(self, minimum, maximum):
        return self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.product.id,
                "location_id": self.stock.id,
                "product_min_qty": minimum,
                "product_max_qty": maximum,
                "trigger": "manual",
            }
        )

    # === OUR OWN === #

    def test_our_reordering_rule_counts_our_goods_only(self):
        rule = self._orderpoint(15, 20)
        self.assertEqual((rule.qty_on_hand, rule.qty_forecast), (10, 10))
        self.assertEqual(rule.qty_to_order, 10)
        self.assertFalse(rule.unwanted_replenish)

    def test_what_leaves_and_comes_of_theirs_is_not_ours(self):
        # 12 reserved: our ten and two of theirs; forty of theirs are on the way
        self._sell(self.product, 12)
        self._order(self.consignor, self.product, 40, consigned=True)
        rule = self._orderpoint(15, 20)
        self.assertEqual(rule.qty_forecast, 0)
        self.assertEqual(rule.qty_to_order, 20)

    def test_request_to_the_consignor_is_no_order_of_ours(self):
        self.place.stock_min = 50
        self.agreement.with_user(self.buyer).action_replenish()
        rule = self._orderpoint(15, 20)
        self.assertEqual(rule.qty_to_order, 10)

    # === THEIRS === #

    def test_nothing_is_ordered_above_the_minimum(self):
        self.assertEqual((self.place.on_hand, self.place.to_order), (30, 0))
        with self.assertRaisesRegex(UserError, "Nothing is below its minimum"):
            self.agreement.with_user(self.buyer).action_replenish()

    def test_low_place_is_filled_up_to_its_maximum_once(self):
        # own goods leave first: 16 of 26 are theirs, 14 stay
        self._deliver(self._sell(self.product, 26))
        self.place.invalidate_recordset()
        self.assertEqual((self.place.on_hand, self.place.to_order), (14, 46))
        self.agreement.with_user(self.buyer).action_replenish()
        order = self.env["purchase.order"].search(
            [("partner_id", "=", self.consignor.id), ("state", "=", "draft")]
        )
        self.assertTrue(order.o2c_is_consignment)
        self.assertRecordValues(
            order.order_line,
            [{"product_id": self.product.id, "product_qty": 46, "price_unit": 50}],
        )
        self.place.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "Nothing is below its minimum"):
            self.agreement.with_user(self.buyer).action_replenish()
        order.with_user(self.buyer).button_confirm()
        self.place.invalidate_recordset()
        self.assertEqual((self.place.expected, self.place.to_order), (46, 0))

    def test_buyer_is_told_once_and_no_longer_than_it_is_low(self):
        self.agreement.sudo().user_id = self.buyer
        self._run_cron()
        self.assertFalse(self.agreement.activity_ids)
        self.place.stock_min = 31
        self._run_cron()
        self._run_cron()
        [activity] = self.agreement.activity_ids
        self.assertEqual(activity.user_id, self.buyer)
        self.assertIn("30, the minimum is 31", activity.note)
        self.place.stock_min = 30
        self._run_cron()
        self.assertFalse(self.agreement.activity_ids)

    def test_level_needs_an_agreed_product(self):
        with self.assertRaisesRegex(ValidationError, "has no price for"):
            self.place.copy({"product_id": self._product("Otra").id})

    def _run_cron(self):
        self.env.invalidate_all()
        # a test must not commit
        with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
            self.env["o2c.consignment.agreement"]._cron_low_stock()
