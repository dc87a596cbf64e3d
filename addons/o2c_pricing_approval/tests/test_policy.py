from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import APPROVER, MANAGER, PricingCommon


@tagged("post_install", "-at_install")
class TestPolicy(PricingCommon):
    """Each kind of limit, for whom it counts, and who may accept more."""

    def test_without_policy_every_price_passes(self):
        self.policy.active = False
        self._sell({"discount": 90})

    def test_margin_of_a_line(self):
        self._only("margin", 30)
        # (80 − 60) ÷ 80
        self.assertEqual(
            self._findings(self._quote({"price_unit": 80})), [("margin", 25.0)]
        )

    def test_margin_of_the_order(self):
        self._only("order_margin", 30)
        dear = self._goods("Sierra", price=100, cost=20)
        low = {"price_unit": 80}
        # 800 + 1 000 − 600 − 200 = 1 000 of 1 800: 55 %
        self.assertFalse(self._findings(self._quote(low, {"product_id": dear.id})))
        self.assertEqual(self._findings(self._quote(low)), [("order_margin", 25.0)])

    def test_below_cost(self):
        self._only("below_cost")
        self.assertEqual(
            self._findings(self._quote({"price_unit": 59})), [("below_cost", 59.0)]
        )
        self.assertFalse(self._findings(self._quote({"price_unit": 60})))

    def test_free_goods(self):
        self._limit("free_goods", 150)
        free = {"product_uom_qty": 1, "price_unit": 0}
        self.assertFalse(self._findings(self._quote({}, free)))
        free["product_uom_qty"] = 2
        self.assertEqual(self._findings(self._quote({}, free)), [("free_goods", 200.0)])

    def test_total(self):
        self._only("total", 999)
        self.assertEqual(self._findings(self._quote()), [("total", 1000.0)])

    def test_terms_longer_than_agreed(self):
        self._only("terms")
        terms = self.env["account.payment.term"]
        thirty, sixty = (
            terms.create(
                {"name": str(days), "line_ids": [Command.create({"nb_days": days})]}
            )
            for days in (30, 60)
        )
        self.customer.property_payment_term_id = thirty
        order = self._quote()
        self.assertEqual(order.payment_term_id, thirty)
        self.assertFalse(self._findings(order))
        order.payment_term_id = sixty
        self.assertEqual(self._findings(order), [("terms", 30.0)])

    def test_salespersons_own_authority(self):
        self._limit("discount", 20, user_ids=[Command.set(self.seller.ids)])
        self._sell({"discount": 20})
        other = self._user("fabio", "sales_team.group_sale_salesman_all_leads")
        self.assertTrue(self._findings(self._quote({"discount": 20}, user=other)))

    def test_authority_is_not_borrowed(self):
        """Naming a salesperson with more authority on the order gives none."""
        boss = self._user("jorge", "sales_team.group_sale_salesman")
        self._limit("discount", 50, user_ids=[Command.set(boss.ids)])
        order = self._quote({"discount": 40})
        order.sudo().user_id = boss
        self.assertEqual(self._findings(order), [("discount", 40.0)])

    def test_team(self):
        team = self.env["crm.team"].create(
            {"name": "Key accounts", "member_ids": [Command.set(self.seller.ids)]}
        )
        self._limit("discount", 20, team_ids=[Command.set(team.ids)])
        self.assertFalse(self._findings(self._quote({"discount": 20})))

    def test_customer_segment(self):
        segment = self.env["res.partner.category"].create({"name": "Wholesale"})
        self._limit("discount", 20, partner_category_ids=[Command.set(segment.ids)])
        self.assertTrue(self._findings(self._quote({"discount": 20})))
        self.customer.category_id = segment
        self.assertFalse(self._findings(self._quote({"discount": 20})))

    def test_product_category_and_those_below(self):
        tools = self.env["product.category"].create({"name": "Tools"})
        power = self.env["product.category"].create(
            {"name": "Power", "parent_id": tools.id}
        )
        self.goods.categ_id = power
        self._limit("discount", 2, product_category_ids=[Command.set(tools.ids)])
        self.assertEqual(
            self._findings(self._quote({"discount": 5})), [("discount", 5.0)]
        )

    def test_company(self):
        other = self.env["res.company"].create({"name": "Otra S.A."})
        self.policy.company_id = other
        self.assertFalse(self._findings(self._quote({"discount": 90})))
        self.policy.company_id = False
        self.assertTrue(self._findings(self._quote({"discount": 90})))

    def test_two_levels(self):
        boss = self._user("jorge", APPROVER)
        self._limit(
            "discount",
            25,
            level=2,
            approver_group_id=False,
            approver_ids=[Command.set(boss.ids)],
        )
        order = self._quote({"discount": 30})
        request = self._ask(order)
        request.with_user(self.approver).action_approve("First")
        with self.assertRaises(UserError):
            order.action_confirm()
        request.with_user(boss).action_approve("Second")
        order.action_confirm()

    def test_two_of_them_have_to_agree(self):
        self._only("discount", 10, approvers_needed=2)
        second = self._user("jorge", APPROVER)
        order = self._quote({"discount": 30})
        request = self._ask(order)
        request.with_user(self.approver).action_approve("First")
        with self.assertRaises(UserError):
            order.action_confirm()
        request.with_user(second).action_approve("Second")
        order.action_confirm()

    def test_approver_of_the_gate_is_no_approver_of_prices(self):
        order = self._quote({"discount": 15})
        stranger = self._user("kati", "o2c_order_gate.o2c_order_gate_group_approver")
        with self.assertRaises(UserError):
            self._ask(order).with_user(stranger).action_approve("Yes")
        self._approve(order)
        order.action_confirm()

    def test_decision_keeps_the_figures_of_its_day(self):
        order = self._quote({"discount": 15})
        self._approve(order)
        facts = order.o2c_gate_decision_ids.findings[0]["facts"]
        self.assertEqual(
            {key: float(facts[key]) for key in ("net", "entitled", "cost")},
            {"net": 85.0, "entitled": 100.0, "cost": 60.0},
        )
        # (85 − 60) ÷ 85
        self.assertEqual(facts["margin_percent"], "29.41")

    def test_decision_keeps_what_every_line_was_entitled_to(self):
        order = self._quote({"discount": 15}, {})
        self._approve(order)
        facts = order.o2c_gate_decision_ids.facts
        figures = [
            (line["net"], line["entitled"], line["cost"], line["margin_percent"])
            for line in facts["lines"].values()
        ]
        # (85 − 60) ÷ 85 and (100 − 60) ÷ 100
        self.assertEqual(
            [tuple(map(float, line)) for line in figures],
            [(85, 100, 60, 29.41), (100, 100, 60, 40)],
        )
        # ten of each: 10 × 25 + 10 × 40
        self.assertEqual(facts["order"]["order_margin"], "650.00")
        table = order.o2c_gate_decision_ids.facts_table
        self.assertIn("Entitled price", table)

    def test_stricter_policy_reopens_nothing_already_decided_for_as_much(self):
        order = self._quote({"discount": 15})
        self._approve(order)
        self.policy.line_ids.limit = 5
        self.assertEqual(order.o2c_gate_state, "approved")

    def test_changes_of_policy_count_at_once(self):
        order = self._quote({"discount": 15})
        self.assertTrue(self._findings(order))
        self.policy.line_ids.limit = 20
        self.assertFalse(self._findings(order))
        self.policy.line_ids.limit = 10
        self.assertTrue(self._findings(order))
        self.policy.line_ids.unlink()
        self.assertFalse(self._findings(order))

    def test_nonsense_limits(self):
        for kind, limit in (("discount", 120), ("discount", -1), ("total", -5)):
            with self.subTest(kind), self.assertRaises(ValidationError):
                self._limit(kind, limit)
        with self.assertRaises(ValidationError):
            self._limit("discount", 5, approver_group_id=False)

    def test_who_sets_policies(self):
        line = self.policy.line_ids
        for user in (self.seller, self.approver):
            with self.assertRaises(AccessError):
                line.with_user(user).write({"limit": 100})
            with self.assertRaises(AccessError):
                self.policy.with_user(user).write({"active": False})
        line.with_user(self._user("nora", MANAGER)).write({"limit": 12})
