from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import HALF_PRICE, PricingCommon


@tagged("post_install", "-at_install")
class TestEntitledPrice(PricingCommon):
    """What this customer is due today, by price list, quantity, unit and currency."""

    def _give(self, *items, **values):
        self.customer.property_product_pricelist = self._pricelist(*items, **values)

    def _entitled(self, **line):
        return self._quote(line).order_line.o2c_entitled_price

    def test_without_list_it_is_the_sales_price(self):
        self.assertAlmostEqual(self._entitled(), 100)

    def test_agreement_shown_as_discount_is_no_discount(self):
        """Core shows a 25 % agreement as 25 % discount: nets are compared."""
        self.env.ref("base.group_user").implied_ids = [
            Command.link(self.env.ref("sale.group_discount_per_so_line").id)
        ]
        self._give({**HALF_PRICE, "percent_price": 25})
        order = self._quote()
        line = order.order_line
        self.assertAlmostEqual(line.discount, 25)
        self.assertAlmostEqual(line.o2c_entitled_price, 75)
        self.assertAlmostEqual(line.o2c_effective_discount, 0)
        order.action_confirm()

    def test_volume(self):
        item = {
            "applied_on": "0_product_variant",
            "product_id": self.goods.id,
            "compute_price": "fixed",
        }
        self._give(
            {**item, "min_quantity": 50, "fixed_price": 80},
            {**item, "min_quantity": 0, "fixed_price": 95},
        )
        self.assertAlmostEqual(self._entitled(product_uom_qty=49), 95)
        self.assertAlmostEqual(self._entitled(product_uom_qty=50), 80)

    def test_validity(self):
        now = fields.Datetime.now()
        yesterday = fields.Datetime.subtract(now, days=1)
        tomorrow = fields.Datetime.add(now, days=1)
        item = {
            "applied_on": "0_product_variant",
            "product_id": self.goods.id,
            "compute_price": "fixed",
        }
        self._give(
            {
                **item,
                "fixed_price": 70,
                "date_end": yesterday,
            },
            {
                **item,
                "fixed_price": 60,
                "date_start": tomorrow,
            },
            {**item, "fixed_price": 90},
        )
        self.assertAlmostEqual(self._entitled(), 90)

    def test_unit_of_measure(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._quote({"product_uom_id": dozen.id, "product_uom_qty": 1})
        self.assertAlmostEqual(order.order_line.o2c_entitled_price, 1200)
        self.assertAlmostEqual(order.order_line.o2c_effective_discount, 0)

    def test_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "rate": 0.5, "company_id": self.company.id}
        )
        self._give(currency_id=euro.id)
        order = self._quote()
        self.assertEqual(order.currency_id, euro)
        # 100 dollars are 50 euros
        self.assertAlmostEqual(order.order_line.o2c_entitled_price, 50)
        self._only("total", 400)
        # 10 × 50 euros are 1 000 dollars, the currency of the limit
        self.assertEqual(self._findings(order), [("total", 1000.0)])

    def test_tax_inside_the_sales_price(self):
        tax = self.env["account.tax"].create(
            {"name": "In", "amount": 25, "price_include_override": "tax_included"}
        )
        self.goods.taxes_id = tax
        order = self._quote()
        self.assertAlmostEqual(order.order_line.o2c_entitled_price, 80)
        self.assertAlmostEqual(order.order_line.o2c_effective_discount, 0)

    def test_dearer_than_due(self):
        order = self._quote({"price_unit": 110})
        self.assertAlmostEqual(order.order_line.o2c_effective_discount, -10)
        order.action_confirm()

    def test_while_typing(self):
        form = Form(self.env["sale.order"].with_user(self.seller))
        form.partner_id = self.customer
        with form.order_line.new() as line:
            line.product_id = self.goods
            line.price_unit = 80
            self.assertAlmostEqual(line.o2c_entitled_price, 100)
            self.assertAlmostEqual(line.o2c_effective_discount, 20)
        order = form.save()
        self.assertEqual(order.o2c_gate_state, "blocked")
        self.assertIn("Taladro", order.o2c_gate_banner)

    def test_list_price_of_the_orders_company(self):
        other = self.env["res.company"].create({"name": "Otra S.A."})
        self.customer.with_company(other).property_product_pricelist = self._pricelist(
            HALF_PRICE
        )
        order = self._quote()
        here = order.with_company(other).order_line
        self.assertAlmostEqual(here.o2c_entitled_price, 100)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestCost(PricingCommon):
    """What the gate costs: as many queries for much as for little."""

    def _queries(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        order._o2c_gate_uncovered("confirm")
        return self.env.cr.sql_log_count - before

    def _order(self, count):
        lines = [{"product_uom_qty": number + 1} for number in range(count)]
        return self._quote(*lines)

    def _prices_by_volume(self):
        self.customer.property_product_pricelist = self._pricelist(
            *(
                {
                    "applied_on": "0_product_variant",
                    "product_id": self.goods.id,
                    "min_quantity": number,
                    "compute_price": "fixed",
                    "fixed_price": 100 - number,
                }
                for number in range(10)
            )
        )

    def test_queries_do_not_grow_with_the_lines(self):
        self._prices_by_volume()
        small, large = self._order(1), self._order(20)
        self._queries(small)
        self.assertEqual(self._queries(large), self._queries(small))

    def test_queries_do_not_grow_with_the_history(self):
        """As many with three hundred earlier orders of the customer as with ten."""
        agreed = {"product_id": self.goods.id, "committed_quantity": 1e6}
        agreements = self.env["o2c.commercial.agreement"].with_user(self.seller)
        agreement = agreements.create(
            {
                "title": "Limited",
                "partner_id": self.customer.id,
                "line_ids": [
                    Command.create({**agreed, "price": 100, "volume_limited": True})
                ],
            }
        )
        agreement.action_ask()
        agreement.with_user(self.approver).action_approve("Volume")
        order = self._order(20)
        counts = []
        for history in (10, 290):
            self._earlier_orders(history)
            self._queries(order)
            counts.append(self._queries(order))
        self.assertEqual(counts[0], counts[1])

    def _earlier_orders(self, count):
        """Confirmed orders, straight into the state: what they did is history."""
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create(self._line_values())],
                }
                for _number in range(count)
            ]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET state = 'sale' WHERE id = ANY(%s)", [orders.ids]
        )
        self.env.cr.execute(
            "UPDATE sale_order_line SET state = 'sale' WHERE order_id = ANY(%s)",
            [orders.ids],
        )
        self.env.invalidate_all()
