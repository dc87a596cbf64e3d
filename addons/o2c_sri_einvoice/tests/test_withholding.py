from decimal import Decimal

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..sri_core import access_key as sri_key
from ..sri_core import certificate, issue, parser
from ..sri_core import documents as doc
from ..sri_core.signer import SignatureIds
from ..tools import ecuador
from .common import PASSWORD, SimulatorCommon, make_p12

SUPPLIER_RUC = "1792060346001"


@tagged("post_install", "-at_install")
class TestWithholdingIssued(SimulatorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls._make_partner("Proveedor S.A.", SUPPLIER_RUC)
        cls.transport = cls._make_product("Flete", 200, "vat15", type="service")
        cls.purchase_tax = cls._tax("vat15", "purchase")

    def _bill(self, number="001-001-000000077"):
        """Goods 1 000.00 and services 200.00, both with 15 % IVA: total 1 380.00."""
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": ecuador.today(),
                "l10n_latam_document_type_id": self.env.ref("l10n_ec.ec_dt_01").id,
                "l10n_latam_document_number": number,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": 1,
                            "price_unit": price,
                            "tax_ids": [Command.set(self.purchase_tax.ids)],
                        }
                    )
                    for product, price in ((self.rice, 1000), (self.transport, 200))
                ],
            }
        )
        bill.action_post()
        return bill

    def test_proposed_posted_and_authorised(self):
        """Renta 2 % of 1 000 = 20 and 3 % of 200 = 6.

        IVA 30 % of 150 = 45 and 70 % of 30 = 21. Withheld 92.00, and
        1 380.00 − 92.00 = 1 288.00 stay to be paid.
        """
        bill = self._bill()
        withholding = bill.with_user(self.accountant)._o2c_propose_withholding()
        self.assertEqual(
            sorted(withholding.line_ids.mapped(lambda r: (r.kind, r.code, r.amount))),
            [("1", "312", 20), ("1", "3440", 6), ("2", "1", 45), ("2", "2", 21)],
        )
        with self.assertRaises(AccessError):
            withholding.write({"state": "posted"})
        withholding.action_post()
        with self.assertRaises(AccessError):
            withholding.write({"state": "draft"})
        with self.assertRaisesRegex(UserError, "cannot change"):
            withholding.line_ids[0].amount = 1
        self.assertEqual(bill.amount_residual, 1288)
        self.assertEqual(bill.o2c_withheld, 92)
        document = withholding.sudo().o2c_sri_document_ids
        self._run_outbox()
        self.assertEqual(document.state, "authorised", document.note_ids.mapped("text"))
        issued = parser.parse(document._o2c_authorised_bytes()).document
        support = issued.support_documents[0]
        self.assertEqual(support.number, "001001000000077")
        self.assertEqual(sum(r.amount for r in support.retentions), Decimal("92.00"))
        self.assertEqual(issued.subject.id_number, SUPPLIER_RUC)

        with self.assertRaisesRegex(UserError, "handed to the SRI"):
            withholding.action_draft()
        with self.assertRaisesRegex(UserError, "handed to the SRI"):
            withholding.move_id.button_draft()

    def test_nothing_more_than_the_bill_is_withheld(self):
        bill = self._bill()
        withholding = bill._o2c_propose_withholding()
        withholding.line_ids[0].base = 100000
        with self.assertRaisesRegex(UserError, "only 1380.0 is"):
            withholding.action_post()


@tagged("post_install", "-at_install")
class TestWithholdingReceived(SimulatorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = cls._make_partner("Cadena Agente S.A.", SUPPLIER_RUC)
        cls.agent_p12 = make_p12(SUPPLIER_RUC)

    def _withheld_by_customer(self, number, subject_ruc=None):
        """Register at the SRI what the customer withheld: 2 % of 325 and 30 % of 48.75.

        6.50 of income tax and 14.63 of IVA: 21.13.
        """
        now = ecuador.now()
        key = sri_key.build(
            now.date(), "07", SUPPLIER_RUC, "1", "001", "001", 5, 12345678
        )
        document = doc.Withholding(
            issuer=doc.Issuer(
                ruc=SUPPLIER_RUC, legal_name="CADENA AGENTE S.A.", main_address="Quito"
            ),
            environment="1",
            access_key=key,
            establishment="001",
            emission_point="001",
            sequential="000000005",
            issue_date=now.date(),
            subject=doc.Party(
                id_type="04",
                id_number=subject_ruc or self.company.vat,
                name=self.company.name,
            ),
            period=f"{now:%m/%Y}",
            support_documents=(self._support(number, now.date()),),
        )
        credential = certificate.load_p12(self.agent_p12, PASSWORD, now, SUPPLIER_RUC)
        signed = issue.prepare(document, credential, now, SignatureIds(1))
        self.sri.register(signed.xml)
        return key

    def _support(self, number, day):
        rows = (("1", "312", "325", "2", "6.50"), ("2", "1", "48.75", "30", "14.63"))
        return doc.SupportDocument(
            document_type="01",
            number=number.replace("-", ""),
            issue_date=day,
            support_code="01",
            subtotal=Decimal("325.00"),
            total=Decimal("373.75"),
            taxes=(
                doc.SupportTax(
                    code="2",
                    rate_code="4",
                    base=Decimal("325.00"),
                    rate=Decimal(15),
                    amount=Decimal("48.75"),
                ),
            ),
            retentions=tuple(
                doc.Retention(
                    code=kind,
                    retention_code=code,
                    base=Decimal(base),
                    rate=Decimal(rate),
                    amount=Decimal(amount),
                )
                for kind, code, base, rate, amount in rows
            ),
            payments=(doc.Payment(method="20", total=Decimal("373.75")),),
        )

    def test_fetched_booked_and_reconciled(self):
        """373.75 invoiced − 21.13 withheld = 352.62 to collect."""
        move = self._invoice(partner=self.agent)
        key = self._withheld_by_customer(self._document(move).number)
        received = self.env["o2c.sri.received"].with_user(self.accountant)
        action = received.action_fetch(key)
        found = received.browse(action["res_id"])
        self.assertRecordValues(
            found, [{"document_type": "07", "supplier_ruc": SUPPLIER_RUC}]
        )
        self.assertEqual(received.action_fetch(key)["res_id"], found.id, "kept once")

        withholding = found._o2c_create_withholding()
        self.assertRecordValues(
            withholding, [{"direction": "received", "total": 21.13}]
        )
        withholding.action_post()
        self.assertEqual(move.amount_residual, 352.62)
        self.assertEqual(move.o2c_withheld, 21.13)
        self.assertFalse(withholding.o2c_sri_document_ids, "it is not ours to issue")

    def test_of_somebody_else_is_refused(self):
        move = self._invoice(partner=self.agent)
        key = self._withheld_by_customer(
            self._document(move).number, subject_ruc="1791111111001"
        )
        with self.assertRaisesRegex(UserError, "not to"):
            self.env["o2c.sri.received"]._o2c_fetch(key, self.company)
        self.assertFalse(self.env["o2c.sri.received"].search([]))

    def test_of_an_unknown_invoice_is_refused(self):
        key = self._withheld_by_customer("001-001-000099999")
        received = self.env["o2c.sri.received"]._o2c_fetch(key, self.company)
        with self.assertRaisesRegex(UserError, "001001000099999"):
            received._o2c_create_withholding()
