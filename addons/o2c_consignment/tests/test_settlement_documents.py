from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
class TestSettlementDocuments(ConsignmentCommon):
    """Five sold at 100, agreed at 50: 250 due, mailed, billed and taken back."""

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product("=2+5 Licuadora")
        cls.consignor.email = "andino@example.com"

    def _sold(self, **terms):
        self._agree(self.consignor, {self.product: 50}, **terms)
        self._receive_consigned(self.consignor, self.product, 30)
        self.picking = self._deliver(self._sell(self.product, 5))
        return self._settle()

    def _reverse(self, bill):
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.accountant)
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({"reason": "Mal emitida", "journal_id": bill.journal_id.id})
        )
        return self.env["account.move"].browse(wizard.refund_moves()["res_id"])

    # === A BILL TAKEN BACK === #

    def test_reversed_bill_opens_the_settlement_again(self):
        settlement = self._sold()
        bill = self._bill(settlement)
        self._post_bill(self._reverse(bill))
        self.assertEqual(settlement.state, "accepted")
        self.assertEqual(settlement.amount_to_bill, 250)
        self.assertEqual(self._consumptions().state, "settled")
        self.assertEqual(self._accrued(), 250)
        second = self._bill(settlement)
        self.assertEqual(second.amount_untaxed, 250)
        self.assertEqual(settlement.state, "billed")
        self.assertEqual(self._accrued(), 0)
        open_lines = settlement.bill_ids.line_ids.filtered(
            lambda line: (
                line.account_id == self.company.o2c_consignment_accrual_account_id
                and not line.reconciled
            )
        )
        self.assertFalse(open_lines)

    def test_a_part_of_a_bill_is_not_taken_back(self):
        bill = self._bill(self._sold())
        note = self._reverse(bill)
        note.invoice_line_ids.quantity = 2
        with self.assertRaisesRegex(UserError, "takes back all of it"):
            self._post_bill(note)

    # === PURCHASE LIQUIDATION === #

    def test_who_cannot_invoice_is_billed_by_our_liquidation(self):
        if self.company.chart_template != "ec":
            self.skipTest("purchase liquidations are documents of Ecuador")
        settlement = self._sold(billing_document="liquidation")
        bill = settlement.action_create_bill()
        self.assertRecordValues(
            bill,
            [{"move_type": "in_invoice", "amount_untaxed": 250, "state": "draft"}],
        )
        self.assertEqual(bill.l10n_latam_document_type_id.code, "03")
        self.assertEqual(bill.partner_id, self.consignor)
        self._post_bill(bill)
        self.assertEqual(bill.l10n_latam_document_type_id.code, "03")
        self.assertEqual(self._accrued(), 0)

    def test_liquidation_cannot_be_negative(self):
        if self.company.chart_template != "ec":
            self.skipTest("purchase liquidations are documents of Ecuador")
        settlement = self._sold(billing_document="liquidation")
        self._post_bill(settlement.action_create_bill())
        self._return(self.picking, 2)
        with self.assertRaisesRegex(UserError, "cannot be negative"):
            self._settle().action_create_bill()

    def test_accountant_enters_no_number_for_our_liquidation(self):
        settlement = self._sold(billing_document="liquidation")
        wizard = (
            self.env["o2c.consignment.settlement.bill"]
            .with_user(self.accountant)
            .create({"settlement_id": settlement.id})
        )
        self.assertTrue(wizard.is_liquidation)
        self.assertEqual(wizard.amount, 250)

    # === MAIL === #

    def _run_mail_cron(self):
        with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
            self.env["o2c.consignment.settlement"]._cron_mail_statements()

    def _mails(self, settlement):
        return self.env["mail.mail"].search(
            [("model", "=", settlement._name), ("res_id", "in", settlement.ids)]
        )

    def test_statement_is_mailed_with_pdf_and_spreadsheet(self):
        settlement = self._sold()
        self.assertEqual(settlement.mail_state, "pending")
        self.assertFalse(self._mails(settlement))
        self._run_mail_cron()
        mail = self._mails(settlement)
        self.assertEqual(mail.recipient_ids, self.consignor)
        kinds = {name.rsplit(".")[-1] for name in mail.attachment_ids.mapped("name")}
        self.assertEqual(kinds & {"xlsx"}, {"xlsx"})
        self.assertEqual(len(mail.attachment_ids), 2)
        self.assertEqual(settlement.mail_state, "mailed")
        self._run_mail_cron()
        self.assertEqual(len(self._mails(settlement)), 1)
        settlement.action_mail()
        self._run_mail_cron()
        self.assertEqual(len(self._mails(settlement)), 2)

    def test_consignor_without_address_is_told_on_the_settlement(self):
        self.consignor.email = False
        self.assertEqual(self._sold().mail_state, "no_address")

    def test_long_statement_prints_sums(self):
        settlement = self._sold()
        self._deliver(self._sell(self.product, 2))
        settlement.action_cancel()
        settlement = self._settle()
        [first, second] = settlement._statement_lines()
        self.assertEqual((first["quantity"], second["quantity"]), (5, 2))
        self.patch(
            self.env.registry["o2c.consignment.settlement"],
            "_printed_lines",
            lambda self: 1,
        )
        [line] = settlement._statement_lines()
        self.assertEqual((line["quantity"], line["amount"]), (7, 350))

    # === MONEY OF ANOTHER COUNTRY === #

    def test_agreement_in_another_currency(self):
        # 1 USD = 0.5 EUR on the day of the sale: 20 EUR a unit are 40 USD
        eur = self.env.ref("base.EUR")
        eur.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": eur.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": 0.5,
            }
        )
        self._agree(self.consignor, {self.product: 20}, currency_id=eur.id)
        self._receive_consigned(self.consignor, self.product, 30)
        sale = self._sell(self.product, 5)
        self._deliver(sale)
        self.assertRecordValues(
            self._consumptions(),
            [{"unit_cost": 20, "amount": 100, "currency_id": eur.id}],
        )
        self.assertEqual(self._accrued(), 200)
        # 5 × 100 − 200
        self.assertEqual(sale.order_line.margin, 300)
        bill = self._bill(self._settle())
        self.assertEqual((bill.currency_id, bill.amount_untaxed), (eur, 100))
        self.assertEqual(self._accrued(), 0)
