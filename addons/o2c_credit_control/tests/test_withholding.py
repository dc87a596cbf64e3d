from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install", "-standard", "o2c_suite")
class TestWithholding(CreditCommon):
    """What a customer will withhold by law is no debt of his.

    Played where `o2c_sri_einvoice` is installed too, see tests/system/test_together.py.
    He buys goods for 325.00 without IVA and withholds 2 % of renta: 6.50.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "o2c_sri_withholds" not in cls.env["res.partner"]._fields:
            cls.skipTest(cls, "o2c_sri_einvoice is not installed")

    def _invoice_of_goods(self, late):
        invoice = self._bill(325, late, post=False)
        line = invoice.invoice_line_ids
        line.write({"product_id": self.goods.id})
        line.write({"price_unit": 325, "tax_ids": [(5,)]})
        invoice.action_post()
        return invoice

    def test_netted_in_the_exposure(self):
        self.assertEqual(self._invoice_of_goods(-5).o2c_expected_withholding, 0)
        self.assertEqual(self._exposure().total, 325)
        self.customer.sudo().o2c_sri_withholds = True
        exposure = self._exposure()
        self.assertEqual((exposure.deductions, exposure.total), (6.5, 318.5))
        partner = self.customer.with_user(self.seller)
        self.assertEqual(partner.o2c_credit_deductions, 6.5)
        self.assertEqual(partner.o2c_credit_available, 681.5)

    def test_who_paid_all_but_it_is_not_late(self):
        self.customer.sudo().o2c_sri_withholds = True
        invoice = self._invoice_of_goods(40)
        self.assertTrue(self._on_hold())
        self._pay(invoice, 318)
        self.env.invalidate_all()
        self.assertTrue(self._on_hold(), "50 cents are neither paid nor withheld")
        self._pay(invoice, 0.5)
        self.env.invalidate_all()
        self.assertFalse(self._on_hold())
        self.assertEqual(self._sell(1).state, "sale")
