import base64

from odoo.tests import tagged

from ..sri_core import parser
from .common import SimulatorCommon


@tagged("post_install", "-at_install")
class TestIssue(SimulatorCommon):
    def test_invoice_is_authorised(self):
        """10 × 32.50 and 24 × 1.10 at 5 % discount.

        15 %: base 325.00, IVA 48.75; 0 %: 26.40 − 1.32 = 25.08; total 398.83
        """
        move = self._invoice([(self.rice, 10, 32.5, 0), (self.milk, 24, 1.1, 5)])
        document = self._document(move)
        self.assertRecordValues(
            document, [{"document_type": "01", "state": "signed", "total": 398.83}]
        )
        self.assertEqual(f"Fact {document.number}", move.name)
        issued = parser.parse(base64.b64decode(document.signed_xml)).document
        self.assertEqual(str(issued.total), "398.83")
        self.assertEqual(issued.buyer.name, "Tienda Ñusta & Cía.")

        self._run_outbox()
        self.assertEqual(document.state, "authorised", document.note_ids.mapped("text"))
        self.assertTrue(document.authorised_on)
        parsed = parser.parse(document._o2c_authorised_bytes())
        self.assertEqual(parsed.authorisation.number, document.access_key)
        self.assertEqual(parsed.document, issued)
        self.assertEqual(move.o2c_sri_state, "authorised")
