from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ConsignmentCommon


class StockTakeCommon(ConsignmentCommon):
    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()

    def _plan(self, agreement, **vals):
        return (
            self.env["o2c.consignment.stock.take"]
            .with_user(self.warehouseman)
            .create(
                {"agreement_id": agreement.id, "location_id": self.stock.id, **vals}
            )
        )

    def _count(self, take, quantity):
        take.action_start()
        take.line_ids.counted = quantity
        return take

    def _agree_and_book(self, take):
        take.with_user(self.accountant).agreed_with = "Rosa, del consignante"
        take.with_user(self.accountant).action_agree()
        take.with_user(self.manager).action_apply()


@tagged("post_install", "-at_install")
class TestStockTake(StockTakeCommon):
    """Thirty of his are here, and we bear what is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreement = cls._agree(cls.consignor, {cls.product: 50})
        cls._receive_consigned(cls.consignor, cls.product, 30)

    def test_missing_goods_are_charged_to_us_where_we_bear_losses(self):
        take = self._count(self._plan(self.agreement), 28)
        self.assertRecordValues(
            take.line_ids,
            [{"expected": 30, "counted": 28, "difference": -2, "amount": 100}],
        )
        self._agree_and_book(take)
        # 30 − 2 missing; 2 × 50 due to him and accrued
        self.assertEqual(self._on_hand(self.product, self.consignor), 28)
        self.assertRecordValues(
            self._consumptions(), [{"kind": "loss", "quantity": 2, "amount": 100}]
        )
        self.assertEqual(self._accrued(), 100)
        self.assertEqual(take.state, "done")

    def test_missing_goods_cost_nothing_where_he_bears_losses(self):
        consignor = self.other_consignor
        agreement = self._agree(consignor, {self.product: 50}, loss_bearer="consignor")
        self._receive_consigned(consignor, self.product, 30)
        take = self._count(self._plan(agreement), 0)
        self.assertEqual(take.amount, 0)
        self._agree_and_book(take)
        self.assertEqual(self._on_hand(self.product, consignor), 0)
        self.assertRecordValues(
            self._consumptions(consignor),
            [{"quantity": 30, "amount": 0, "state": "waived"}],
        )
        self.assertEqual(self._accrued(), 0)

    def test_what_is_found_again_undoes_the_loss(self):
        self._agree_and_book(self._count(self._plan(self.agreement), 28))
        self._agree_and_book(self._count(self._plan(self.agreement), 30))
        self.assertEqual(self._consumptions().mapped("quantity"), [2, -2])
        self.assertEqual(self._accrued(), 0)

    def test_nothing_is_booked_before_he_agrees(self):
        take = self._plan(self.agreement)
        take.action_start()
        accountant = take.with_user(self.accountant)
        accountant.agreed_with = "Rosa"
        with self.assertRaisesRegex(UserError, "was not counted"):
            accountant.action_agree()
        take.line_ids.counted = 28
        with self.assertRaisesRegex(UserError, "only while it is Agreed"):
            take.with_user(self.manager).action_apply()
        with self.assertRaises(AccessError):
            take.with_user(self.manager).state = "agreed"
        with self.assertRaises(AccessError):
            take.line_ids.expected = 28
        accountant.action_agree()
        with self.assertRaisesRegex(UserError, "only while it is Counting"):
            take.line_ids.counted = 30
        with self.assertRaises(AccessError):
            accountant.action_apply()
        self.assertEqual(self._on_hand(self.product, self.consignor), 30)

    def test_goods_that_moved_are_counted_again(self):
        take = self._count(self._plan(self.agreement, agreed_with="Rosa"), 30)
        take.with_user(self.accountant).action_agree()
        self._deliver(self._sell(self.product, 4))
        with self.assertRaisesRegex(UserError, "moved since they were counted"):
            take.with_user(self.manager).action_apply()
        take.with_user(self.accountant).action_recount()
        self.assertRecordValues(take.line_ids, [{"expected": 26, "is_counted": False}])
        take.line_ids.counted = 26
        take.with_user(self.accountant).action_agree()
        take.with_user(self.manager).action_apply()
        self.assertEqual(self._consumptions().mapped("kind"), ["sale"])

    def test_goods_of_others_are_not_on_the_list(self):
        self._agree(self.other_consignor, {self.product: 40})
        self._receive_own(self.product, 10, 60, bill=False)
        self._receive_consigned(self.other_consignor, self.product, 20)
        take = self._count(self._plan(self.agreement), 29)
        self.assertEqual(take.line_ids.expected, 30)
        self._agree_and_book(take)
        self.assertEqual(self._on_hand(self.product), 10)
        self.assertEqual(self._on_hand(self.product, self.other_consignor), 20)


@tagged("post_install", "-at_install")
class TestSetup(StockTakeCommon):
    def _set_up(self, **vals):
        wizard = Form(
            self.env["o2c.consignment.setup"]
            .with_user(self.manager)
            .with_company(self.company)
        )
        wizard.consignor_id = self.consignor
        for name, value in vals.items():
            setattr(wizard, name, value)
        with wizard.line_ids.new() as line:
            line.product_id = self.product
            line.value = 50
            line.stock_min = 5
            line.stock_max = 40
            line.quantity = 12
        return wizard.save()

    def test_first_consignor_in_one_go(self):
        action = self._set_up(agreed_with="Rosa", has_own_place=True).action_apply()
        agreement = self.env["o2c.consignment.agreement"].browse(action["res_id"])
        self.assertRecordValues(
            agreement, [{"state": "active", "settlement_calendar": "monthly"}]
        )
        place = agreement.place_ids.location_id
        self.assertEqual(place.location_id, self.stock)
        # 12 of his goods are there, in his name, and nothing is due for them
        self.assertRecordValues(agreement.place_ids, [{"on_hand": 12, "is_low": False}])
        self.assertEqual(self._on_hand(self.product, self.consignor), 12)
        self.assertFalse(self._consumptions())
        self._deliver(self._sell(self.product, 2))
        self.assertEqual(self._consumptions().amount, 100)

    def test_opening_count_needs_his_word(self):
        with self.assertRaisesRegex(UserError, "who agreed with the opening count"):
            self._set_up().action_apply()
        self.assertFalse(
            self.env["o2c.consignment.agreement"].search(
                [("consignor_id", "=", self.consignor.id)]
            )
        )
