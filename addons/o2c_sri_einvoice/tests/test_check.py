from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SriCommon


@tagged("post_install", "-at_install")
class TestCheck(SriCommon):
    """A contact without RUC, a product without IVA, an old date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.vat = False
        cls.untaxed = cls._make_product("Sin IVA", 5, "vat15", taxes_id=[(5,)])

    def _order(self):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "order_line": [
                    (0, 0, {"product_id": self.untaxed.id, "price_unit": 5})
                ],
            }
        )

    def _links(self, error):
        """Open the window that the dialog offers, as the accountant does."""
        _message, action, _button, context = error.args
        self.assertEqual(action, "o2c_sri_einvoice.o2c_sri_check_action")
        window = (
            self.env.ref(action)
            .with_user(self.accountant)
            .with_context(**context)
            .run()
        )
        self.assertEqual(window["target"], "new")
        check = self.env[window["res_model"]].browse(window["res_id"])
        check = check.with_user(self.accountant)
        for line in check.line_ids:
            self.assertTrue(line.action_open())
        return check.line_ids

    def test_at_posting(self):
        move = self._draft([(self.untaxed, 1, 5, 0)], invoice_date="2026-01-02")
        with self.assertRaises(UserError) as refused:
            move.with_user(self.accountant).action_post()
        for part in ("identification", "one IVA tax", "2026-01-02"):
            self.assertIn(part, str(refused.exception))
        lines = self._links(refused.exception)
        self.assertEqual(
            set(lines.mapped("record")), {self.customer, self.untaxed, move}
        )

    def test_on_the_order(self):
        order = self._order()
        with self.assertRaises(UserError) as refused:
            order.action_o2c_check()
        lines = self._links(refused.exception)
        self.assertEqual(
            {record._name for record in lines.mapped("record")},
            {"res.partner", "product.product"},
        )
        order.order_line.tax_ids = self.rice.taxes_id
        self.customer.vat = "1791234561001"
        self.assertEqual(order.action_o2c_check()["params"]["type"], "success")
