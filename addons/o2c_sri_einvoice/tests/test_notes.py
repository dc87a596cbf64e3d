from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..sri_core import parser
from ..tools import ecuador
from .common import SimulatorCommon


@tagged("post_install", "-at_install")
class TestNotes(SimulatorCommon):
    def _authorised(self, record):
        document = self._document(record)
        self._run_outbox(document)
        self.assertEqual(document.state, "authorised", document.note_ids.mapped("text"))
        return parser.parse(document._o2c_authorised_bytes()).document

    def test_credit_note_names_its_invoice(self):
        move = self._invoice()
        invoice = self._authorised(move)
        note = self._authorised(self._credit(move))
        self.assertEqual(note.CODE, "04")
        self.assertEqual(note.modified.number, invoice.number)
        self.assertEqual(note.total, Decimal("373.75"))
        self.assertIn(move.name, note.reason)
        self.assertIn("Devolución", note.reason)

    def test_credit_note_keeps_the_rate_of_its_invoice(self):
        """An invoice of 2023 at 12 % (code 2) from another system, credited today."""
        old_tax = (
            self.env["account.tax"]
            .with_context(active_test=False)
            .search(
                [
                    ("company_id", "=", self.company.id),
                    ("type_tax_use", "=", "sale"),
                    ("tax_group_id.l10n_ec_type", "=", "vat12"),
                ],
                limit=1,
            )
        )
        note = self._draft(
            move_type="out_refund",
            o2c_origin_number="001-001-000000456",
            o2c_origin_date="2023-05-02",
        )
        note.invoice_line_ids.tax_ids = old_tax
        note.action_post()
        issued = self._authorised(note)
        self.assertEqual(issued.taxes[0].rate_code, "2")
        self.assertEqual(issued.total, Decimal("364.00"))
        self.assertEqual(issued.modified.number, "001-001-000000456")

    def test_note_without_its_document_is_refused(self):
        note = self._draft(move_type="out_refund")
        with self.assertRaisesRegex(UserError, "which document it changes"):
            note.action_post()

    def test_debit_note(self):
        """Interest of 12.00 with 15 % IVA: 13.80."""
        move = self._invoice()
        self._authorised(move)
        wizard = (
            self.env["account.debit.note"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"reason": "Interés por mora", "copy_lines": False})
        )
        note = self.env["account.move"].browse(wizard.create_debit()["res_id"])
        note.invoice_date = ecuador.today()
        note.invoice_line_ids = [
            Command.create(
                {
                    "name": "Interés por mora",
                    "quantity": 1,
                    "price_unit": 12,
                    "tax_ids": [Command.set(self.rice.taxes_id.ids)],
                }
            )
        ]
        note.action_post()
        issued = self._authorised(note)
        self.assertEqual(issued.CODE, "05")
        self.assertEqual(issued.total, Decimal("13.80"))
        self.assertEqual(issued.charges[0].reason, "Interés por mora")

    def test_purchase_liquidation_is_numbered_by_the_point(self):
        journal = self._make_journal("purchase", "LIQ")
        journal.o2c_emission_point_id = self.point
        farmer = self._make_partner(
            "Rosa Campesina", "1712345678", id_type="l10n_ec.ec_dni"
        )
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "journal_id": journal.id,
                "partner_id": farmer.id,
                "invoice_date": ecuador.today(),
                "l10n_latam_document_type_id": self.env.ref("l10n_ec.ec_dt_03").id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Papas",
                            "quantity": 5,
                            "price_unit": 20,
                            "tax_ids": [
                                Command.set(self._tax("zero_vat", "purchase").ids)
                            ],
                        }
                    )
                ],
            }
        )
        bill.action_post()
        self.assertEqual(bill.name, "LiqCo 001-001-000000001")
        issued = self._authorised(bill)
        self.assertEqual(issued.CODE, "03")
        self.assertEqual(issued.total, Decimal("100.00"))
