from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..sri_core import arithmetic, parser
from ..tools import ecuador
from .common import SimulatorCommon

SUPPLIER_RUC = "1792060346001"


class SpecialCommon(SimulatorCommon):
    def _authorised(self, record):
        document = self._document(record)
        self._run_outbox(document)
        self.assertEqual(document.state, "authorised", document.note_ids.mapped("text"))
        issued = parser.parse(document._o2c_authorised_bytes()).document
        self.assertEqual(arithmetic.check(issued), [])
        return issued


@tagged("post_install", "-at_install")
class TestExport(SpecialCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.env["res.partner"].create(
            {
                "name": "Andean Foods LLC",
                "is_company": True,
                "vat": "EIN-987654",
                "country_id": cls.env.ref("base.us").id,
                "l10n_latam_identification_type_id": cls.env.ref(
                    "l10n_latam_base.it_fid"
                ).id,
                "street": "5 Bay Street",
                "city": "Miami",
            }
        )
        cls.freight = cls._make_product(
            "Flete marítimo", 120, "zero_vat", type="service"
        )
        cls.freight.o2c_sri_export_cost = "freight"

    def _export(self, **values):
        """Milk 100 × 1.10 = 110.00 at 0 %, freight 120.00: total 230.00."""
        return self._draft(
            [(self.milk, 100, 1.1, 0), (self.freight, 1, 120, 0)],
            partner=self.buyer,
            **values,
        )

    def test_authorised_with_its_costs_in_the_header(self):
        move = self._export(
            invoice_incoterm_id=self.env.ref("account.incoterm_CFR").id,
            incoterm_location="Miami",
            o2c_loading_port="Guayaquil",
            o2c_destination_port="Miami",
        )
        self.assertTrue(move.o2c_is_export)
        move.action_post()
        issued = self._authorised(move)
        self.assertEqual(len(issued.lines), 1)
        self.assertEqual(issued.subtotal, Decimal("110.00"))
        self.assertEqual(issued.total, Decimal("230.00"))
        self.assertEqual(sum(p.total for p in issued.payments), Decimal("230.00"))
        self.assertEqual(issued.taxes[0].rate_code, "0")
        export = issued.export
        self.assertEqual((export.kind, export.incoterm), ("EXPORTADOR", "CFR"))
        self.assertEqual(export.freight, Decimal("120.00"))
        self.assertEqual(
            (export.origin_country, export.destination_country), ("593", "110")
        )

    def test_all_that_is_missing_at_once(self):
        self.buyer.country_id = self.env.ref("base.xk")
        move = self._export()
        with self.assertRaises(UserError) as refused:
            move.action_post()
        for part in ("incoterm", "place", "loading", "destination", "Kosovo"):
            self.assertIn(part, str(refused.exception))

    def test_countries_have_the_codes_of_the_sri(self):
        """Neighbours that are easily mixed up; no code stands for two countries."""
        for country, code in (
            ("mx", "116"),
            ("pa", "118"),
            ("pe", "120"),
            ("ve", "126"),
            ("es", "209"),
            ("ec", "593"),
        ):
            self.assertEqual(self.env.ref(f"base.{country}").o2c_sri_code, code)
        coded = self.env["res.country"].search([("o2c_sri_code", "!=", False)])
        self.assertGreater(len(coded), 240)
        self.assertEqual(len(set(coded.mapped("o2c_sri_code"))), len(coded))

    def test_at_home_a_freight_is_a_line(self):
        move = self._invoice([(self.milk, 100, 1.1, 0), (self.freight, 1, 120, 0)])
        self.assertEqual(len(self._authorised(move).lines), 2)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestReimbursement(SpecialCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls._make_partner(
            "Proveedor S.A.", SUPPLIER_RUC, is_company=True
        )

    def _bill(self, number, authorisation="1234567890"):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": ecuador.today(),
                "l10n_latam_document_type_id": self.env.ref("l10n_ec.ec_dt_01").id,
                "l10n_latam_document_number": number,
                "o2c_sri_authorisation": authorisation,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Estiba",
                            "price_unit": 100,
                            "tax_ids": [(6, 0, self._tax("vat15", "purchase").ids)],
                        },
                    )
                ],
            }
        )
        bill.action_post()
        return bill

    def test_bills_are_passed_on(self):
        """Two bills of 100.00 + 15.00; the invoice carries the same 230.00."""
        bills = self._bill("001-001-000000001") + self._bill("001-001-000000002")
        move = self._invoice(
            [(self.rice, 2, 100, 0)], o2c_reimbursed_bill_ids=[(6, 0, bills.ids)]
        )
        issued = self._authorised(move)
        totals = issued.reimbursement_totals
        self.assertEqual(
            (totals.document_code, totals.base, totals.tax, totals.total),
            ("41", Decimal("200.00"), Decimal("30.00"), Decimal("230.00")),
        )
        self.assertEqual(
            [(r.supplier_id, r.sequential) for r in issued.reimbursements],
            [(SUPPLIER_RUC, "000000001"), (SUPPLIER_RUC, "000000002")],
        )

    def test_problems_of_the_bills(self):
        bill = self._bill("001-001-000000003", authorisation=False)
        with self.assertRaises(UserError) as refused:
            self._invoice(
                [(self.rice, 1, 50, 0)], o2c_reimbursed_bill_ids=[(6, 0, bill.ids)]
            )
        self.assertIn("authorisation (SRI) is missing", str(refused.exception))
        self.assertIn("more than its total", str(refused.exception))

    def test_only_posted_vendor_bills_are_passed_on(self):
        bill = self._bill("001-001-000000004")
        bill.button_draft()
        with self.assertRaisesRegex(UserError, "must be a posted vendor bill"):
            self._invoice(
                [(self.rice, 9, 50, 0)], o2c_reimbursed_bill_ids=[(6, 0, bill.ids)]
            )
