from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import PricingCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestSimulator(PricingCommon):
    def _simulate(self, order, discount, user=None):
        return (
            self.env["o2c.pricing.simulator"]
            .with_user(user or self.seller)
            .with_context(active_id=order.id)
            .create({"discount": discount})
        )

    def test_what_another_discount_means(self):
        """10 drills at 100 cost 600: at 12 % off, 880 with 280 of margin (31.82 %)."""
        order = self._quote()
        simulation = self._simulate(order, 12)
        self.assertRecordValues(
            simulation,
            [{"amount_untaxed": 880, "margin": 280, "margin_percent": 31.82}],
        )
        self.assertIn("Discount on Taladro", simulation.needs)
        self.assertRegex(
            simulation.summary,
            r"With 12.00 % the margin is .*280.00.*\(31.82 %\), needs Approver of p",
        )
        self.assertEqual(order.amount_untaxed, 1000)

    def test_within_policy(self):
        simulation = self._simulate(self._quote(), 10)
        self.assertIn("No approval", simulation.needs)
        self.assertIn("needs no approval", simulation.summary)

    def test_on_top_of_what_the_quotation_gives(self):
        simulation = self._simulate(self._quote({"discount": 10}), 10)
        self.assertAlmostEqual(simulation.amount_untaxed, 810)

    def test_absurd(self):
        with self.assertRaises(ValidationError):
            self._simulate(self._quote(), 101)

    def test_foreign_order(self):
        other = self._user("fabio", "sales_team.group_sale_salesman")
        order = self._quote()
        with self.assertRaises(AccessError):
            self._simulate(order, 5, user=other).needs  # noqa: B018
