from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_received import ReceivedCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestReceivedPosting(ReceivedCommon):
    """The document: 190.00, IVA 15 % 28.50, total 218.50."""

    def setUp(self):
        super().setUp()
        self.bill = self._receive()._o2c_create_bill().with_user(self.accountant)

    def test_booked_as_the_document_says(self):
        self.bill.action_post()
        self.assertEqual(self.bill.state, "posted")

    def test_other_taxes_are_not_booked(self):
        taxes = self.bill.invoice_line_ids.tax_ids
        self.bill.invoice_line_ids.tax_ids = [Command.clear()]
        for post in (
            self.bill.action_post,
            lambda: self.bill.write({"state": "posted"}),
        ):
            with self.assertRaisesRegex(
                UserError, "0.00 for Taxes, and the document 28.50"
            ) as refused:
                post()
        self.assertIn(
            "190.00 for Total, and the document 218.50", str(refused.exception)
        )
        self.bill.invoice_line_ids.tax_ids = taxes
        self.bill.action_post()

    def test_another_price_is_not_booked(self):
        self.bill.invoice_line_ids.price_unit += 1
        with self.assertRaisesRegex(UserError, "the document 218.50. Correct"):
            self.bill.action_post()

    def test_a_cent_of_rounding_is_booked(self):
        # 9 × 19.00 = 171.00 and 1 × 19.01 = 19.01: 190.01, IVA 28.50, total 218.51
        line = self.bill.invoice_line_ids
        line.write({"quantity": 9, "price_unit": 19, "discount": 0})
        line.copy({"move_id": self.bill.id, "quantity": 1, "price_unit": 19.01})
        self.assertEqual(self.bill.amount_total, 218.51)
        self.bill.action_post()
        self.assertEqual(self.bill.state, "posted")
