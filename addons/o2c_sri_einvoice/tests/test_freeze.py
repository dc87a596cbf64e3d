from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import SriCommon, make_p12


@tagged("post_install", "-at_install")
class TestFreeze(SriCommon):
    """What the SRI may hold is neither changed nor deleted, by nobody."""

    def _held(self):
        move = self._invoice()
        self._document(move).write({"state": "sent", "attempts": 1})
        return move

    def test_entry_is_frozen(self):
        move = self._held()
        for change in (
            lambda: move.button_draft(),
            lambda: move.button_cancel(),
            lambda: move.write({"state": "draft"}),
            lambda: move.write({"name": "Fact 001-001-000000099"}),
            lambda: move.write({"partner_id": self.partner_a.id}),
            lambda: move.with_context(skip_readonly_check=True).write(
                {"invoice_date": "2026-01-01"}
            ),
            lambda: move.with_context(force_delete=True).unlink(),
            lambda: move.invoice_line_ids.write({"price_unit": 1}),
            lambda: move.invoice_line_ids.write({"quantity": 1}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.amount_total, 373.75)

    def test_document_is_frozen(self):
        move = self._invoice()
        document = self._document(move)
        with self.assertRaises(UserError):
            document.unlink()
        document.write({"state": "authorised"})
        for vals in (
            {"access_key": "0" * 49},
            {"signed_xml": False},
            {"state": "draft"},
            {"state": "signed"},
            {"sequential": "000000009"},
        ):
            with self.assertRaises(UserError):
                document.write(vals)

    def test_never_sent_is_corrected_under_its_number(self):
        move = self._invoice()
        document = self._document(move)
        key, number = document.access_key, move.name
        move.button_draft()
        self.assertEqual(document.state, "draft")
        self.assertFalse(document._o2c_due())
        refused = self.assertRaisesRegex(UserError, "cannot be deleted")
        with refused, self.env.cr.savepoint():
            move.unlink()
        with self.assertRaisesRegex(UserError, "number"), self.env.cr.savepoint():
            move.button_cancel()
        move.invoice_line_ids.price_unit = 40
        move.action_post()
        self.assertEqual((document.access_key, move.name), (key, number))
        self.assertEqual(document.total, 460)
        self.assertEqual(document.state, "signed")


@tagged("post_install", "-at_install")
class TestRights(SriCommon):
    def test_everybody_only_reads(self):
        document = self._document(self._invoice())
        for operation in ("write", "create", "unlink"):
            with self.assertRaises(AccessError):
                document.with_user(self.accountant).check_access(operation)
        self.assertEqual(document.with_user(self.accountant).state, "signed")

    def test_salesman_cannot_send_nor_annul(self):
        salesman = new_test_user(
            self.env,
            "sri_salesman",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        document = self._document(self._invoice()).with_user(salesman)
        self.assertTrue(document.number)
        with self.assertRaises(AccessError):
            document.action_send_now()
        with self.assertRaises(AccessError):
            document.action_record_annulment()
        with self.assertRaises(AccessError):
            self.env["o2c.sri.received"].with_user(salesman).action_fetch("0" * 49)

    def test_nobody_reads_the_secret(self):
        certificate = self.company.o2c_sri_certificate_id
        self.assertTrue(certificate.has_secret)
        self.assertFalse(certificate.content)
        self.assertFalse(certificate.password)
        for name in ("secret", "secret_password"):
            with self.assertRaises(AccessError):
                certificate.with_user(self.env.ref("base.user_admin")).read([name])
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT secret FROM o2c_sri_certificate WHERE id = %s", [certificate.id]
        )
        self.assertNotIn(self.p12[:40], bytes(self.env.cr.fetchone()[0]))

    def test_other_company_sees_nothing(self):
        document = self._document(self._invoice())
        other = self.env["res.company"].create({"name": "Otra"})
        stranger = new_test_user(
            self.env,
            "sri_stranger",
            groups="account.group_account_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for model in ("document", "certificate", "emission.point"):
            records = self.env[f"o2c.sri.{model}"].with_user(stranger)
            found = records.with_context(allowed_company_ids=other.ids).search([])
            self.assertFalse(found, model)
        foreign = document.with_user(stranger)
        with self.assertRaises(AccessError):
            foreign.with_context(allowed_company_ids=other.ids).read(["access_key"])

    def test_neutralised_copy_does_not_sign_in_production(self):
        self.company.o2c_sri_environment = "2"
        self.env["ir.config_parameter"].sudo().set_param("database.is_neutralized", "1")
        move = self._draft()
        with self.assertRaisesRegex(UserError, "neutralised"):
            move.action_post()


@tagged("post_install", "-at_install")
class TestProblems(SriCommon):
    def test_all_problems_at_once(self):
        self.customer.vat = "1791234561000"
        move = self._draft(
            [(self.rice, 1, 10, 0), (self.milk, 1, 1, 0)],
            invoice_date="2026-01-02",
        )
        move.invoice_line_ids[1].tax_ids = False
        with self.assertRaises(UserError) as refused:
            move.with_user(self.accountant).action_post()
        text = str(refused.exception)
        self.assertIn("13 digits", text)
        self.assertIn("2026-01-02", text)
        self.assertIn("Leche", text)
        self.assertEqual(move.state, "draft")
        self.assertFalse(self._document(move))

    def test_final_consumer_above_fifty_must_be_identified(self):
        anyone = self._make_partner("CONSUMIDOR FINAL", "9" * 13)
        self._invoice([(self.milk, 10, 5, 0)], partner=anyone)
        with self.assertRaisesRegex(UserError, "identified"):
            self._invoice([(self.milk, 11, 5, 0)], partner=anyone)

    def test_certificate_of_another_ruc_is_refused(self):
        with self.assertRaises(ValidationError):
            self._set_up_issuer(
                self.company, self.company.vat, make_p12("1790012346001")
            )

    def test_tax_of_the_document_is_the_sris(self):
        """Three lines of 1.10 at 15 %: 3 × round(0.165) = 0.51, round(0.495) = 0.50.

        Odoo's chart rounds per line; the SRI refuses the difference (error 52).
        """
        move = self._invoice([(self.rice, 1, 1.10, 0)] * 3)
        self.assertEqual(move.amount_tax, 0.50)
        self.assertEqual(move.amount_total, 3.80)

    def test_discount_line_becomes_discount(self):
        """325.00 − 25.00 global: the SRI takes no negative line; total 345.00."""
        move = self._invoice([(self.rice, 10, 32.5, 0), (self.rice, 1, -25, 0)])
        issued = self._document(move)._o2c_comprobante()
        self.assertEqual(len(issued.lines), 1)
        self.assertEqual(str(issued.lines[0].discount), "25.00")
        self.assertEqual(str(issued.total), "345.00")

    def test_journal_without_point_issues_nothing(self):
        self.journal.o2c_emission_point_id = False
        self.assertFalse(self._document(self._invoice(invoice_date="2020-01-02")))
