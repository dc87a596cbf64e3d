from decimal import Decimal

from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import get_db_name, new_test_user, tagged

from ..gate_core import Finding
from .common import APPROVER
from .concurrency import RaceCase, Transaction


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestConcurrency(RaceCase):
    """Two people at the same order or request."""

    def setUp(self):
        super().setUp()
        registry = Registry(get_db_name())
        self.patch(registry["sale.order"], "_o2c_gate_findings", self._findings)
        self.made = []
        self.addCleanup(self._clean)
        with Transaction() as env:
            self.seller = self._user(env, "race.seller", self.SELLER)
            self.approver = self._user(env, "race.approver", APPROVER)
            self.colleague = self._user(env, "race.colleague", APPROVER)
            self.goods = self._product(env, "Race drill")
            self.order = self._order(env)
            env.cr.commit()

    SELLER = "sales_team.group_sale_salesman"

    @staticmethod
    def _findings(orders, checkpoint):
        """Any discount over 10 % has to be accepted."""
        return {
            order.id: [
                Finding(
                    "test.discount",
                    "Discount",
                    measure=Decimal(str(line.discount)),
                    limit=Decimal(10),
                    unit="percent",
                    approver_group=APPROVER,
                    subject=f"line:{line.id}",
                )
                for line in order.order_line
                if line.discount > 10 and checkpoint == "confirm"
            ]
            for order in orders
        }

    def _user(self, env, login, groups, **values):
        user = new_test_user(env, login=login, groups=groups, **values)
        self.made.append(("res.users", user.id))
        return user.id

    def _product(self, env, name):
        values = {"name": name, "type": "service", "list_price": 100}
        product = env["product.product"].create({**values, "taxes_id": [(5,)]})
        self.made.append(("product.product", product.id))
        return product.id

    def _order(self, env, discount=15, seller=None):
        line = {"product_id": self.goods, "discount": discount}
        order = (
            env["sale.order"]
            .with_user(seller or self.seller)
            .create(
                {
                    "partner_id": env.ref("base.main_partner").id,
                    "order_line": [Command.create(line)],
                }
            )
        )
        self.made.append(("sale.order", order.id))
        return order.id

    def _clean(self):
        with Transaction() as env:
            for model, record_id in reversed(self.made):
                record = env[model].browse(record_id)
                if model == "sale.order":
                    record._action_cancel()  # and nobody is asked any more
                else:
                    record.active = False
                    if model == "res.users":
                        record.login += f".{record_id}"
            env.cr.commit()

    def _request(self, order_id=None, seller=None):
        with Transaction() as env:
            order = env["sale.order"].browse(order_id or self.order)
            order.with_user(seller or self.seller).action_o2c_request_approval()
            env.cr.commit()
            return order.o2c_gate_request_ids.id

    def _approved(self):
        request_id = self._request()
        with Transaction() as env:
            request = env["o2c.gate.request"].browse(request_id)
            request.with_user(self.approver).action_approve("Agreed")
            env.cr.commit()

    def test_two_decide_the_same_request(self):
        request_id = self._request()

        def approve(env):
            env["o2c.gate.request"].browse(request_id).action_approve("Yes")

        def refuse(env):
            env["o2c.gate.request"].browse(request_id).action_refuse("No")

        outcome = self._race((self.approver, approve), (self.colleague, refuse))
        self.assertIn("already closed", outcome)
        with Transaction() as env:
            request = env["o2c.gate.request"].browse(request_id)
            self.assertEqual(request.state, "approved")
            self.assertEqual(request.decision_ids.user_id.id, self.approver)

    def test_two_first_decisions_of_a_company(self):
        """Both are kept, one after the other, in one log."""
        with Transaction() as env:
            company = env["res.company"].create({"name": "Race S.A."})
            self.made.append(("res.company", company.id))
            values = {
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
            }
            seller = self._user(env, "race.seller2", self.SELLER, **values)
            approver = self._user(env, "race.approver2", APPROVER, **values)
            orders = [self._order(env, seller=seller) for _order in range(2)]
            env.cr.commit()
        first, second = (self._request(order, seller) for order in orders)
        outcome = self._race(
            (approver, lambda env: self._decide(env, first)),
            (approver, lambda env: self._decide(env, second)),
        )
        self.assertEqual(outcome, "done")
        with Transaction() as env:
            chain = env["o2c.gate.chain"].search([("company_id", "=", company.id)])
            self.assertEqual(chain.sequence, 2)
            chain._verify()
            self.assertEqual(chain.state, "intact")

    def _decide(self, env, request_id):
        env["o2c.gate.request"].browse(request_id).action_approve("Yes")

    def _confirm(self, env):
        env["sale.order"].browse(self.order).action_confirm()

    def _add_free_goods(self, env):
        """Neither the order's total nor a line that was there changes."""
        env["sale.order.line"].create(
            {"order_id": self.order, "product_id": self.goods, "discount": 100}
        )

    def test_line_is_added_while_the_order_is_confirmed(self):
        """Nobody gets free goods on an order that was approved without them."""
        self._approved()
        outcome = self._race(
            (self.seller, self._confirm), (self.seller, self._add_free_goods)
        )
        self.assertIn("Discount", outcome)
        self._assert_order("sale", lines=1)

    def test_order_is_confirmed_while_a_line_is_added(self):
        self._approved()
        outcome = self._race(
            (self.seller, self._add_free_goods), (self.seller, self._confirm)
        )
        self.assertIn("Discount", outcome)
        self._assert_order("draft", lines=2)

    def _assert_order(self, state, *, lines):
        with Transaction() as env:
            order = env["sale.order"].browse(self.order)
            self.assertEqual(len(order.order_line), lines)
            self.assertEqual(order.state, state)

    def test_approval_is_requested_twice(self):
        def ask(env):
            env["sale.order"].browse(self.order).action_o2c_request_approval()

        outcome = self._race((self.seller, ask), (self.seller, ask))
        self.assertEqual(outcome, "done")
        with Transaction() as env:
            order = env["sale.order"].browse(self.order)
            self.assertEqual(len(order.o2c_gate_request_ids), 1)
