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

    def test_legends_of_the_day(self):
        """One in force, one of last year, one for other documents only."""
        self.env["o2c.sri.legend"].create(
            [
                {"name": "Gran Contribuyente", "value": "NAC-1"},
                {
                    "name": "Anterior",
                    "value": "NAC-0",
                    "date_from": "2025-01-01",
                    "date_to": "2025-12-31",
                },
                {"name": "Solo notas", "value": "NAC-2", "document_types": "04,05"},
            ]
        )
        document = self._document(self._invoice())
        printed = {
            detail.name: detail.value
            for detail in document._o2c_comprobante().additional_info
        }
        self.assertEqual(printed.get("Gran Contribuyente"), "NAC-1")
        self.assertFalse({"Anterior", "Solo notas"} & set(printed))
