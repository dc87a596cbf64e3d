from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ConsignmentCommon


class CostChangeCommon(ConsignmentCommon):
    """The consignor's cost rises from 50 to 55 after five were sold at 100."""

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()
        cls.agreement = cls._agree(
            cls.consignor, {cls.product: 50}, cost_change_policy="ask"
        )
        cls._receive_consigned(cls.consignor, cls.product, 30)
        cls.sale = cls._sell(cls.product, 5)
        cls.picking = cls._deliver(cls.sale)
        cls.invoice = cls._invoice(cls.sale)

    def setUp(self):
        super().setUp()
        self.consumption = self._consumptions()

    def _change(self, decision=None, cost=55, preview=True, **vals):
        """A change worked out; ``decision`` is what the accountant chooses."""
        change = (
            self.env["o2c.consignment.cost.change"]
            .with_user(self.accountant)
            .create(
                {
                    "agreement_id": self.agreement.id,
                    "product_id": self.product.id,
                    "new_cost": cost,
                    "date_from": fields.Date.subtract(self.today, days=2),
                    "reason": "Alza del fabricante",
                    **vals,
                }
            )
        )
        if preview:
            change.action_preview()
        if decision:
            change.line_ids.decision = decision
        return change

    def _apply(self, change):
        change.with_user(self.manager).action_apply()
        return change


