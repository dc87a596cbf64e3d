"""The words in which the gate's tests are written."""

from contextlib import contextmanager
from decimal import Decimal
from logging import INFO

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

from ..gate_core import Finding

APPROVER = "o2c_order_gate.o2c_order_gate_group_approver"
MANAGER = "o2c_order_gate.o2c_order_gate_group_manager"


class GateCommon(BaseCommon):
    """A wholesaler with a salesperson, approvers and a warehouse."""

    # Every request asks several people; writing each a mail is most of a test's time.
    mails_of_activities = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        quick = not cls.mails_of_activities
        cls.env = cls.env(
            context={**cls.env.context, "mail_activity_quick_update": quick}
        )
        cls.company = cls.env.company
        cls.seller = cls._user("ana", "sales_team.group_sale_salesman")
        cls.approver = cls._user("beto", APPROVER)
        cls.colleague = cls._user("carla", APPROVER)
        cls.manager = cls._user("diana", MANAGER)
        cls.storekeeper = cls._user("elias", "stock.group_stock_user")
        cls.customer = cls.env["res.partner"].create(
            {"name": "Ferretería Loja", "email": "loja@example.com"}
        )
        cls.goods = cls._goods("Taladro", price=100.0, cost=60.0)

    @classmethod
    def _user(cls, login, groups, **values):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            email=f"{login}@example.com",
            company_id=values.pop("company_id", cls.company.id),
            **values,
        )

    @classmethod
    def _goods(cls, name, *, price, cost=0.0, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "list_price": price,
                "standard_price": cost,
                "taxes_id": [],
                "invoice_policy": "delivery",
                **values,
            }
        )

    @classmethod
    def _stock(cls, product, quantity):
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, quantity
        )

    @classmethod
    def _quote(cls, *lines, user=None, **values):
        """A quotation of the salesperson; a line is values, default 10 drills."""
        user = user or cls.seller
        return (
            cls.env["sale.order"]
            .with_user(user)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "user_id": user.id,
                    "order_line": [
                        Command.create(cls._line_values(**line))
                        for line in lines or ({},)
                    ],
                    **values,
                }
            )
        )

    @classmethod
    def _line_values(cls, **values):
        return {"product_id": cls.goods.id, "product_uom_qty": 10, **values}

    @classmethod
    def _sell(cls, *lines, **values):
        """A confirmed order."""
        order = cls._quote(*lines, **values)
        order.action_confirm()
        return order

    @classmethod
    def _ask(cls, order):
        """The pending request of an order, asked for by its salesperson."""
        return order.with_user(order.user_id).action_o2c_request_approval()

    @classmethod
    def _approve(cls, order, user=None, reason="Strategic customer", **options):
        request = cls._ask(order)
        request.with_user(user or cls.approver).action_approve(reason, **options)
        return request

    @classmethod
    def _deliver(cls, order, user=None):
        """Hand over everything that the order has not delivered."""
        pickings = order.sudo().picking_ids.filtered(lambda p: p.state != "done")
        for move in pickings.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        pickings.with_user(user or cls.storekeeper).button_validate()
        return pickings

    def assertBlocked(self, order):
        self.assertEqual(order.o2c_gate_state, "blocked")
        self.assertEqual(order.state, "draft")

    @contextmanager
    def _logged(self, *words):
        """The block is refused, and the server's log has these words about it."""
        with (
            self.assertLogs("odoo.addons.o2c_order_gate.refused", INFO) as logs,
            self.assertRaises(UserError),
        ):
            yield
        for word in words:
            self.assertIn(word, logs.output[0])


class PolicyCommon(GateCommon):
    """With a policy of its own, because the gate alone has none.

    A line may have a discount of 10 %; customers with the reference HELD get no goods.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.approver_group = APPROVER
        cls.policy_level = 1
        orders = cls.env.registry["sale.order"]
        original = orders._o2c_gate_findings

        def _o2c_gate_findings(self, checkpoint):
            findings = original(self, checkpoint)
            for order in self:
                findings[order.id] += cls._policy(order, checkpoint)
            return findings

        cls.classPatch(orders, "_o2c_gate_findings", _o2c_gate_findings)

    @classmethod
    def _policy(cls, order, checkpoint):
        if checkpoint == "delivery":
            held = order.partner_id.ref == "HELD"
            return [cls._finding("test.held", "The customer is held")] * held
        return [
            cls._finding(
                "test.discount",
                f"Discount on {line.product_id.name}",
                measure=Decimal(str(line.discount)),
                limit=Decimal(10),
                unit="percent",
                subject=f"line:{line.id}",
            )
            for line in order.order_line
            if line.discount > 10
        ]

    @classmethod
    def _finding(cls, policy, title, **values):
        return Finding(
            policy,
            title,
            approver_group=cls.approver_group,
            level=cls.policy_level,
            **values,
        )
