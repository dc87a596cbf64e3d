from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import HALF_PRICE, MANAGER, PricingCommon


@tagged("post_install", "-at_install")
class TestFourWaysToACheaperLine(PricingCommon):
    """However a price is lowered, it is measured on what the customer pays."""

    def _assertStopped(self, order, discount):
        self.assertEqual(self._findings(order), [("discount", discount)])
        self.assertAlmostEqual(order.order_line[0].o2c_effective_discount, discount)
        with self.assertRaises(UserError):
            order.action_confirm()
        self.assertEqual(order.state, "draft")

    def test_discount_field(self):
        self._assertStopped(self._quote({"discount": 15}), 15.0)

    def test_unit_price(self):
        """The peer looks at the discount field: 40 against a list price of 100."""
        self._assertStopped(self._quote({"price_unit": 40}), 60.0)

    def test_unit_price_that_claims_to_be_the_list_price(self):
        order = self._quote({"price_unit": 40, "technical_price_unit": 40})
        self._assertStopped(order, 60.0)

    def test_both(self):
        # 90 less 10 % is 81
        self._assertStopped(self._quote({"price_unit": 90, "discount": 10}), 19.0)

    def _wizard(self, order, **values):
        return (
            self.env["sale.order.discount"]
            .with_user(self.seller)
            .create({"sale_order_id": order.id, **values})
        )

    def test_wizard_on_the_lines(self):
        order = self._quote()
        self._wizard(
            order, discount_type="sol_discount", discount_percentage=0.6
        ).action_apply_discount()
        self._assertStopped(order, 60.0)

    def test_wizard_after_approval(self):
        """The peer's status stays approved at 15 %, and 60 % is confirmed."""
        order = self._quote({"discount": 15})
        self._approve(order)
        self._wizard(
            order, discount_type="sol_discount", discount_percentage=0.6
        ).action_apply_discount()
        self._assertStopped(order, 60.0)

    def test_wizard_as_a_negative_line(self):
        self.company.sale_discount_product_id = self._goods(
            "Discount", price=0, type="service", is_storable=False
        )
        for kind, values in (
            ("so_discount", {"discount_percentage": 0.2}),
            ("amount", {"discount_amount": 200}),
        ):
            with self.subTest(kind):
                order = self._quote()
                self._wizard(
                    order, discount_type=kind, **values
                ).action_apply_discount()
                # 1 000 less 200
                self.assertAlmostEqual(order.amount_untaxed, 800)
                self._assertStopped(order, 20.0)

    def test_negative_line_by_hand(self):
        service = self._goods("Goodwill", price=0, type="service", is_storable=False)
        flags = {
            "plain": {},
            "down payment": {"is_downpayment": True},
            "expense": {"is_expense": True},
        }
        for name, values in flags.items():
            with self.subTest(name):
                order = self._quote(
                    {},
                    {
                        "product_id": service.id,
                        "product_uom_qty": 1,
                        "price_unit": -200,
                        **values,
                    },
                )
                self._assertStopped(order, 20.0)

    def test_negative_quantity(self):
        service = self._goods("Goodwill", price=0, type="service", is_storable=False)
        order = self._quote(
            {}, {"product_id": service.id, "product_uom_qty": -2, "price_unit": 100}
        )
        self._assertStopped(order, 20.0)

    def test_free_line(self):
        self._assertStopped(self._quote({"price_unit": 0}), 100.0)

    def test_line_of_quantity_nothing(self):
        """What is delivered beyond it is invoiced at its price."""
        self._assertStopped(self._quote({"product_uom_qty": 0, "price_unit": 1}), 99.0)

    def test_goods_flagged_as_down_payment(self):
        order = self._quote({"price_unit": 40, "is_downpayment": True})
        self._assertStopped(order, 60.0)

    def test_tax_included_in_the_price(self):
        """The same 100 with a tax inside is a lower price: 100 ÷ 1.25 = 80."""
        tax = self.env["account.tax"].create(
            {"name": "In", "amount": 25, "price_include_override": "tax_included"}
        )
        order = self._quote({"tax_ids": [Command.set(tax.ids)]})
        self._assertStopped(order, 20.0)

    def test_another_price_list_on_the_order(self):
        """The customer is due his own list, not whichever was chosen."""
        cheap = self._pricelist(HALF_PRICE)
        order = self._quote(pricelist_id=cheap.id)
        self.assertAlmostEqual(order.amount_untaxed, 500)
        self._assertStopped(order, 50.0)

    def test_a_combo(self):
        """Sold for 100: cheaper by hand, or by a list that is not the customer's."""
        self.assertFalse(self._combo().o2c_gate_banner)
        cheap = self._pricelist(HALF_PRICE)
        by_list, by_hand = self._combo(pricelist_id=cheap.id), self._combo()
        by_hand.order_line[1].price_unit = 60
        for order, discount in ((by_list, 50.0), (by_hand, 40.0)):
            self.assertEqual(self._findings(order), [("discount", discount)])
            with self.assertRaises(UserError):
                order.action_confirm()

    def test_an_optional_line(self):
        """Offered with nothing ordered, for the customer to add in the portal."""
        order = self._quote({"product_uom_qty": 0, "discount": 40}, {})
        self._assertStopped(order, 40.0)

    def test_a_discount_that_is_called_a_down_payment(self):
        order = self._quote(
            {}, {"product_uom_qty": -1, "price_unit": 300, "is_downpayment": True}
        )
        self.assertAlmostEqual(order.amount_untaxed, 700)
        self._assertStopped(order, 30.0)

    def test_order_date_in_last_years_promotion(self):
        year_ago = fields.Datetime.subtract(fields.Datetime.now(), years=1)
        self.customer.property_product_pricelist = self._pricelist(
            {**HALF_PRICE, "date_end": fields.Datetime.add(year_ago, days=1)}
        )
        order = self._quote(date_order=year_ago)
        self.assertAlmostEqual(order.amount_untaxed, 500)
        self._assertStopped(order, 50.0)

    def test_country_in_the_context(self):
        group = self.env["res.country.group"].create(
            {"name": "Far", "country_ids": [Command.link(self.env.ref("base.jp").id)]}
        )
        self._pricelist(
            HALF_PRICE,
            country_group_ids=[Command.link(group.id)],
        )
        order = self._quote({"price_unit": 50}).with_context(country_code="JP")
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_smaller_discounts_add_up_to_the_limit_and_no_further(self):
        order = self._quote({"price_unit": 95, "discount": 5})
        # 95 less 5 % is 90.25
        self.assertEqual(self._findings(order), [])
        order.action_confirm()
        with self.assertRaises(UserError):
            order.order_line.write({"price_unit": 94})
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestCostIsNoInput(PricingCommon):
    """The margin that is judged rests on a cost that the salesperson cannot write."""

    def setUp(self):
        super().setUp()
        self._only("margin", 30)

    def test_written(self):
        order = self._quote({"price_unit": 70})
        order.order_line.write({"purchase_price": 1})
        self.assertEqual(order.order_line.purchase_price, 60)
        # (70 − 60) ÷ 70
        self.assertEqual(self._findings(order), [("margin", 14.29)])

    def test_created(self):
        order = self._quote({"price_unit": 70, "purchase_price": 1})
        self.assertEqual(order.order_line.purchase_price, 60)

    def test_corrected_by_who_sets_the_policies(self):
        manager = self._user("nora", MANAGER)
        order = self._quote({"price_unit": 70})
        order.order_line.with_user(manager).write({"purchase_price": 40})
        self.assertEqual(self._findings(order), [])

    def test_dearer_goods_reopen_the_decision(self):
        order = self._quote({"price_unit": 70})
        self._approve(order)
        self.assertEqual(order.o2c_gate_state, "approved")
        order.order_line.sudo().write({"purchase_price": 65})
        self.assertEqual(order.o2c_gate_state, "blocked")


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestAfterConfirm(PricingCommon):
    def test_every_path_on_a_confirmed_order(self):
        order = self._sell()
        line = order.order_line
        paths = {
            "discount": lambda: line.write({"discount": 60}),
            "price": lambda: line.write({"price_unit": 40}),
            "through the order": lambda: order.write(
                {"order_line": [Command.update(line.id, {"price_unit": 40})]}
            ),
            "new line": lambda: order.write(
                {"order_line": [Command.create(self._line_values(price_unit=40))]}
            ),
            "negative line": lambda: order.write(
                {
                    "order_line": [
                        Command.create(
                            self._line_values(product_uom_qty=1, price_unit=-500)
                        )
                    ]
                }
            ),
            "superuser": lambda: line.sudo().write({"price_unit": 40}),
        }
        for name, change in paths.items():
            with self.subTest(name), self.assertRaises(UserError):
                change()
        self.assertEqual(line.price_unit, 100)

    def test_delivery_and_invoice_of_an_approved_order(self):
        """Costs rewritten at delivery and down payments don't reopen anything."""
        self._stock(self.goods, 100)
        order = self._quote({"discount": 15})
        self._approve(order)
        order.action_confirm()
        self.goods.standard_price = 75
        self._deliver(order)
        self.assertEqual(order.order_line.qty_delivered, 10)
        self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids).create(
            {"advance_payment_method": "percentage", "amount": 50}
        ).create_invoices()
        self.assertTrue(order.invoice_ids)
        self.assertEqual(order.state, "sale")


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestConditionsOfTheCustomer(PricingCommon):
    """Whoever sells does not say what the customer is entitled to."""

    def setUp(self):
        super().setUp()
        self.cheap = self._pricelist(HALF_PRICE)
        self.long = self.env["account.payment.term"].create({"name": "90 days"})
        groups = "sales_team.group_sale_salesman,base.group_partner_manager"
        self.keeper = self._user("pablo", groups)

    def test_written(self):
        customer = self.customer.with_user(self.keeper)
        customer.write({"phone": "099 999 9999"})
        for values in (
            {"property_product_pricelist": self.cheap.id},
            {"specific_property_product_pricelist": self.cheap.id},
            {"property_payment_term_id": self.long.id},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                customer.write(values)

    def test_created(self):
        partners = self.env["res.partner"].with_user(self.keeper)
        partners.create({"name": "Plain"})
        with self.assertRaises(AccessError):
            partners.create(
                {"name": "Friend", "property_product_pricelist": self.cheap.id}
            )

    def test_contacts_inherit(self):
        self.customer.write(
            {"is_company": True, "property_product_pricelist": self.cheap.id}
        )
        contact = (
            self.env["res.partner"]
            .with_user(self.keeper)
            .create({"name": "Contact", "parent_id": self.customer.id})
        )
        self.assertEqual(contact.property_product_pricelist, self.cheap)

    def test_managers_set_them(self):
        boss = self._user("rosa", "sales_team.group_sale_manager")
        customer = self.customer.with_user(boss)
        customer.write({"property_product_pricelist": self.cheap.id})
        self.assertEqual(self.customer.property_product_pricelist, self.cheap)
