from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..sri_core import access_key as sri_key
from ..tools import ecuador
from .common import SimulatorCommon, make_p12
from .common_received import SUPPLIER_RUC, ReceivedCommon


@tagged("post_install", "-at_install")
class TestReceived(ReceivedCommon):
    def test_becomes_a_draft_bill(self):
        key = self._billed()
        wizard = self.env["o2c.sri.fetch"].with_user(self.accountant)
        wizard.create({"access_keys": f" {key}\n{key}\n"}).action_fetch()
        received = self.env["o2c.sri.received"].search([])
        self.assertRecordValues(
            received,
            [
                {
                    "access_key": key,
                    "supplier_ruc": SUPPLIER_RUC,
                    "partner_id": self.supplier.id,
                    "number": "002-003-000000077",
                    "subtotal": 190,
                    "tax_total": 28.5,
                    "total": 218.5,
                }
            ],
        )
        self.assertEqual(len(self.sri.store.requests(service="authorization")), 1)

        bill = received.with_user(self.accountant)._o2c_create_bill()
        self.assertRecordValues(
            bill,
            [
                {
                    "state": "draft",
                    "move_type": "in_invoice",
                    "l10n_latam_document_number": "002-003-000000077",
                    "o2c_sri_authorisation": key,
                    "amount_total": 218.5,
                }
            ],
        )
        self.assertEqual(bill.invoice_line_ids.product_id, self.rice)
        self.assertEqual(received._o2c_create_bill(), bill, "created once")
        with self.assertRaises(UserError):
            received.total = 1

    def test_refused_with_the_reason_and_nothing_kept(self):
        stranger = self._billed(buyer="1791111111001")
        cases = (
            ("123", "not an access key"),
            (stranger, "not to"),
            (
                sri_key.build(
                    ecuador.today(), "01", SUPPLIER_RUC, "1", "002", "003", 9, 1
                ),
                "no authorised document",
            ),
        )
        for key, reason in cases:
            with self.assertRaisesRegex(UserError, reason):
                self.env["o2c.sri.received"]._o2c_fetch(key, self.company)
        self.sri.faults.add("down")
        with self.assertRaisesRegex(UserError, "does not answer"):
            self.env["o2c.sri.received"]._o2c_fetch(stranger, self.company)
        self.assertFalse(self.env["o2c.sri.received"].search([]))

    def test_fetching_is_for_accountants(self):
        clerk = new_test_user(
            self.env,
            "sri_clerk",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["o2c.sri.received"].with_user(clerk).action_fetch(self._billed())


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestTwoCompanies(SimulatorCommon):
    def test_each_issues_as_itself(self):
        """The second company has its own RUC, certificate and numbers."""
        first = self._document(self._invoice())
        other_ruc = "0991234567001"
        other = self.env["res.company"].create({
            "name": "Mayorista del Guayas",
            "country_id": self.env.ref("base.ec").id,
            "currency_id": self.env.ref("base.USD").id,
        })  # fmt: skip
        self.env["account.chart.template"].try_loading(
            "ec", company=other, install_demo=False
        )
        self._set_up_issuer(other, other_ruc, make_p12(other_ruc))
        other.o2c_sri_host = self.sri.base_url("pruebas")
        both = [other.id, self.company.id]
        journal = self.env["account.journal"].search(
            [("company_id", "=", other.id), ("type", "=", "sale")], limit=1
        )
        point = self._make_point(other)
        journal.o2c_emission_point_id = point
        tax = self.env["account.tax"].search(
            [
                ("company_id", "=", other.id),
                ("type_tax_use", "=", "sale"),
                ("tax_group_id.l10n_ec_type", "=", "vat15"),
            ],
            limit=1,
        )
        moves = self.env["account.move"].with_context(allowed_company_ids=both)
        move = moves.create({
            "move_type": "out_invoice",
            "partner_id": self.customer.id,
            "journal_id": journal.id,
            "invoice_line_ids": [
                Command.create({
                    "name": "Arroz",
                    "quantity": 1,
                    "price_unit": 100,
                    "tax_ids": [Command.set(tax.ids)],
                })  # fmt: skip
            ],
        })  # fmt: skip
        move.action_post()
        second = self._document(move)
        self.assertEqual(second.company_id, other)
        self.assertEqual(second.number, first.number, "each counts for itself")
        self.assertEqual(second._o2c_comprobante().issuer.ruc, other_ruc)
        self._run_outbox(first | second)
        self.assertEqual(first.state, "authorised")
        self.assertEqual(second.state, "authorised", second.note_ids.mapped("text"))