@tagged("post_install", "-at_install")
class TestCostChange(CostChangeCommon):
    def test_preview_shows_every_effect_and_posts_nothing(self):
        change = self._change("absorb")
        # margin 5 × (100 − 50) = 250; 5 × (55 − 50) = 25 more cost
        self.assertRecordValues(
            change.line_ids,
            [
                {
                    "quantity": 5,
                    "old_cost": 50,
                    "new_cost": 55,
                    "delta": 25,
                    "decision": "absorb",
                    "margin_before": 250,
                    "margin_after": 225,
                    "invoice_id": self.invoice.id,
                    "consumption_state": "open",
                }
            ],
        )
        self.assertEqual(self._accrued(), 250)

    def test_absorbed_change_restates_margin_and_accrual(self):
        consumption = self.consumption
        change = self._apply(self._change("absorb"))
        self.assertEqual(consumption.unit_cost, 55)
        self.assertEqual(consumption.original_unit_cost, 50)
        self.assertEqual(consumption.amount, 275)
        self.assertEqual(self._accrued(), 275)
        self.assertEqual(self.sale.order_line.margin, 225)
        self.assertFalse(change.note_ids)

    def test_passed_on_change_drafts_a_debit_note(self):
        change = self._apply(self._change("pass_on"))
        note = change.note_ids
        self.assertRecordValues(
            note,
            [
                {
                    "state": "draft",
                    "move_type": "out_invoice",
                    "debit_origin_id": self.invoice.id,
                    "amount_untaxed": 25,
                }
            ],
        )
        self.assertEqual(change.margin_after, 250)
        note.with_user(self.accountant).invoice_date = self.today
        note.with_user(self.accountant).action_post()
        self.assertEqual(self.sale.order_line.qty_invoiced, 5)

    def test_billed_goods_are_adjusted_in_the_next_settlement(self):
        consumption = self.consumption
        self._bill(self._settle())
        change = self._apply(self._change("absorb"))
        self.assertEqual(consumption.amount, 250)
        adjustment = change.line_ids.adjustment_id
        self.assertRecordValues(
            adjustment,
            [{"kind": "adjustment", "quantity": 0, "amount": 25, "state": "open"}],
        )
        self.assertEqual(self.sale.order_line.margin, 225)
        bill = self._bill(self._settle())
        self.assertEqual(bill.amount_untaxed, 25)
        self.assertEqual(self._accrued(), 0)

    def test_consignor_and_customer_are_told_once(self):
        change = self._apply(self._change("pass_on"))
        change.with_user(self.accountant).action_notify()
        told = change.message_ids.filtered(
            lambda m: self.consignor in m.notified_partner_ids
        )
        # in their language: 5 × (55 − 50) = 25
        self.assertIn("Licuadora", told.body)
        self.assertIn("25", told.body)
        note = change.note_ids.sudo()
        message = note.message_ids.filtered(
            lambda m: self.customer in m.notified_partner_ids
        )
        self.assertIn("Licuadora", message.body)
        self.assertNotIn(self.consignor.name, message.body)
        with self.assertRaisesRegex(UserError, "were told"):
            change.with_user(self.accountant).action_notify()

    def test_case_by_case_needs_a_decision(self):
        change = self._change()
        self.assertFalse(change.line_ids.decision)
        with self.assertRaisesRegex(UserError, "choose on each line"):
            self._apply(change)
        change.line_ids.decision = "pass_on"
        self.assertTrue(self._apply(change).note_ids)

    def test_only_a_manager_approves(self):
        change = self._change("absorb")
        with self.assertRaises(AccessError):
            change.action_apply()
        with self.assertRaises(AccessError):
            change.write({"state": "applied"})

    def test_same_goods_change_once(self):
        self._apply(self._change("absorb"))
        with self.assertRaisesRegex(UserError, "changed the cost"):
            self._change(cost=57)

    def test_reversed_until_a_note_is_posted(self):
        consumption = self.consumption
        change = self._apply(self._change("pass_on"))
        change.with_user(self.manager).action_reverse()
        self.assertEqual(change.note_ids.state, "cancel")
        self.assertEqual((consumption.unit_cost, consumption.amount), (50, 250))
        self.assertEqual(self._accrued(), 250)
        self.assertEqual(self.sale.order_line.margin, 250)
        self._deliver(self._sell(self.product, 1))
        self.assertEqual(self._consumptions()[-1].unit_cost, 50)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestCostChangeMore(CostChangeCommon):
    """What happens to cost changes less often."""

    def test_document_that_says_another_cost_proposes_the_change(self):
        settlement = self._settle()
        wizard = (
            self.env["o2c.consignment.settlement.bill"]
            .with_user(self.accountant)
            .create(
                {"settlement_id": settlement.id, "reference": "F-77", "amount": 250}
            )
        )
        self.assertFalse(wizard.is_beyond_tolerance)
        wizard.amount = 275
        self.assertTrue(wizard.is_beyond_tolerance)
        with self.assertRaisesRegex(UserError, "difference of"):
            wizard.action_create_bill()
        action = wizard.action_propose_cost_change()
        change = (
            self.env["o2c.consignment.cost.change"]
            .with_user(self.accountant)
            .with_context(**action["context"])
            .create({})
        )
        # 275 for five
        self.assertRecordValues(
            change,
            [
                {
                    "agreement_id": self.agreement.id,
                    "product_id": self.product.id,
                    "new_cost": 55,
                    "reference": "F-77",
                }
            ],
        )
        change.action_preview()
        self.assertEqual(change.amount_delta, 25)

    def test_later_sales_cost_the_new_price(self):
        self._apply(self._change("absorb"))
        self._deliver(self._sell(self.product, 2))
        self.assertEqual(self._consumptions()[-1].unit_cost, 55)

    def test_lower_cost_drafts_a_credit_note(self):
        note = self._apply(self._change("pass_on", cost=48)).note_ids
        self.assertRecordValues(
            note,
            [
                {
                    "move_type": "out_refund",
                    "reversed_entry_id": self.invoice.id,
                    "amount_untaxed": 10,
                }
            ],
        )

    def test_goods_returned_after_the_change_credit_the_new_cost(self):
        self._bill(self._settle())
        self._apply(self._change("absorb"))
        self._return(self.picking, 2)
        self.assertEqual(self._consumptions()[-1].amount, -110)

    def test_policy_and_threshold_of_the_agreement_decide(self):
        product = self._product("Tostadora")
        self.agreement = self._agree(
            self.other_consignor,
            {product: 50},
            cost_change_policy="pass_on",
            cost_change_threshold=10,
        )
        self._receive_consigned(self.other_consignor, product, 30)
        sale = self._sell(product, 5)
        self._deliver(sale)
        self._invoice(sale)
        # 50 → 55 is 10 %, within the threshold; 50 → 56 is 12 %
        for cost, decision in ((55, "absorb"), (56, "pass_on")):
            change = self._change(cost=cost, product_id=product.id)
            self.assertEqual(change.line_ids.decision, decision)

    def test_sale_after_the_preview_asks_for_a_new_one(self):
        change = self._change("absorb")
        self._deliver(self._sell(self.product, 1))
        with self.assertRaisesRegex(UserError, "Work it out again"):
            self._apply(change)

    def test_not_reversed_after_a_note_is_posted(self):
        change = self._apply(self._change("pass_on"))
        change.note_ids.invoice_date = self.today
        change.note_ids.with_user(self.accountant).action_post()
        with self.assertRaisesRegex(UserError, "was issued to the customer"):
            change.with_user(self.manager).action_reverse()
