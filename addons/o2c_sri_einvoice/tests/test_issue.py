import base64
from datetime import date, timedelta
from decimal import Decimal

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..sri_core import codes, parser
from ..tools import ecuador
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
        self.assertEqual(move.invoice_date, ecuador.today())
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

    def _excise(self, kind, amount, **values):
        group = self.env["account.tax.group"].search(
            [("company_id", "=", self.company.id), ("l10n_ec_type", "=", kind)], limit=1
        )
        return self.env["account.tax"].create(
            {
                "name": kind.upper(),
                "company_id": self.company.id,
                "tax_group_id": group.id,
                "amount": amount,
                "sequence": 1,
                **values,
            }
        )

    def test_excise_is_issued_and_iva_charged_on_ice(self):
        """24 × 0.50 = 12.00, ICE 10 % 1.20, IVA of 13.20 1.98, 24 × 0.02 = 0.48."""
        ice = self._excise(
            "ice", 10, l10n_ec_code_applied="3053", include_base_amount=True
        )
        bottles = self._excise("irbpnr", 0.02, amount_type="fixed")
        beer = self._make_product("Cerveza", 0.5, "vat15")
        beer.taxes_id |= ice | bottles
        move = self._invoice([(beer, 24, 0.5, 0)])
        self.assertEqual(move.amount_total, 15.66)
        issued = self._document(move)._o2c_comprobante()
        taxes = {(t.code, t.rate_code): (t.base, t.amount) for t in issued.taxes}
        self.assertEqual(
            taxes,
            {
                ("2", "4"): (Decimal("13.20"), Decimal("1.98")),
                ("3", "3053"): (Decimal("12.00"), Decimal("1.20")),
                ("5", "5001"): (Decimal("12.00"), Decimal("0.48")),
            },
        )
        self._run_outbox()
        self.assertEqual(move.o2c_sri_state, "authorised")

    def test_ice_of_the_chart_has_its_code(self):
        """A hundred plastic bags: ICE 100 × 0.10 = 10.00, IVA 15 % of 12.00 = 1.80.

        As the chart has it, IVA is not charged on the ICE: that is said.
        """
        bags = self.env["account.tax"].search(
            [
                ("company_id", "=", self.company.id),
                ("tax_group_id.l10n_ec_type", "=", "ice"),
                ("amount", "=", 0.10),
            ]
        )
        bag = self._make_product("Funda", 0.02, "vat15")
        bag.taxes_id |= bags
        with self.assertRaisesRegex(UserError, "IVA is charged on it"):
            self._invoice([(bag, 100, 0.02, 0)])
        bags.write({"include_base_amount": True, "sequence": 1})
        move = self._invoice([(bag, 100, 0.02, 0)])
        taxes = self._document(move)._o2c_comprobante().taxes
        self.assertEqual(
            {(t.code, t.rate_code): t.amount for t in taxes},
            {("2", "4"): Decimal("1.80"), ("3", "3680"): Decimal("10.00")},
        )

    def test_codes_of_taxes_are_dated(self):
        """A code of the year 2090 does not count, nor one that a newer one follows."""
        codes_of = self.env["o2c.sri.tax.code"]
        common = {"l10n_ec_type": "vat15", "tax_code": "2", "rate": 15}
        codes_of.create(
            [
                {**common, "name": d, "rate_code": code, "date_from": d}
                for d, code in (("2026-01-01", "44"), ("2090-01-01", "99"))
            ]
        )
        tax = self.rice.taxes_id
        days = [date(2025, 12, 31), ecuador.today(), date(2090, 1, 1)]
        tables = codes_of._o2c_table(days)
        found = [codes_of._o2c_find(tax, tables[day])[1] for day in days]
        self.assertEqual(found, ["4", "44", "99"])
        before = date(2020, 1, 1)
        self.assertFalse(codes_of._o2c_find(tax, codes_of._o2c_table([before])[before]))

    def test_tax_of_another_rate_than_its_type_is_refused(self):
        """Somebody changed the rate of the chart's 15 % to 12."""
        self.rice.taxes_id.amount = 12
        with self.assertRaisesRegex(UserError, "no code of the SRI for its type and"):
            self._invoice()

    def test_algorithm_of_the_signature_is_the_setting(self):
        self.sri.settings.allow_sha256 = True
        self.addCleanup(setattr, self.sri.settings, "allow_sha256", False)
        for algorithm in ("sha1", "sha256"):
            self.company.o2c_sri_signature_algorithm = algorithm
            document = self._document(self._invoice())
            signed = document._o2c_signed_bytes().decode()
            self.assertIn(f"#rsa-{algorithm}", signed)
            self._run_outbox(document)
            self.assertEqual(document.state, "authorised")

    def _printed(self, move):
        issued = self._document(move)._o2c_comprobante()
        return issued.issuer, {d.name: d.value for d in issued.additional_info}

    def test_legends_of_the_day_of_issue(self):
        """One in force, one of last year, one for other documents only."""
        self.company.o2c_sri_withholding_agent = "00001"
        self.company.o2c_sri_backdating_days = 1
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
                {"kind": "agent", "value": "00077"},
                {"kind": "popular"},
                {"kind": "special", "value": "5368", "date_from": "2090-01-01"},
            ]
        )
        issuer, printed = self._printed(self._invoice())
        self.assertEqual(printed.get("Gran Contribuyente"), "NAC-1")
        self.assertFalse({"Anterior", "Solo notas"} & set(printed))
        self.assertEqual(issuer.withholding_agent, "77")
        self.assertEqual(issuer.rimpe, codes.RIMPE_LEGENDS[1])
        self.assertFalse(issuer.special_taxpayer)

        yesterday = ecuador.today() - timedelta(days=1)
        issuer, printed = self._printed(self._invoice(invoice_date=yesterday))
        self.assertNotIn("Gran Contribuyente", printed)
        self.assertEqual(issuer.withholding_agent, "1", "what the settings say")
        self.assertFalse(issuer.rimpe)

    def test_marks_that_the_sri_refuses_are_said_before(self):
        """The schema takes digits for an agent, and no hyphen for a special one."""
        self.company.o2c_sri_withholding_agent = "NAC-1"
        self.env["o2c.sri.legend"].create({"kind": "special", "value": "NAC 53"})
        with self.assertRaises(UserError) as refused:
            self._invoice()
        for part in ("NAC-1” is no number", "NAC 53” is no number"):
            self.assertIn(part, str(refused.exception))

    def test_legend_without_its_text_is_refused(self):
        for values in ({"value": "NAC-1"}, {"kind": "agent"}):
            with self.assertRaises(ValidationError):
                self.env["o2c.sri.legend"].create(values)
