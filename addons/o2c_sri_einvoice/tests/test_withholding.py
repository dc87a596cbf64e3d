from datetime import timedelta
from decimal import Decimal

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..sri_core import access_key as sri_key
from ..sri_core import builders, certificate, issue, parser, signer
from ..sri_core import documents as doc
from ..sri_core.signer import SignatureIds
from ..tools import ecuador
from .common import PASSWORD, SimulatorCommon, make_p12

SUPPLIER_RUC = "1792060346001"


class IssuedCommon(SimulatorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls._make_partner("Proveedor S.A.", SUPPLIER_RUC)
        cls.transport = cls._make_product("Flete", 200, "vat15", type="service")
        cls.purchase_tax = cls._tax("vat15", "purchase")

    def _bill(self, number="001-001-000000077", days_ago=0):
        """Goods 1 000.00 and services 200.00, both with 15 % IVA: total 1 380.00."""
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": ecuador.today() - timedelta(days=days_ago),
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


@tagged("post_install", "-at_install")
class TestWithholdingIssued(IssuedCommon):
    def test_proposed_posted_and_authorised(self):
        """Renta 2 % of 1 000 = 20 and 3 % of 200 = 6.

        IVA 30 % of 150 = 45 and 70 % of 30 = 21. Withheld 92.00, and
        1 380.00 − 92.00 = 1 288.00 stay to be paid.
        """
        self.company.o2c_sri_provider_ruc = "1790000001001"
        bill = self._bill()
        withholding = bill.with_user(self.accountant)._o2c_propose_withholding()
        self.assertEqual(
            sorted(withholding.line_ids.mapped(lambda r: (r.kind, r.code, r.amount))),
            [("1", "312", 20), ("1", "3440", 6), ("2", "1", 45), ("2", "2", 21)],
        )
        with self.assertRaises(AccessError):
            withholding.write({"state": "posted"})
        withholding.action_post()
        taken = withholding.sudo().o2c_sri_document_ids
        self._find_number_taken(taken)
        taken.with_user(self.accountant).action_correct()
        self.assertEqual(withholding.name, "001-001-000000002", "the next number")
        with self.assertRaises(AccessError):
            withholding.write({"state": "draft"})
        with self.assertRaisesRegex(UserError, "cannot change"):
            withholding.line_ids[0].amount = 1
        self.assertEqual(bill.amount_residual, 1288)
        self.assertEqual(bill.o2c_withheld, 92)
        document = withholding.sudo().o2c_sri_document_ids - taken
        self._run_outbox()
        self.assertEqual(document.state, "authorised", document.note_ids.mapped("text"))
        issued = parser.parse(document._o2c_authorised_bytes()).document
        support = issued.support_documents[0]
        self.assertEqual(support.number, "001001000000077")
        self.assertEqual(sum(r.amount for r in support.retentions), Decimal("92.00"))
        self.assertEqual(issued.subject.id_number, SUPPLIER_RUC)
        self.assertIn("1790000001001", [d.value for d in issued.additional_info])

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


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestWithholdingRules(IssuedCommon):
    """Boxes of the tax forms, many bills, liquidations, the days of the law."""

    def test_boxes_of_the_tax_forms_are_those_of_core(self):
        """The same entry as core's with its tax 312: base 1 000 in 312, tax in 362.

        Core's tax has 1.75 %, so that only boxes and signs are compared.
        """
        bill = self._bill()
        withholding = bill._o2c_propose_withholding()
        withholding.action_post()
        ours = {
            tag.name: sum(
                withholding.move_id.line_ids.filtered(
                    lambda line, t=tag: t in line.tax_tag_ids
                ).mapped("balance")
            )
            for tag in withholding.move_id.line_ids.tax_tag_ids
        }
        self.assertEqual(
            ours,
            {
                "312 (Reporte 103)": 1000,
                "362 (Reporte 103)": -20,
                "3440 (Reporte 103)": 200,
                "3940 (Reporte 103)": -6,
                "725 (Reporte 104)": -45,
                "729 (Reporte 104)": -21,
            },
        )
        tax = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("l10n_ec_code_ats", "=", "312")],
            limit=1,
        )
        core = self._bill("001-001-000000099")
        core.button_draft()
        core.invoice_line_ids[0].tax_ids |= tax
        signs = {}
        for name in ("312 (Reporte 103)", "362 (Reporte 103)"):
            lines = core.line_ids.filtered(
                lambda line, n=name: n in line.tax_tag_ids.mapped("name")
            )
            signs[name] = sum(lines.mapped("balance")) > 0
        self.assertEqual(signs, {tag: ours[tag] > 0 for tag in signs})

    def test_one_document_for_many_bills(self):
        """2 × 92.00 withheld; each bill keeps 1 288.00 to be paid."""
        bills = self._bill() + self._bill("001-001-000000078")
        action = bills.with_user(self.accountant).action_o2c_propose_withholding()
        withholding = self.env["o2c.sri.withholding"].browse(action["res_id"])
        withholding.with_user(self.accountant).action_post()
        self.assertEqual(withholding.total, 184)
        self.assertEqual(bills.mapped("amount_residual"), [1288, 1288])
        self._run_outbox()
        document = withholding.sudo().o2c_sri_document_ids
        self.assertEqual(document.state, "authorised", document.note_ids.mapped("text"))
        issued = parser.parse(document._o2c_authorised_bytes()).document
        self.assertEqual(
            [support.number for support in issued.support_documents],
            ["001001000000077", "001001000000078"],
        )

    def test_of_a_purchase_liquidation(self):
        """Potatoes for 100.00 of a farmer: 311, 3 %: 3.00; its key is its sustento."""
        journal = self._make_journal("purchase", "LIQ")
        journal.o2c_emission_point_id = self.point
        self.env["o2c.sri.withholding.rule"].create(
            {
                "name": "Liquidaciones",
                "sequence": 1,
                "document_type": "03",
                "code_id": self.env.ref(
                    "o2c_sri_einvoice.o2c_sri_withholding_code_renta_311"
                ).id,
                "date_from": "2026-03-01",
            }
        )
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
                            "price_unit": 100,
                            "tax_ids": [
                                Command.set(self._tax("zero_vat", "purchase").ids)
                            ],
                        }
                    )
                ],
            }
        )
        bill.action_post()
        withholding = bill._o2c_propose_withholding()
        self.assertEqual(withholding.line_ids.mapped("code"), ["311"])
        withholding.action_post()
        self._run_outbox()
        document = withholding.sudo().o2c_sri_document_ids
        self.assertEqual(document.state, "authorised", document.note_ids.mapped("text"))
        support = parser.parse(
            document._o2c_authorised_bytes()
        ).document.support_documents[0]
        self.assertEqual(support.document_type, "03")
        self.assertEqual(support.authorisation, bill.o2c_sri_access_key)
        self.assertEqual(bill.amount_residual, 97)

    def test_reminded_once_before_it_is_late(self):
        """Of a bill of eight days ago, and not of one of today nor one withheld."""
        self.company.o2c_sri_withholding_agent = "1"
        self.company.o2c_sri_responsible_id = self.accountant
        today_bill = self._bill("001-001-000000101")
        late = self._bill("001-001-000000102", days_ago=8)
        done = self._bill("001-001-000000103", days_ago=8)
        done._o2c_propose_withholding().action_post()
        moves = self.env["account.move"]
        for _day in range(2):
            moves._cron_o2c_withholding_alerts()
        self.assertEqual(len(late.activity_ids), 1)
        self.assertEqual(
            late.activity_ids.date_deadline,
            ecuador.add_working_days(late.invoice_date, 5),
        )
        self.assertFalse((today_bill | done).activity_ids)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestWithholdingReceived(SimulatorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = cls._make_partner("Cadena Agente S.A.", SUPPLIER_RUC)
        cls.agent_p12 = make_p12(SUPPLIER_RUC)

    def _withheld_by_customer(self, number, subject_ruc=None, dated=None, old=False):
        """Register at the SRI what the customer withheld: 2 % of 325 and 30 % of 48.75.

        6.50 of income tax and 14.63 of IVA: 21.13. ``old`` is version 1.0.0.
        """
        now = ecuador.now()
        support = self._support(number, dated or now.date())
        head = {
            "issuer": doc.Issuer(
                ruc=SUPPLIER_RUC, legal_name="CADENA AGENTE S.A.", main_address="Quito"
            ),
            "environment": "1",
            "access_key": sri_key.build(
                now.date(), "07", SUPPLIER_RUC, "1", "001", "001", 5, 12345678
            ),
            "establishment": "001",
            "emission_point": "001",
            "sequential": "000000005",
            "issue_date": now.date(),
            "subject": doc.Party(
                id_type="04",
                id_number=subject_ruc or self.company.vat,
                name=self.company.name,
            ),
            "period": f"{now:%m/%Y}",
        }
        credential = certificate.load_p12(self.agent_p12, PASSWORD, now, SUPPLIER_RUC)
        if old:
            root = builders.write(doc.FlatWithholding(**head, rows=self._rows(support)))
            xml = signer.sign_element(root, credential, now, SignatureIds(1))
        else:
            document = doc.Withholding(**head, support_documents=(support,))
            xml = issue.prepare(document, credential, now, SignatureIds(1)).xml
        self.sri.register(xml)
        return head["access_key"]

    def _rows(self, support):
        """Return the withheld taxes as version 1.0.0 has them: each names its bill."""
        return tuple(
            doc.FlatRetention(
                code=retention.code,
                retention_code=retention.retention_code,
                base=retention.base,
                rate=retention.rate,
                amount=retention.amount,
                document_type="01",
                document_number=support.number,
                document_date=support.issue_date,
            )
            for retention in support.retentions
        )

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
            found,
            [{"document_type": "07", "supplier_ruc": SUPPLIER_RUC, "total": 21.13}],
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

    def test_of_the_old_version_is_matched_as_well(self):
        move = self._invoice(partner=self.agent)
        key = self._withheld_by_customer(self._document(move).number, old=True)
        received = self.env["o2c.sri.received"]._o2c_fetch(key, self.company)
        withholding = received.with_user(self.accountant)._o2c_create_withholding()
        self.assertEqual(withholding.line_ids.bill_id, move)
        withholding.action_post()
        self.assertEqual(move.amount_residual, 352.62)

    def test_after_the_customer_paid_all_it_is_his_credit(self):
        """373.75 paid before: the 21.13 stay open in favour of the customer."""
        move = self._invoice(partner=self.agent)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({})._create_payments()
        key = self._withheld_by_customer(self._document(move).number)
        received = self.env["o2c.sri.received"]._o2c_fetch(key, self.company)
        withholding = received.with_user(self.accountant)._o2c_create_withholding()
        self.assertIn("stays as credit", withholding.warnings)
        withholding.action_post()
        credit = withholding.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertAlmostEqual(sum(credit.mapped("amount_residual")), -21.13)

    def test_in_a_closed_period_the_entry_is_dated_after_it(self):
        move = self._invoice(partner=self.agent)
        key = self._withheld_by_customer(self._document(move).number)
        received = self.env["o2c.sri.received"]._o2c_fetch(key, self.company)
        withholding = received._o2c_create_withholding()
        self.company.tax_lock_date = ecuador.today()
        withholding.invalidate_recordset()
        self.assertIn("is closed", withholding.warnings)
        withholding.action_post()
        self.assertEqual(withholding.move_id.date, ecuador.today() + timedelta(days=1))

    def test_of_another_date_is_refused(self):
        """The same number with another date is another document."""
        move = self._invoice(partner=self.agent)
        key = self._withheld_by_customer(
            self._document(move).number, dated=ecuador.today() - timedelta(days=40)
        )
        received = self.env["o2c.sri.received"]._o2c_fetch(key, self.company)
        with self.assertRaisesRegex(UserError, "but the document says"):
            received._o2c_create_withholding()

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
