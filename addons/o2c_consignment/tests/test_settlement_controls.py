from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_settlement import SettlementCommon


class SettlementControls(SettlementCommon):
    """Five sold at 100, agreed at 50: 250 due, whatever an accountant tries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # knows nothing of consignment
        cls.bookkeeper = cls._user("bookkeeper", "account.group_account_invoice")
        cls.accrual = cls.company.o2c_consignment_accrual_account_id
        cls.cost = cls.company.o2c_consignment_cost_account_id

    def _reversal(self, bill):
        return (
            self.env["account.move.reversal"]
            .with_user(self.bookkeeper)
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({"reason": "Mal emitida", "journal_id": bill.journal_id.id})
        )

    def _take_back(self, bill):
        note = self._opened(self._reversal(bill).refund_moves())
        self._post_as_bookkeeper(note)
        return note

    def _opened(self, action):
        return (
            self.env["account.move"].with_user(self.bookkeeper).browse(action["res_id"])
        )

    def _post_as_bookkeeper(self, document):
        """Numbered like any document of a supplier, then posted."""
        document = document.with_user(self.bookkeeper)
        document.invoice_date = document.invoice_date or self.today
        if (
            self.company.chart_template == "ec"
            and not document.l10n_latam_document_number
        ):
            document.l10n_latam_document_number = f"001-001-{document.id:09}"
        document.action_post()

    def _typed(self, line, consignor=None, **vals):
        """A vendor bill that somebody makes by hand."""
        return (
            self.env["account.move"]
            .with_user(self.bookkeeper)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": (consignor or self.consignor).id,
                    "invoice_date": self.today,
                    "invoice_line_ids": [
                        Command.create({"quantity": 5, "price_unit": 50, **line})
                    ],
                    **vals,
                }
            )
        )


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestBilledOnce(SettlementControls):
    def test_credit_note_that_opened_the_settlement_stays(self):
        settlement = self._settle()
        note = self._take_back(self._bill(settlement))
        self.assertEqual(settlement.amount_to_bill, 250)
        for leave in (
            note.button_draft,
            note.button_cancel,
            lambda: note.write({"state": "draft"}),
            note.with_context(force_delete=True).unlink,
        ):
            with self.assertRaisesRegex(UserError, "enter a new bill"):
                leave()
        self._bill(settlement)
        self.assertEqual(self._accrued(), 0)

    def test_bill_that_was_taken_back_stays(self):
        bill = self._bill(self._settle())
        self._take_back(bill)
        with self.assertRaisesRegex(UserError, "enter a new bill"):
            bill.with_user(self.bookkeeper).button_draft()
        with self.assertRaisesRegex(UserError, "taken back already"):
            self._take_back(bill)

    def test_credit_note_is_not_taken_back(self):
        note = self._take_back(self._bill(self._settle()))
        with self.assertRaisesRegex(UserError, "takes a bill back itself"):
            self._take_back(note)

    def test_reverse_and_create_makes_no_second_bill(self):
        settlement = self._settle()
        bill = self._bill(settlement)
        wizard = self._reversal(bill)
        if self.company.chart_template == "ec":
            wizard.l10n_latam_document_number = "001-001-000000999"
        copy = self._opened(wizard.modify_moves())
        self.assertEqual(settlement.amount_to_bill, 250)
        with self.assertRaisesRegex(UserError, "only the bills of settlements clear"):
            self._post_as_bookkeeper(copy)
        with self.assertRaisesRegex(UserError, "only the bills of settlements clear"):
            copy.write({"state": "posted"})

    def test_nobody_says_what_his_bill_is_for(self):
        settlement = self._settle()
        bill = self._bill(settlement, post=False)
        for user in (self.bookkeeper, self.accountant, self.manager):
            with self.assertRaisesRegex(AccessError, "follows from the settlement"):
                bill.with_user(user).o2c_settlement_id = False
            with self.assertRaises(AccessError):
                bill.with_user(user).o2c_settlement_line_ids = [Command.clear()]
        said = {"o2c_settlement_id": settlement.id}
        with self.assertRaisesRegex(AccessError, "follows from the settlement"):
            self._typed({"account_id": self.accrual.id}, **said)
        Move = self.env["account.move"].with_user(self.bookkeeper)
        with self.assertRaisesRegex(AccessError, "follows from the settlement"):
            Move.with_context(default_o2c_settlement_id=settlement.id).create(
                {"move_type": "in_invoice"}
            )

    def test_bill_that_lost_its_settlement_is_not_posted(self):
        bill = self._bill(self._settle(), post=False)
        bill.sudo().o2c_settlement_id = False  # as before it was refused
        with self.assertRaisesRegex(UserError, "does not say so"):
            self._post_as_bookkeeper(bill)

    def test_bill_whose_lines_were_freed_is_not_posted(self):
        bill = self._bill(self._settle(), post=False).with_user(self.bookkeeper)
        bill.button_cancel()
        bill.button_draft()
        with self.assertRaisesRegex(UserError, "bills nothing of"):
            bill.action_post()

    def test_bill_on_the_accrual_comes_from_a_settlement(self):
        for kind in ("in_invoice", "in_refund", "in_receipt"):
            with self.subTest(kind):
                bill = self._typed(
                    {"name": "Mercadería", "account_id": self.accrual.id},
                    consignor=self.supplier,
                    move_type=kind,
                )
                with self.assertRaisesRegex(
                    UserError, "lines on .* Remove these lines"
                ):
                    self._post_as_bookkeeper(bill)

    def test_posted_bill_does_not_move_to_the_accrual(self):
        bill = self._typed({"name": "Flete"}, consignor=self.supplier)
        self._post_as_bookkeeper(bill)
        with self.assertRaisesRegex(UserError, "only the bills of settlements clear"):
            bill.invoice_line_ids.account_id = self.accrual
        bill = self._bill(self._settle()).with_user(self.bookkeeper)
        with self.assertRaisesRegex(UserError, "accounts of its lines stay"):
            bill.invoice_line_ids.account_id = self.cost

    def test_consigned_goods_are_not_billed_by_hand(self):
        bill = self._typed({"product_id": self.product.id})
        with self.assertRaisesRegex(UserError, "Licuadora is consigned by Consignante"):
            self._post_as_bookkeeper(bill)
        # another supplier sells us the same goods, and this one another product
        own = self._product("Cafetera")
        for line, seller in (
            ({"product_id": self.product.id}, self.supplier),
            ({"product_id": own.id}, self.consignor),
        ):
            bill = self._typed(line, consignor=seller)
            self._post_as_bookkeeper(bill)
            self.assertEqual(bill.state, "posted")

    def test_what_ended_is_not_billed_by_hand_while_it_is_owed(self):
        self.agreement.action_close()
        day = {"invoice_date": self.today.replace(year=self.today.year + 1)}
        bill = self._typed({"product_id": self.product.id}, **day)
        with self.assertRaisesRegex(UserError, "Licuadora is consigned by Consignante"):
            self._post_as_bookkeeper(bill)
        self._bill(self._settle())
        self._post_as_bookkeeper(bill)
        self.assertEqual(bill.state, "posted")

    def test_goods_bought_from_a_consignor_are_billed_from_their_order(self):
        order = self._order(self.consignor, self.product, 2, 45)
        self._validate(order.picking_ids)
        order.with_user(self.accountant).action_create_invoice()
        self._post_bill(order.sudo().invoice_ids)
        self.assertEqual(order.sudo().invoice_ids.state, "posted")

    def test_bill_is_the_consignors_in_his_currency(self):
        bill = self._bill(self._settle(), post=False).with_user(self.bookkeeper)
        euro = self.env.ref("base.EUR")
        euro.active = True
        bill.currency_id = euro
        bill.partner_id = self.other_consignor
        with self.assertRaises(UserError) as refused:
            self._post_as_bookkeeper(bill)
        self.assertIn("Choose Consignante Andino", str(refused.exception))
        self.assertIn("Choose USD", str(refused.exception))

    def test_goods_of_a_bill_stay_on_the_accrual(self):
        bill = self._bill(self._settle(), post=False).with_user(self.bookkeeper)
        bill.invoice_line_ids.account_id = self.cost
        with self.assertRaisesRegex(
            UserError, "takes .*0.00 from .*250.00 was accrued"
        ):
            bill.action_post()

    def test_a_difference_has_its_own_account(self):
        # 250.03 on the document: within the tolerance, but 0.03 were never accrued
        bill = self._bill(self._settle(), post=False).with_user(self.bookkeeper)
        goods = bill.invoice_line_ids
        more = {"name": "Diferencia", "quantity": 1, "price_unit": 0.03}
        bill.invoice_line_ids = [
            Command.create({**more, "account_id": self.accrual.id})
        ]
        with self.assertRaisesRegex(UserError, "takes .*250.03 from"):
            bill.action_post()
        difference = self.company.o2c_consignment_difference_account_id
        (bill.invoice_line_ids - goods).account_id = difference
        bill.action_post()
        self.assertEqual(self._accrued(), 0)
        self.assertEqual(self._balance(difference), 0.03)

    def test_credit_note_takes_back_the_same_accounts(self):
        bill = self._bill(self._settle())
        note = self._opened(self._reversal(bill).refund_moves())
        note.invoice_line_ids.account_id = self.cost
        with self.assertRaisesRegex(UserError, "on other accounts"):
            self._post_as_bookkeeper(note)

    def test_return_after_billing_may_be_taken_back_too(self):
        # billed 5, then 2 came back: his credit note of 100, issued wrongly
        self._bill(self._settle())
        self._return(self.picking, 2)
        settlement = self._settle()
        refund = self._bill(settlement)
        self.assertEqual(refund.move_type, "in_refund")
        self._take_back(refund)
        self.assertEqual(settlement.amount_to_bill, -100)
        self.assertEqual(self._accrued(), -100)

    def test_bill_may_be_corrected(self):
        settlement = self._settle()
        bill = self._bill(settlement).with_user(self.bookkeeper)
        bill.button_draft()
        self.assertEqual(settlement.state, "billed")
        bill.invoice_payment_term_id = False
        bill.action_post()
        self.assertEqual(self._accrued(), 0)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestDraftBill(SettlementControls):
    """Deleted, its goods can be billed again."""

    def test_deleted_draft_frees_its_lines(self):
        settlement = self._settle()
        bill = self._bill(settlement, post=False)
        line = self.order.order_line.filtered(lambda x: x.product_id == self.product)
        self.assertEqual((settlement.amount_to_bill, line.qty_invoiced), (0, 5))
        bill.with_user(self.bookkeeper).unlink()
        self.assertEqual(settlement.state, "accepted")
        self.assertEqual((settlement.amount_to_bill, line.qty_invoiced), (250, 0))
        self.assertEqual(self._consumptions().state, "settled")
        self._bill(settlement)
        self.assertEqual(self._accrued(), 0)

    def test_sisters_draft_goes_with_it(self):
        bill = self._bill(self._settle(), post=False)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "o2c_intercompany_bill_id": bill.id,
                "invoice_line_ids": [Command.create({"name": "Frascos"})],
            }
        )
        bill.with_user(self.bookkeeper).unlink()
        self.assertEqual(invoice.state, "cancel")

    def test_who_may_not_delete_frees_nothing(self):
        settlement = self._settle()
        bill = self._bill(settlement, post=False)
        with self.assertRaises(AccessError):
            bill.with_user(self.warehouseman).unlink()
        self.assertEqual(settlement.amount_to_bill, 0)


@tagged("post_install", "-at_install")
class TestAccrualEntries(SettlementControls):
    """They follow from transfers."""

    def test_accrual_stays_in_the_books(self):
        entry = self._consumptions().accrual_move_id.with_user(self.bookkeeper)
        for touch in (
            entry.button_draft,
            entry.button_cancel,
            lambda: entry.write({"state": "draft"}),
            entry.with_context(force_delete=True).unlink,
            entry._reverse_moves,
        ):
            with self.assertRaisesRegex(UserError, "follows from their transfers"):
                touch()
        self.assertEqual(self._accrued(), 250)

    def test_entry_of_a_cost_change_stays_in_the_books(self):
        change = (
            self.env["o2c.consignment.cost.change"]
            .with_user(self.manager)
            .create(
                {
                    "agreement_id": self.agreement.id,
                    "product_id": self.product.id,
                    "date_from": self.today,
                    "new_cost": 52,
                    "reason": "Alza",
                }
            )
        )
        change.action_preview()
        change.line_ids.decision = "absorb"
        change.action_apply()
        entry = change.entry_ids.with_user(self.bookkeeper)
        with self.assertRaisesRegex(UserError, "a cost change"):
            entry.button_draft()
        # 5 × 2.00 more
        self.assertEqual(self._accrued(), 260)
        change.action_reverse()
        self.assertEqual(self._accrued(), 250)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestNothingDue(SettlementControls):
    """Five sold and five back: nobody bills 0.00, and the settlement ends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purchasing = cls._user(
            "purchasing",
            "purchase.group_purchase_user,o2c_consignment.o2c_consignment_group_user",
        )

    def test_closed_without_document(self):
        self._return(self.picking, 5)
        settlement = self._settle().with_user(self.purchasing)
        self.assertRecordValues(
            settlement, [{"state": "accepted", "amount_total": 0, "is_set_off": True}]
        )
        settlement.action_close_without_document()
        self.assertRecordValues(settlement, [{"state": "paid", "is_set_off": False}])
        self.assertEqual(set(self._consumptions().mapped("state")), {"paid"})
        accrued = self._consumptions().accrual_move_id.line_ids.filtered(
            lambda line: line.account_id == self.accrual
        )
        self.assertEqual(len(accrued), 2)
        self.assertTrue(all(accrued.mapped("reconciled")))
        self.assertFalse(self._settle())
        for again in (
            settlement.action_close_without_document,
            settlement.action_cancel,
            settlement.line_ids.action_accept,
        ):
            with self.assertRaisesRegex(UserError, "is Paid"):
                again()

    def test_what_is_due_is_billed(self):
        self._return(self.picking, 4)
        settlement = self._settle().with_user(self.purchasing)
        self.assertFalse(settlement.is_set_off)
        with self.assertRaisesRegex(UserError, "50.00 is due"):
            settlement.action_close_without_document()

    def test_disputed_rest_stays_open(self):
        self._return(self.picking, 5)
        self._deliver(self._sell(self.other, 3))
        settlement = self._settle(accept=False)
        settlement.action_send()
        toasters = settlement.line_ids.filtered(lambda x: x.product_id == self.other)
        settlement.action_accept({toasters.id: "Son dos"})
        settlement.action_accept()
        settlement.action_close_without_document()
        self.assertEqual(settlement.state, "disputed")
        with self.assertRaisesRegex(UserError, "not open lines"):
            (settlement.line_ids - toasters)[:1].action_accept()
        toasters.action_accept()
        bill = self._bill(settlement)
        self.assertEqual((bill.amount_untaxed, settlement.state), (9, "billed"))
        self.assertEqual(self._accrued(), 0)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestSettlementFields(SettlementControls):
    """What happened follows from what was done."""

    def test_nobody_writes_what_happened(self):
        settlement = self._settle()
        for user in (self.accountant, self.manager):
            for name, value in {
                "cancelled_on": "2026-01-01",
                "sent_on": False,
                "answered_on": False,
                "mail_state": "mailed",
                "mail_error": "x",
                "amount_total": 1,
                "amount_to_bill": 1,
                "name": "LIQ/1",
                "state": "paid",
            }.items():
                with self.assertRaisesRegex(UserError, "cannot be entered"):
                    settlement.with_user(user).write({name: value})
            for name, value in {
                "date_from": "2026-01-01",
                "date_to": "2026-01-01",
                "consignor_id": self.other_consignor.id,
            }.items():
                with self.assertRaisesRegex(UserError, "was sent: its consignor"):
                    settlement.with_user(user).write({name: value})
        self.assertRecordValues(
            settlement, [{"state": "accepted", "amount_total": 250}]
        )

    def test_draft_still_says_its_days(self):
        settlement = self._settle(accept=False)
        settlement.date_from = "2026-01-01"
        with self.assertRaisesRegex(UserError, "keeps its consignor"):
            settlement.consignor_id = self.other_consignor

    def test_settlement_starts_as_a_draft(self):
        Settlement = self.env["o2c.consignment.settlement"].with_user(self.manager)
        facts = {
            "consignor_id": self.consignor.id,
            "company_id": self.company.id,
            "currency_id": self.company.currency_id.id,
        }
        for name, value in {
            "sent_on": "2026-01-01",
            "cancelled_on": "2026-01-01",
            "mail_state": "mailed",
        }.items():
            with self.assertRaisesRegex(UserError, "cannot be entered"):
                Settlement.create({**facts, name: value})
        said = Settlement.create({**facts, "state": "paid", "amount_total": 999})
        self.assertRecordValues(said, [{"state": "draft", "amount_total": 0}])
        with self.assertRaisesRegex(UserError, "cannot be entered"):
            Settlement.with_context(default_sent_on="2026-01-01").create(facts)
        self.assertNotEqual(Settlement.create({**facts, "name": "LIQ/1"}).name, "LIQ/1")

    def test_paid_settlement_is_not_cancelled(self):
        settlement = self._settle()
        bill = self._bill(settlement)
        self.env["account.payment.register"].with_user(self.accountant).with_context(
            active_model="account.move", active_ids=bill.ids
        ).create({})._create_payments()
        with self.assertRaisesRegex(UserError, "is Paid"):
            settlement.action_cancel()
