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

    def _links(self, error, user=None):
        """Open the window that the dialog offers, as the accountant does."""
        user = user or self.accountant
        _message, action, _button, context = error.args
        self.assertEqual(action, "o2c_sri_einvoice.o2c_sri_check_action")
        window = self.env.ref(action).with_user(user).with_context(**context).run()
        self.assertEqual(window["target"], "new")
        check = self.env[window["res_model"]].browse(window["res_id"])
        check = check.with_user(user)
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

    def test_settings_and_taxes_have_their_own_links(self):
        """A missing certificate is loaded in the settings, a tax mended in the tax."""
        self.company.o2c_sri_certificate_id = False
        self.customer.vat = "1791234561001"
        tax = self.rice.taxes_id
        tax.amount = 12
        move = self._draft()
        with self.assertRaises(UserError) as refused:
            move.with_user(self.accountant).action_post()
        self.assertIn("certificate is missing", str(refused.exception))
        certificate, wrong_rate = self._links(refused.exception)
        self.assertEqual(wrong_rate.record, tax)
        # who may not open the settings is shown the company
        self.assertEqual(certificate.action_open()["res_model"], "res.company")
        certificate, _tax = self._links(refused.exception, self.env.user)
        self.assertEqual(certificate.action_open()["res_model"], "res.config.settings")

    def test_number_of_the_changed_document_is_said(self):
        """What people type: with hyphens or without, and anything else."""
        for typed, understood in (
            ("001-001-456", "001-001-000000456"),
            ("001001000000456", "001-001-000000456"),
            ("Factura 456", None),
        ):
            note = self._draft(
                move_type="out_refund",
                o2c_origin_number=typed,
                o2c_origin_date="2026-01-02",
            )
            origin = note._o2c_origin()
            self.assertEqual(origin and origin[0], understood)
        with self.assertRaisesRegex(UserError, "which document it changes: a number"):
            note.with_user(self.accountant).action_post()

    def test_draft_without_a_date(self):
        """Core leaves the date empty until posting: the check counts as of today."""
        move = self._draft([(self.untaxed, 1, 5, 0)])
        self.assertFalse(move.invoice_date)
        with self.assertRaises(UserError) as refused:
            move.with_user(self.accountant).action_o2c_check()
        lines = self._links(refused.exception)
        self.assertEqual(set(lines.mapped("record")), {self.customer, self.untaxed})
        self.customer.vat = "1791234561001"
        move.invoice_line_ids.tax_ids = self.rice.taxes_id
        checked = move.with_user(self.accountant).action_o2c_check()
        self.assertEqual(checked["params"]["type"], "success")
