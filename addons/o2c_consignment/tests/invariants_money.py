from unittest.mock import patch

from odoo import fields

from ..models.legal_time import legal_today
from .invariants_stock import StockOperations


class MoneyOperations(StockOperations):
    """What is agreed, invoiced, settled, billed, paid, and changes its cost later."""

    @property
    def operations(self):
        return [
            *self.goods_operations,
            *self.stock_operations,
            (self._do_wait, 2),
            (self._do_invoice, 2),
            (self._do_credit_customer, 1),
            (self._do_agree_new_version, 1),
            (self._do_close_and_agree_anew, 0.5),
            (self._do_change_cost, 3),
            (self._do_reverse_cost_change, 1),
            (self._do_post_notes, 1),
            (self._do_settle, 3),
            (self._do_settle_chosen, 1),
            (self._do_settle_by_calendar, 1),
            (self._do_answer, 3),
            (self._do_release, 1),
            (self._do_cancel_settlement, 1),
            (self._do_bill, 4),
            (self._do_post_draft_bill, 1),
            (self._do_cancel_draft_bill, 1),
            (self._do_delete_draft_bill, 0.5),
            (self._do_take_bill_back, 1),
            (self._do_reset_note, 0.5),
            (self._do_pay_bill, 1),
        ]

    def _begin_books(self):
        self.stated = {}  # bill → what its document says more than is due
        # consignor, product → first day and price, as long as no cost change came
        self.agreed = {
            (consignor, product): [(legal_today(), price)]
            for consignor, prices in self.prices.items()
            for product, price in prices.items()
        }

    def _do_wait(self):
        """Days go by."""
        days = self.dice.choice([1, 2])
        self._go_on(days)
        return f"{days} days"

    # === CUSTOMERS === #

    def _sales(self, wanted):
        """Orders of which something is to invoice, or to credit."""
        sales = self.env["sale.order"].search(
            [("partner_id", "=", self.customer.id), ("state", "=", "sale")], order="id"
        )
        return sales.filtered(
            lambda sale: any(map(wanted, sale.order_line.mapped("qty_to_invoice")))
        )

    def _do_invoice(self):
        sale = self._pick(self._sales(lambda quantity: quantity > 0))
        if sale:
            self._invoice(sale)
            return sale.name

    def _do_credit_customer(self):
        """What came back is credited; what is to invoice comes off the same note."""
        sale = self._pick(self._sales(lambda quantity: quantity < 0))
        if sale:
            notes = sale.with_user(self.accountant)._create_invoices(final=True)
            notes.action_post()
            return f"{sale.name}: {notes.mapped('move_type')}"

    # === AGREED === #

    def _do_agree_new_version(self):
        """Another price from tomorrow."""
        agreement = self._agreement(self._pick(self.consignors))
        if agreement.date_end:
            return None
        version = agreement.with_user(self.manager).action_new_version()
        line = self._pick(version.line_ids.sorted("id"))
        line.value = float(round(line.value * self.dice.choice([0.9, 1.07]), 2))
        version.action_activate()
        known = self.agreed.get((version.consignor_id, line.product_id))
        if known:
            is_fixed = line.price_kind == "fixed"
            price = line.value if is_fixed else {"value": line.value}
            known.append((version.date_start, price))
        return f"{version.consignor_id.name}: {line.product_id.name} {line.value}"

    def _do_close_and_agree_anew(self):
        """It ends today; tomorrow the same begins under another contract."""
        agreement = self._agreement(self._pick(self.consignors))
        if agreement.date_end:
            return None
        agreement = agreement.with_user(self.manager)
        again = agreement.copy({"date_start": fields.Date.add(self.today, days=1)})
        agreement.action_close()
        again.action_activate()
        return agreement.consignor_id.name

    # === A LATER COST === #

    def _do_change_cost(self):
        consignor = self._pick(self.consignors)
        agreement = self._agreement(consignor)
        sold = self._consumptions(consignor).product_id & agreement.line_ids.product_id
        product = self._pick(sold.sorted("id"))
        if agreement.state == "closed" or not product:
            return None
        cost = self.dice.choice([18.5, 33.33, 44.44, 51])
        change = (
            self.env["o2c.consignment.cost.change"]
            .with_user(self.accountant)
            .create(
                {
                    "agreement_id": agreement.id,
                    "product_id": product.id,
                    "new_cost": cost,
                    "date_from": fields.Date.subtract(
                        self.today, days=self.dice.randint(0, 6)
                    ),
                    "reason": "Cambio de lista",
                }
            )
        )
        changed = self._goods_of(change).cost_change_line_ids.filtered("is_in_force")
        self._attempt(
            change.action_preview, may="changed the cost of" if changed else None
        )
        for line in change.line_ids.filtered(lambda line: not line.decision):
            line.decision = self.dice.choice(["pass_on", "absorb"])
        change.with_user(self.manager).action_apply()
        self.agreed.pop((consignor, product), None)
        return (
            f"{product.name} of {consignor.name} {cost} from {change.date_from}: "
            f"{len(change.line_ids)} goods, {change.amount_delta}, "
            f"{len(change.note_ids)} notes"
        )

    def _goods_of(self, change):
        return self._consumptions(change.consignor_id).filtered(
            lambda c: c.product_id == change.product_id
        )

    def _changes(self):
        return self.env["o2c.consignment.cost.change"].search(
            [("state", "=", "applied"), ("company_id", "=", self.company.id)],
            order="id",
        )

    def _do_reverse_cost_change(self):
        change = self._pick(self._changes())
        if not change:
            return None
        final = "cannot be reversed"
        issued = change.note_ids.filtered(lambda note: note.state == "posted")
        taken = change.line_ids.adjustment_id.filtered("settlement_line_id")
        # what it made, or priced, may be settled or changed again since
        since = self._goods_of(change).filtered("settlement_line_id")
        later = self._changes().filtered(
            lambda c: c.product_id == change.product_id and c.id > change.id
        )
        self._attempt(
            change.with_user(self.manager).action_reverse,
            must=final if issued or taken else None,
            may=final if since or later else None,
        )
        return change.name

    def _do_post_notes(self):
        notes = self._changes().note_ids.filtered(lambda note: note.state == "draft")
        note = self._pick(notes.sorted("id"))
        if note:
            note = note.with_user(self.accountant)
            note.invoice_date = self.today
            note.action_post()
            return f"{note.name} {note.amount_untaxed}"

    # === SETTLED === #

    def _settlements(self, *states):
        return (
            self.env["o2c.consignment.settlement"]
            .with_user(self.accountant)
            .search(
                [
                    ("state", "in", states),
                    ("consignor_id", "in", self.consignors.ids),
                    ("company_id", "=", self.company.id),
                ],
                order="id",
            )
        )

    def _do_settle(self):
        consignor = self._pick(self.consignors)
        settlement = self._settle(consignor, accept=self.dice.random() < 0.6)
        if settlement:
            return self._said(settlement)

    def _said(self, x):
        due = f"{x.amount_total}, to bill {x.amount_to_bill}"
        return f"{x.name} of {x.consignor_id.name} {x.state} {due}"

    def _do_settle_chosen(self):
        """Only some, or some that are settled or not charged."""
        goods = self._all_consumptions()
        some = goods.filtered(lambda c: c.state == "open") or goods
        if self.dice.random() < 0.1:
            some = goods
        some = some.browse(
            sorted(self.dice.sample(some.ids, min(len(some), self.dice.randint(1, 3))))
        )
        if not some:
            return None
        taken = some.filtered(lambda c: c.state != "open")
        self._attempt(
            some.with_user(self.accountant).action_settle,
            must="cannot be settled" if taken else None,
        )
        return some.mapped("display_name")

    def _do_settle_by_calendar(self):
        """The week ends; what Andino sold is drawn up and sent."""
        if not self._consumptions().filtered(lambda c: c.state == "open"):
            return None
        self._go_on(7 - legal_today().weekday())
        before = self._settlements("sent")

        def commit(cron, processed=0, *, remaining=None, deactivate=False):
            # a test must not commit
            return 60

        with patch.object(self.env.registry["ir.cron"], "_commit_progress", commit):
            self.env["o2c.consignment.settlement"]._cron_draw_up()
        notes = self._agreement(self.consignor).activity_ids.mapped("note")
        self.assertFalse([note for note in notes if "not drawn up" in (note or "")])
        new = self._settlements("sent") - before
        return ", ".join(map(self._said, new)) or "nothing"

    def _do_answer(self):
        settlement = self._pick(self._settlements("draft", "sent", "disputed"))
        if not settlement:
            return None
        if settlement.state == "draft":
            settlement.action_send()
        lines = settlement.line_ids.filtered(
            lambda x: not x.bill_id and not x.closed_on
        )
        if lines and self.dice.random() < 0.4:
            settlement.action_accept({self._pick(lines.sorted("id")).id: "No es mío"})
        else:
            settlement.action_accept()
        return self._said(settlement)

    def _do_release(self):
        lines = self._settlements("disputed").line_ids
        some = lines.filtered(lambda x: x.state == "disputed").sorted("id")
        if some:
            settlement = some[0].settlement_id
            some.filtered(lambda x: x.settlement_id == settlement).action_release()
            return self._said(settlement)

    def _do_cancel_settlement(self):
        settlement = self._pick(
            self._settlements("draft", "sent", "accepted", "disputed", "billed", "paid")
        )
        if not settlement:
            return None
        must = None
        if settlement.state in ("billed", "paid"):
            must = "this can be done only while"
        elif settlement.line_ids.filtered(lambda x: x.bill_id or x.closed_on):
            must = "was billed: cancel the bill first"
        self._attempt(settlement.action_cancel, must=must)
        return self._said(settlement)

    # === BILLED === #

    def _do_bill(self):
        """By his document, exact or not; by our liquidation; or closed without one."""
        settlement = self._pick(
            self._settlements("accepted", "disputed").filtered(
                lambda s: s.line_ids.filtered(
                    lambda x: (
                        x.state == "accepted" and not x.bill_id and not x.closed_on
                    )
                )
            )
        )
        if not settlement:
            return None
        due = settlement.amount_to_bill
        if settlement.is_set_off:
            settlement.action_close_without_document()
            return f"closed {self._said(settlement)}"
        agreements = settlement.line_ids.consumption_id.agreement_id
        difference, must = 0, None
        if "liquidation" in agreements.mapped("billing_document"):
            must = "liquidation cannot be negative" if due < 0 else None
        else:
            tolerance = min(agreement._tolerance() for agreement in agreements)
            difference = self.dice.choice([0, 0, -tolerance, tolerance, 1])
            must = "more than the tolerance" if abs(difference) > tolerance else None
        bill = self._attempt(
            lambda: self._bill(
                settlement,
                amount=self.company.currency_id.round(due + difference),
                post=self.dice.random() < 0.5,
            ),
            must=must,
        )
        self.stated[bill] = difference
        return f"{bill.state} {due} {difference:+} {self._said(settlement)}"

    def _bills(self, state):
        """Bills of consignors that were not taken back."""
        return (
            self.env["account.move"]
            .with_user(self.accountant)
            .search(
                [
                    ("o2c_settlement_id.consignor_id", "in", self.consignors.ids),
                    ("o2c_settlement_line_ids", "!=", False),
                    ("state", "=", state),
                ],
                order="id",
            )
        )

    def _do_post_draft_bill(self):
        bill = self._pick(self._bills("draft"))
        if bill:
            self._post_bill(bill)
            return bill.display_name

    def _do_cancel_draft_bill(self):
        bill = self._pick(self._bills("draft"))
        if bill:
            bill.button_cancel()
            return bill.display_name

    def _do_delete_draft_bill(self):
        bill = self._pick(self._bills("draft"))
        if bill:
            said = bill.display_name
            # core keeps what has a number of ours that others follow
            must = None if bill._is_end_of_seq_chain() else "sequence|secuencia"
            self._attempt(bill.unlink, must=must)
            return said

    def _do_take_bill_back(self):
        bill = self._pick(self._bills("posted"))
        if bill:
            wizard = (
                self.env["account.move.reversal"]
                .with_user(self.accountant)
                .with_context(active_model="account.move", active_ids=bill.ids)
                .create({"reason": "Mal emitida", "journal_id": bill.journal_id.id})
            )
            note = bill.browse(wizard.refund_moves()["res_id"])
            self._post_bill(note)
            return f"{bill.name} by {note.name}"

    def _do_reset_note(self):
        """What took a bill back stays, and so does the bill."""
        notes = self.env["account.move"].search(
            [("reversed_entry_id.o2c_settlement_id", "!=", False)], order="id"
        )
        documents = notes | notes.reversed_entry_id
        document = self._pick(documents.filtered(lambda m: m.state == "posted"))
        if document:
            document = document.with_user(self.accountant)
            self._attempt(document.button_draft, must="enter a new bill")

    def _do_pay_bill(self):
        bill = self._pick(
            self._bills("posted").filtered(
                lambda m: m.payment_state in ("not_paid", "partial") and m.amount_total
            )
        )
        if bill:
            register = (
                self.env["account.payment.register"]
                .with_user(self.accountant)
                .with_context(active_model="account.move", active_ids=bill.ids)
                .create({})
            )
            if self.dice.random() < 0.3:
                register.amount = bill.currency_id.round(register.amount / 2)
            register._create_payments()
            return f"{bill.name} {register.amount}: {bill.payment_state}"
