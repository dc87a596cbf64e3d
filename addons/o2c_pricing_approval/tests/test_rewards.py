from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PricingCommon


@tagged("post_install", "-at_install", "-standard", "o2c_suite")
class TestRewards(PricingCommon):
    """Coupons, promotions and free products are discounts like any other.

    Played where `sale_loyalty` is installed too, see tests/system/test_together.py.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "loyalty.program" not in cls.env:
            cls.skipTest(cls, "sale_loyalty is not installed")
        cls.env["loyalty.program"].search([]).active = False

    def _program(self, **reward):
        return self.env["loyalty.program"].create(
            {
                "name": "Campaign",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "rule_ids": [Command.create({"minimum_qty": 1})],
                "reward_ids": [Command.create(reward)],
            }
        )

    def _claim(self, order):
        """Every reward that the salesperson may take, as his button does."""
        order = order.with_user(self.seller)
        order._update_programs_and_rewards()
        for coupon, rewards in order._get_claimable_rewards().items():
            order._apply_program_reward(rewards[:1], coupon)

    def assertRefused(self, order, *findings):
        self.assertEqual(self._findings(order), list(findings))
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_percent_off_the_order(self):
        self._program(
            reward_type="discount",
            discount=20,
            discount_mode="percent",
            discount_applicability="order",
        )
        order = self._quote()
        self._claim(order)
        self.assertEqual(order.amount_untaxed, 800)
        self.assertRefused(order, ("discount", 20.0))

    def test_free_product(self):
        self._program(
            reward_type="product",
            reward_product_id=self.goods.id,
            reward_product_qty=1,
            required_points=1,
        )
        order = self._quote()
        self._claim(order)
        self.assertEqual(order.amount_untaxed, 1000)
        self.assertIn(("discount", 100.0), self._findings(order))
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_taken_after_confirmation(self):
        self._program(
            reward_type="discount",
            discount=20,
            discount_mode="percent",
            discount_applicability="order",
        )
        order = self._sell()
        with self.assertRaises(UserError):
            self._claim(order)
        self.assertEqual(order.amount_untaxed, 1000)
