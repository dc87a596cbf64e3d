from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ConsignmentCommon


class SettlementCommon(ConsignmentCommon):
    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()
        cls.other = cls._product("Tostadora")
        cls.agreement = cls._agree(cls.consignor, {cls.product: 50, cls.other: 3})
        order = cls._order_goods(
            cls.consignor,
            {cls.product: (30, None), cls.other: (30, None)},
            consigned=True,
        )
        cls._validate(order.picking_ids)
        cls.order = order
        cls.picking = cls._deliver(cls._sell(cls.product, 5))


@tagged("post_install", "-at_install")
class TestSettlement(SettlementCommon):
    def test_settlement_is_billed_and_clears_the_accrual(self):
        settlement = self._settle()
        self.assertEqual(settlement.state, "accepted")
        self.assertEqual(settlement.amount_to_bill, 250)
        bill = self._bill(settlement)
        self.assertRecordValues(
            bill.invoice_line_ids,
            [{"quantity": 5, "price_unit": 50, "product_id": self.product.id}],
        )
        self.assertEqual(
            bill.invoice_line_ids.account_id,
            self.company.o2c_consignment_accrual_account_id,
        )
        self.assertEqual(self._accrued(), 0)
        self.assertEqual(self._cost_of_consigned(), 250)
        self.assertEqual(settlement.state, "billed")
        self.assertEqual(self._consumptions().state, "billed")
        accrual = self._consumptions().accrual_move_id.line_ids.filtered(
            lambda line: line.account_id.reconcile
        )
        self.assertTrue(accrual.full_reconcile_id)

    def test_nothing_is_billed_twice(self):
        settlement = self._settle()
        self._bill(settlement)
        with self.assertRaisesRegex(UserError, "is Billed"):
            self._bill(settlement)

    def test_half_a_settlement_stays_open(self):
        self._deliver(self._sell(self.other, 3))
        settlement = self._settle(accept=False)
        settlement.action_send()
        fine, wrong = settlement.line_ids.sorted("amount", reverse=True)
        settlement.action_accept({fine.id: False, wrong.id: "Son dos, no tres"})
        self.assertEqual(settlement.state, "disputed")
        bill = self._bill(settlement)
        self.assertEqual(bill.amount_untaxed, 250)
        self.assertEqual(settlement.state, "disputed")
        settlement.action_accept({wrong.id: False})
        second = self._bill(settlement)
        self.assertEqual(second.amount_untaxed, 9)
        self.assertEqual(settlement.state, "billed")

    def test_document_within_tolerance_shows_the_difference(self):
        bill = self._bill(self._settle(), amount=250.03)
        self.assertEqual(bill.amount_untaxed, 250.03)
        difference = self.company.o2c_consignment_difference_account_id
        self.assertEqual(self._balance(difference), 0.03)
        self.assertEqual(self._accrued(), 0)

    def test_document_beyond_tolerance_is_refused(self):
        settlement = self._settle()
        with self.assertRaisesRegex(UserError, "a difference of"):
            self._bill(settlement, amount=260)
        self.assertFalse(settlement.bill_ids)

    def test_nobody_writes_amounts_or_states(self):
        settlement = self._settle()
        with self.assertRaises(AccessError):
            settlement.line_ids.write({"amount": 999})
        with self.assertRaises(AccessError):
            self._consumptions().with_user(self.manager).write({"amount": 999})
        with self.assertRaisesRegex(UserError, "state follows"):
            settlement.state = "paid"

    def test_cancelled_bill_frees_its_lines(self):
        settlement = self._settle()
        bill = self._bill(settlement, post=False)
        bill.button_cancel()
        self.assertEqual(settlement.state, "accepted")
        self.assertEqual(self._consumptions().state, "settled")
        self._bill(settlement)
        self.assertEqual(settlement.state, "billed")

    def test_consignment_order_cannot_be_billed_directly(self):
        with self.assertRaisesRegex(UserError, "bill what was sold"):
            self.order.with_user(self.accountant).action_create_invoice()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestSettlementMore(SettlementCommon):
    """What happens to settlements less often."""

    def test_rounding_of_single_lines_is_billed_apart(self):
        # 35 % of 9.99 = 3.4965 a unit; three sales of one accrue 3.50 each, 10.50;
        # the bill of 3 × 3.50 says the same; 7 × 3.4965 = 24.4755 → 24.48 accrued,
        # and 7 × 3.50 = 24.50 billed: 2 cents of rounding
        consignor = self.other_consignor
        product = self._product("Cuchara")
        self._agree(consignor, {product: {"price_kind": "percent", "value": 35}})
        self._receive_consigned(consignor, product, 30)
        for quantity in (1, 1, 1, 7):
            self._deliver(self._sell(product, quantity, price=9.99))
        settlement = self._settle(consignor)
        self.assertAlmostEqual(settlement.amount_to_bill, 34.98, 2)
        bill = self._bill(settlement)
        self.assertAlmostEqual(bill.amount_untaxed, 34.98, 2)
        self.assertRecordValues(
            bill.invoice_line_ids,
            [
                {"quantity": 10, "price_unit": 3.5},
                {"quantity": 1, "price_unit": -0.02},
            ],
        )
        self.assertEqual(self._accrued(), 250)

    def test_edited_bill_is_compared_again(self):
        bill = self._bill(self._settle(), post=False)
        bill.invoice_line_ids.quantity = 6
        with self.assertRaisesRegex(UserError, "a difference of"):
            bill.action_post()

    def test_deleted_draft_frees_its_consumptions(self):
        self._settle(accept=False).unlink()
        self.assertEqual(self._consumptions().state, "open")

    def test_disputed_line_left_out_is_settled_later(self):
        settlement = self._settle(accept=False)
        settlement.action_send()
        settlement.action_dispute("No fue vendido")
        settlement.line_ids.action_release()
        self.assertEqual(self._consumptions().state, "open")

    def test_return_after_billing_is_credited_next_time(self):
        self._bill(self._settle())
        self._return(self.picking, 2)
        self.assertEqual(self._accrued(), -100)
        bill = self._bill(self._settle())
        self.assertEqual(bill.move_type, "in_refund")
        self.assertEqual(bill.amount_untaxed, 100)
        self.assertEqual(self._accrued(), 0)

    def test_cancelled_settlement_frees_its_consumptions(self):
        settlement = self._settle()
        settlement.action_cancel()
        self.assertEqual(self._consumptions().state, "open")
        self.assertEqual(len(self._settle().line_ids), 1)

    def test_foreign_lines_are_refused(self):
        settlement = self._settle(accept=False)
        settlement.action_send()
        with self.assertRaisesRegex(UserError, "not open lines"):
            settlement.action_accept({settlement.line_ids.id + 999: False})

    def test_paid_bill_pays_settlement(self):
        settlement = self._settle()
        bill = self._bill(settlement)
        self.env["account.payment.register"].with_user(self.accountant).with_context(
            active_model="account.move", active_ids=bill.ids
        ).create({})._create_payments()
        self.assertIn(bill.payment_state, ("paid", "in_payment"))
        self.assertEqual(self._consumptions().state, "paid")
        self.assertEqual(settlement.state, "paid")

    def test_settled_goods_cannot_change_day(self):
        self._settle()
        with self.assertRaisesRegex(UserError, "date cannot change"):
            self.picking.sudo().move_ids.date = "2020-01-01"

    def test_nothing_is_settled_twice(self):
        settlement = self._settle()
        self.assertFalse(self._settle())
        # nor by whoever writes to the database himself
        with (
            self.assertRaises(UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            settlement.sudo().line_ids.copy()

    def test_chosen_consumptions_are_settled_on_demand(self):
        self._deliver(self._sell(self.other, 3))
        first, later = self._consumptions().with_user(self.accountant)
        action = first.action_settle()
        settlement = self.env[action["res_model"]].browse(action["res_id"])
        self.assertRecordValues(settlement, [{"state": "draft", "amount_total": 250}])
        self.assertEqual((first.state, later.state), ("settled", "open"))
        with self.assertRaisesRegex(UserError, "5 × Licuadora .*: In settlement"):
            (first | later).action_settle()
        with self.assertRaises(AccessError):
            later.with_user(self.warehouseman).action_settle()
        self.assertEqual(later.state, "open")
