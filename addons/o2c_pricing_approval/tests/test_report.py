from odoo.exceptions import UserError
from odoo.tests import tagged

from .agreement_common import AgreementCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestReports(AgreementCommon):
    """What was given and earned, as it was when it was sold."""

    def _row(self, domain, *measures, group="user_id"):
        self.env.flush_all()
        rows = self.env["o2c.discount.report"]._read_group(
            domain, [group], [f"{name}:{how}" for name, how in measures]
        )
        return {key: values for key, *values in rows}

    def test_discount_and_margin(self):
        """10 drills, list 100, entitled 80, sold at 72 and cost 60.

        Against list 280 of 1 000, entitled 80 of 800; margin 120 of 720 (16.67 %).
        """
        self._agree()
        self._sell({"price_unit": 72})
        self._quote({"price_unit": 1})
        measures = (
            ("list_discount", "sum"),
            ("list_discount_percent", "avg"),
            ("discount", "sum"),
            ("discount_percent", "avg"),
            ("margin", "sum"),
            ("margin_percent", "avg"),
        )
        domain = [("partner_id", "=", self.customer.id)]
        found = self._row(domain, *measures)[self.seller]
        expected = [280, 28, 80, 10, 120, 100 * 120 / 720]
        for value, right in zip(found, expected, strict=True):
            self.assertAlmostEqual(value, right, places=2)

    def test_percentages_of_groups_are_of_their_sums(self):
        """10 % of 1 000 and nothing of 9 000: 1 %, not 5 %."""
        self._sell({"discount": 10})
        self._sell({"product_uom_qty": 90})
        domain = [("partner_id", "=", self.customer.id)]
        found = self._row(
            domain, ("discount_percent", "avg"), ("discount", "sum"), group="product_id"
        )
        percent, amount = found[self.goods]
        self.assertAlmostEqual(percent, 1)
        self.assertAlmostEqual(amount, 100)

    def test_what_was_due_then_not_today(self):
        order = self._sell({"discount": 10})
        self.env.flush_all()
        self.goods.list_price = 200
        line = order.order_line
        self.assertEqual((line.o2c_sold_entitled, line.o2c_sold_net), (100, 90))
        # nor by anybody's hand
        with self.assertRaisesRegex(UserError, "Nobody types these"):
            line.sudo().write({"o2c_sold_entitled": 90})
        self.assertEqual(line.o2c_sold_entitled, 100)

    def test_global_discount_is_spread(self):
        service = self._goods("Goodwill", price=0, type="service", is_storable=False)
        order = self._sell(
            {},
            {"product_id": service.id, "product_uom_qty": 1, "price_unit": -100},
        )
        self.assertAlmostEqual(order.order_line[0].o2c_sold_net, 90)

    def test_own_sales_only(self):
        self._sell()
        other = self._user("fabio", "sales_team.group_sale_salesman")
        self.env.flush_all()
        report = self.env["o2c.discount.report"]
        domain = [("partner_id", "=", self.customer.id)]
        self.assertTrue(report.with_user(self.seller).search(domain))
        self.assertFalse(report.with_user(other).search(domain))

    def test_approvals(self):
        """Two requests decided, one of them approved; an agreement approved too."""
        self._approve(self._quote({"discount": 15}))
        self._ask(self._quote({"discount": 20})).with_user(self.approver).action_refuse(
            "Too much"
        )
        self._ask(self._quote({"discount": 25}))
        self._agree()
        self.env.flush_all()
        found = dict(
            (kind, values)
            for kind, *values in self.env["o2c.approval.report"]
            .with_user(self.approver)
            ._read_group(
                [("decided_by", "=", self.approver.id)],
                ["kind"],
                ["rate:avg", "__count"],
            )
        )
        self.assertEqual(found["order"], [50, 2])
        self.assertEqual(found["o2c.commercial.agreement"], [100, 1])
