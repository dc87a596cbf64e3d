from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentCommon


class SettlementDocumentsCommon(ConsignmentCommon):
    """Five sold at 100, agreed at 50: 250 due to each of two consignors."""

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product("=2+5 Licuadora")
        cls.handmade = cls._product("Tejido a mano")
        cls.consignor.email = "andino@example.com"
        cls._agree(cls.consignor, {cls.product: 50})
        cls._agree(
            cls.other_consignor, {cls.handmade: 50}, billing_document="liquidation"
        )
        cls._receive_consigned(cls.consignor, cls.product, 30)
        cls._receive_consigned(cls.other_consignor, cls.handmade, 30)
        sale = cls._sell_goods({cls.product: 5, cls.handmade: 5})
        cls.picking = cls._deliver(sale)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestSettlementDocuments(SettlementDocumentsCommon):
    """Mailed, billed and taken back."""

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
        settlement = self._settle()
        bill = self._bill(settlement)
        self._post_bill(self._reverse(bill))
        self.assertEqual(settlement.state, "accepted")
        self.assertEqual(settlement.amount_to_bill, 250)
        self.assertEqual(self._consumptions().state, "settled")
        # with the 250 of the other consignor
        self.assertEqual(self._accrued(), 500)
        second = self._bill(settlement)
        self.assertEqual(second.amount_untaxed, 250)
        self.assertEqual(settlement.state, "billed")
        self.assertEqual(self._accrued(), 250)
        open_lines = settlement.bill_ids.line_ids.filtered(
            lambda line: (
                line.account_id == self.company.o2c_consignment_accrual_account_id
                and not line.reconciled
            )
        )
        self.assertFalse(open_lines)

    def test_a_part_of_a_bill_is_not_taken_back(self):
        bill = self._bill(self._settle())
        note = self._reverse(bill)
        note.invoice_line_ids.quantity = 2
        with self.assertRaisesRegex(UserError, "takes back all of it"):
            self._post_bill(note)

    # === PURCHASE LIQUIDATION === #

    def test_who_cannot_invoice_is_billed_by_our_liquidation(self):
        if self.company.chart_template != "ec":
            self.skipTest("purchase liquidations are documents of Ecuador")
        settlement = self._settle(self.other_consignor)
        bill = settlement.action_create_bill()
        self.assertRecordValues(
            bill,
            [{"move_type": "in_invoice", "amount_untaxed": 250, "state": "draft"}],
        )
        self.assertEqual(bill.l10n_latam_document_type_id.code, "03")
        self.assertEqual(bill.partner_id, self.other_consignor)
        self._post_bill(bill)
        self.assertEqual(bill.l10n_latam_document_type_id.code, "03")
        self.assertEqual(self._accrued(), 250)

    def test_liquidation_cannot_be_negative(self):
        if self.company.chart_template != "ec":
            self.skipTest("purchase liquidations are documents of Ecuador")
        settlement = self._settle(self.other_consignor)
        self._post_bill(settlement.action_create_bill())
        self._return(self.picking, 2, owner=self.other_consignor)
        with self.assertRaisesRegex(UserError, "cannot be negative"):
            self._settle(self.other_consignor).action_create_bill()

    def test_accountant_enters_no_number_for_our_liquidation(self):
        settlement = self._settle(self.other_consignor)
        wizard = (
            self.env["o2c.consignment.settlement.bill"]
            .with_user(self.accountant)
            .create({"settlement_id": settlement.id})
        )
        self.assertTrue(wizard.is_liquidation)
        self.assertEqual(wizard.amount, 250)

    def test_consignor_without_address_is_told_on_the_settlement(self):
        self.consignor.email = False
        self.assertEqual(self._settle().mail_state, "no_address")

    def test_long_statement_prints_sums(self):
        settlement = self._settle()
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


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestSettlementMail(SettlementDocumentsCommon):
    """The statement goes by mail, printed and as a spreadsheet."""

    def _run_mail_cron(self):
        with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
            self.env["o2c.consignment.settlement"]._cron_mail_statements()

    def _mails(self, settlement):
        return self.env["mail.mail"].search(
            [("model", "=", settlement._name), ("res_id", "in", settlement.ids)]
        )

    def test_statement_is_mailed_with_pdf_and_spreadsheet(self):
        settlement = self._settle()
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
