from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import HALF_PRICE
from .test_price_change import PriceChangeCase


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestImpact(PriceChangeCase):
    """Approvers see whom it would have affected."""

    def test_customers_and_margins(self):
        """10 drills at 90 cost 600; at 95 they sell for 950.

        Margin (900 − 600) ÷ 900 = 33.33 %, then (950 − 600) ÷ 950 = 36.84 %. Whoever
        buys by another list is not affected, nor are quotations and old orders.
        """
        self._sell()
        self._quote()
        old = self._sell()
        old.sudo().date_order = fields.Datetime.subtract(fields.Datetime.now(), days=91)
        other = self.env["res.partner"].create({"name": "Bazar Cuenca"})
        self._sell(partner_id=other.id)
        change = self._change(self._to(95))
        change.action_ask()
        self.assertRecordValues(
            change.impact_ids,
            [
                {
                    "partner_id": self.customer.id,
                    "sales": 900,
                    "new_sales": 950,
                    "amount": 50,
                    "margin_percent": 33.33,
                    "new_margin_percent": 36.84,
                }
            ],
        )
        self.assertEqual((change.impact_count, change.impact_amount), (1, 50))

    def test_new_and_removed_rules(self):
        """Without the rule the sales price of 100 counts; from 10 on it would be 80."""
        self._sell()
        removed = self._change({"operation": "remove", "item_id": self.item.id})
        removed.action_preview()
        self.assertEqual(removed.impact_amount, 100)
        volume = {**self.rule, "operation": "add", "min_quantity": 10}
        added = self._change({**volume, "fixed_price": 80})
        added.action_preview()
        self.assertEqual(added.impact_amount, -100)

    def test_sales_price(self):
        """A fixed price does not follow the sales price, no list does."""
        self._sell()
        other = self.env["res.partner"].create({"name": "Bazar Cuenca"})
        self._sell(partner_id=other.id)
        change = self._change(
            {
                "operation": "sales_price",
                "product_tmpl_id": self.goods.product_tmpl_id.id,
                "fixed_price": 110,
            }
        )
        change.action_preview()
        self.assertRecordValues(
            change.impact_ids, [{"partner_id": other.id, "amount": 100}]
        )

    def test_what_values_add(self):
        """Two colours of a paint that costs 50, sold by a list with 10 % off.

        Ten of red at (50 + 8) × 0.9; with 18 instead of 8 they cost 10 × 0.9 × 10 = 90
        more, blue is not touched. A sales price of 60 adds 90 to each of the two.
        """
        paint = self._painted()
        red, blue = paint.product_variant_ids.sorted("price_extra", reverse=True)
        percent = {"compute_price": "percentage", "percent_price": 10}
        self.customer.property_product_pricelist = self._pricelist(
            {**percent, "applied_on": "3_global"}, o2c_free=True
        )
        self._sell({"product_id": red.id}, {"product_id": blue.id})
        extra = self._change(
            {
                "operation": "price_extra",
                "attribute_value_id": red.product_template_attribute_value_ids.id,
                "fixed_price": 18,
            }
        )
        extra.action_preview()
        self.assertEqual(extra.impact_amount, 90)
        sales_price = self._change(
            {
                "operation": "sales_price",
                "product_tmpl_id": paint.id,
                "fixed_price": 60,
            }
        )
        sales_price.action_preview()
        self.assertEqual(sales_price.impact_amount, 180)

    def test_what_an_item_adds_to_a_combo(self):
        """Ten combos of which an item adds 5, then 6: 10 more, whatever the list."""
        order = self._combo(extra_price=5)
        order.order_line.product_uom_qty = 10
        order.action_confirm()
        change = self._change(
            {
                "operation": "combo_extra",
                "combo_item_id": order.order_line.combo_item_id.id,
                "fixed_price": 6,
            }
        )
        change.action_preview()
        self.assertEqual(change.impact_amount, 10)

    def test_lists_that_rest_on_the_changed_one(self):
        """Wholesalers pay 10 % less than the list, their branches 5 more than that.

        Ten drills each at 90: 81 and 86; at 100: 90 and 95, so 90 more of each. The
        third list starts from the sales price.
        """
        wholesale = self._resting(self.pricelist, price_discount=10)
        branches = self._resting(wholesale, price_surcharge=5)
        sold = {
            self._customer_of(pricelist): price
            for pricelist, price in ((wholesale, 810), (branches, 860))
        }
        bystander = self._customer_of(self._pricelist(HALF_PRICE, o2c_free=True))
        for partner in (*sold, bystander):
            self._sell(partner_id=partner.id)
        change = self._change(self._to(100))
        self.assertEqual(change.resting_ids, wholesale | branches)
        change.action_preview()
        impact = {row.partner_id: row.sales for row in change.impact_ids}
        self.assertEqual(impact, sold)
        self.assertEqual(set(change.impact_ids.mapped("amount")), {90})
        # a proposed rule that rests on another list
        other = self._pricelist({**self.rule, "fixed_price": 50}, o2c_free=True)
        rests = {"base": "pricelist", "base_pricelist_id": other.id}
        self._sell()
        moved = self._change(
            {**self._to(0), **rests, "compute_price": "formula", "price_discount": 0}
        )
        moved.action_preview()
        # 10 × (50 − 90), of wholesalers 90 % of it, of branches as much
        amounts = {row.partner_id: row.amount for row in moved.impact_ids}
        self.assertEqual(amounts.pop(self.customer), -400)
        self.assertEqual(amounts, dict.fromkeys(sold, -360))

    def _resting(self, pricelist, **formula):
        """A list whose prices are worked out from those of another."""
        return self._pricelist(
            {
                "applied_on": "3_global",
                "compute_price": "formula",
                "base": "pricelist",
                "base_pricelist_id": pricelist.id,
                **formula,
            },
            name=f"On {pricelist.name}",
            o2c_free=True,
        )

    def _customer_of(self, pricelist):
        return self.env["res.partner"].create(
            {"name": pricelist.name, "property_product_pricelist": pricelist.id}
        )

    def _painted(self):
        """A paint in red, which costs 8 more, and blue."""
        attribute = self.env["product.attribute"].create(
            {
                "name": "Colour",
                "value_ids": [
                    Command.create({"name": "Rojo", "default_extra_price": 8}),
                    Command.create({"name": "Azul"}),
                ],
            }
        )
        line = {
            "attribute_id": attribute.id,
            "value_ids": [Command.set(attribute.value_ids.ids)],
        }
        return self.env["product.template"].create(
            {
                "name": "Paint",
                "list_price": 50,
                "taxes_id": [Command.clear()],
                "attribute_line_ids": [Command.create(line)],
            }
        )
