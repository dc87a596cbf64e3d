from odoo.exceptions import UserError
from odoo.tests import tagged

from ..sri_core import documents as doc
from ..tools import ecuador
from .common import make_p12
from .common_received import (
    BOTTLES_24,
    ICE_10,
    SUPPLIER_RUC,
    VAT_15,
    ReceivedCommon,
)

UNKNOWN_LINE = ("X-9", "Canela en rama", "3", "7.77", "0.31")


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestReceivedBill(ReceivedCommon):
    def _order(self, quantity, price, received=0):
        """Return a confirmed purchase order of rice, partly received."""
        self.rice.purchase_method = "receive"
        self.rice.is_storable = True
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.rice.id,
                            "product_qty": quantity,
                            "price_unit": price,
                        },
                    )
                ],
            }
        )
        order.button_confirm()
        if received:
            picking = order.picking_ids
            picking.move_ids.quantity = received
            picking.move_ids.picked = True
            picking._action_done()
        return order

    def test_a_correction_is_learnt(self):
        """Nobody knows code X-9 on the first bill; posting it teaches the second."""
        received = self._receive(lines=[UNKNOWN_LINE])
        bill = received._o2c_create_bill()
        self.assertFalse(bill.invoice_line_ids.product_id)
        self.assertIn("choose its product", received.differences)
        # 3 × 7.77 − 0.31 = 23.00; IVA 3.45
        self.assertEqual(bill.amount_untaxed, 23)
        self.assertEqual(bill.amount_total, 26.45)
        bill.invoice_line_ids.product_id = self.milk
        self.assertEqual(bill.amount_total, 26.45, "the document's price and tax stay")
        bill.with_user(self.accountant).action_post()
        self.assertFalse(received.differences)

        second = self._receive(number=78, lines=[UNKNOWN_LINE])
        self.assertEqual(second.line_ids.product_id, self.milk)
        self.assertEqual(
            second._o2c_create_bill().invoice_line_ids.product_id, self.milk
        )

    def test_differences_from_the_order(self):
        """Ordered 10 at 18.00, 6 arrived; billed 10 at 19.00 net."""
        order = self._order(10, 18, received=6)
        received = self._receive()
        bill = received._o2c_create_bill()
        self.assertEqual(bill.invoice_line_ids.purchase_line_id, order.order_line)
        self.assertEqual(order.order_line.qty_invoiced, 10)
        price, quantity = received.differences.split("\n")
        self.assertIn("19.0000 a unit, but 18.0000", price)
        self.assertIn("10 are billed, but 6", quantity)
        self.assertEqual(bill.o2c_received_differences, received.differences)

    def test_totals_that_were_changed_are_shown(self):
        received = self._receive()
        bill = received._o2c_create_bill()
        self.assertFalse(received.differences)
        bill.invoice_line_ids.quantity = 9
        self.assertIn("Total: the bill says", received.differences)

    def test_excise_is_part_of_the_bill(self):
        """190.00, ICE 19.00, IVA 15 % of 209.00 = 31.35, IRBPNR 0.48: 240.83."""
        received = self._receive(taxes=(VAT_15, ICE_10, BOTTLES_24))
        self.assertRecordValues(
            received.line_ids, [{"ice": 19, "irbpnr": 0.48, "vat_base": 209}]
        )
        bill = received._o2c_create_bill()
        self.assertRecordValues(
            bill.invoice_line_ids,
            [
                {"product_id": self.rice.id, "price_subtotal": 190},
                {"product_id": False, "price_subtotal": 19},
                {"product_id": False, "price_subtotal": 0.48},
            ],
        )
        goods, ice, irbpnr = bill.invoice_line_ids
        self.assertEqual(ice.tax_ids, goods.tax_ids)
        self.assertFalse(irbpnr.tax_ids, "no IVA on it")
        self.assertRecordValues(bill, [{"amount_tax": 31.35, "amount_total": 240.83}])
        self.assertFalse(received.differences)
        ice.price_unit = 20
        self.assertIn(
            "with ICE and IRBPNR: the bill says 210.48, the document 209.48",
            received.differences,
        )

    def test_credit_note_names_its_bill(self):
        bill = self._receive()._o2c_create_bill()
        bill.action_post()
        note = self._receive(
            cls=doc.CreditNote,
            number=9,
            modified=doc.ModifiedDocument(
                document_type="01",
                number="002-003-000000077",
                issue_date=ecuador.today(),
            ),
            reason="DEVOLUCIÓN",
        )
        refund = note._o2c_create_bill()
        self.assertRecordValues(
            refund,
            [
                {
                    "move_type": "in_refund",
                    "reversed_entry_id": bill.id,
                    "amount_total": 218.5,
                    "l10n_latam_document_number": "002-003-000000009",
                }
            ],
        )

    def test_a_bill_typed_in_before_is_not_doubled(self):
        typed = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": ecuador.today(),
                "l10n_latam_document_type_id": self.env.ref("l10n_ec.ec_dt_01").id,
                "l10n_latam_document_number": "002-003-000000077",
            }
        )
        received = self._receive()
        self.assertEqual(received._o2c_create_bill(), typed)
        self.assertEqual(typed.o2c_sri_authorisation, received.access_key)
        self.assertIn("218.50", received.differences)

    def test_unknown_issuer_becomes_a_contact(self):
        self.supplier.vat = False
        received = self._receive()
        with self.assertRaisesRegex(UserError, "No contact has the RUC"):
            received.action_create_bill()
        received.with_user(self.env.user).action_create_partner()
        self.assertRecordValues(
            received.partner_id, [{"name": "MOLINO S.A.", "vat": SUPPLIER_RUC}]
        )
        self.assertTrue(received._o2c_create_bill())

    def test_signed_with_the_key_of_somebody_else(self):
        """A valid signature of 1791234567001 under a factura of SUPPLIER_RUC."""
        stranger = "1791234567001"
        key = self._billed(force=True, signed_by=(make_p12(stranger), stranger))
        with self.assertRaisesRegex(UserError, f"{stranger}.*not its issuer"):
            self.env["o2c.sri.received"]._o2c_fetch(key, self.company)
        self.assertFalse(self.env["o2c.sri.received"].search([]))
