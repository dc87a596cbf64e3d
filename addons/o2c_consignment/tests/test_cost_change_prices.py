from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentCommon
from .test_cost_change import CostChangeCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestPricesAgreedForLater(CostChangeCommon):
    """50 until in nine days, 60 from in ten days on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product("Tostadora")
        cls.agreement = cls._agree(
            cls.other_consignor,
            {cls.product: {"value": 50, "date_end": cls._day(9)}},
            activate=False,
            cost_change_policy="absorb",
        )
        later = {"value": 60, "date_start": cls._day(10), "date_end": False}
        cls.agreement.line_ids.copy(later)
        cls.agreement.action_activate()

    @classmethod
    def _day(cls, days):
        return fields.Date.add(cls.today, days=days)

    def _costs(self):
        """Agreed cost today, tomorrow, in five, nine and ten days."""
        return [
            int(self.agreement._agreed_cost(self.product, self._day(n)).unit_cost)
            for n in (0, 1, 5, 9, 10)
        ]

    def test_the_change_ends_where_the_next_price_begins(self):
        change = self._change(cost=52, date_from=self._day(0))
        self.assertEqual(change.date_to, self._day(9))
        self._apply(change)
        self.assertEqual(self._costs(), [52, 52, 52, 52, 60])
        change.with_user(self.manager).action_reverse()
        self.assertEqual(self._costs(), [50, 50, 50, 50, 60])

    def test_a_change_of_the_later_price_ends_that_one_only(self):
        change = self._change(cost=62, date_from=self._day(10))
        self.assertFalse(change.date_to)
        self._apply(change)
        self.assertEqual(self._costs(), [50, 50, 50, 50, 62])

    def test_an_earlier_change_after_a_later_one(self):
        later = self._apply(self._change(cost=56, date_from=self._day(5)))
        self.assertEqual(self._costs(), [50, 50, 56, 56, 60])
        earlier = self._change(cost=52, date_from=self._day(1))
        self.assertEqual(earlier.date_to, self._day(4))
        self._apply(earlier)
        self.assertEqual(self._costs(), [50, 52, 56, 56, 60])
        earlier.with_user(self.manager).action_reverse()
        self.assertEqual(self._costs(), [50, 50, 56, 56, 60])
        later.with_user(self.manager).action_reverse()
        self.assertEqual(self._costs(), [50, 50, 50, 50, 60])

    def test_goods_of_the_next_price_keep_it(self):
        """Agreed from yesterday on at 60: of a change from three days ago only
        goods until then are affected."""
        product = self._product("Plancha")
        agreement = self._agree(
            self._partner("Tercero"),
            {product: {"value": 50, "date_end": self._day(-2)}},
            activate=False,
            cost_change_policy="absorb",
        )
        agreement.line_ids.copy(
            {"value": 60, "date_start": self._day(-1), "date_end": False}
        )
        agreement.action_activate()
        self._receive_consigned(agreement.consignor_id, product, 9)
        self._deliver(self._sell(product, 2))
        change = self._change(
            cost=52,
            agreement_id=agreement.id,
            product_id=product.id,
            date_from=self._day(-3),
        )
        self.assertFalse(change.line_ids)

    def test_a_price_agreed_since_the_preview_asks_for_a_new_one(self):
        change = self._change(cost=52, date_from=self._day(0))
        self.agreement.date_end = self._day(3)
        with self.assertRaisesRegex(UserError, "Work it out again"):
            self._apply(change)

    def test_an_agreement_that_ended_before_is_the_wrong_one(self):
        self.agreement.date_end = self._day(3)
        with self.assertRaisesRegex(UserError, "Choose the version"):
            self._change(cost=52, date_from=self._day(4))


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestMarginOfCostChange(CostChangeCommon):
    """5 × (100 − 50) = 250; the goods cost 5 × 5 = 25 more."""

    def _margins(self, change):
        line = self.sale.order_line
        return change.margin_before, change.margin_after, line.margin

    def test_the_order_says_what_the_change_says(self):
        for decision, after, percent in (
            ("absorb", 225, 225 / 500),
            # 250 of 525: the note is revenue
            ("pass_on", 250, 250 / 525),
        ):
            with self.subTest(decision):
                change = self._apply(self._change(decision))
                self.assertEqual(self._margins(change), (250, after, after))
                self.assertAlmostEqual(self.sale.order_line.margin_percent, percent, 4)
                self.assertEqual(self.sale.margin, after)
                change.with_user(self.manager).action_reverse()
                self.assertEqual(self.sale.order_line.margin, 250)

    def test_a_note_that_is_not_issued_makes_up_for_nothing(self):
        change = self._apply(self._change("pass_on"))
        change.note_ids.with_user(self.accountant).button_cancel()
        self.assertEqual(self.sale.order_line.margin, 225)

    def test_a_posted_note_counts_once(self):
        change = self._apply(self._change("pass_on"))
        change.note_ids.invoice_date = self.today
        change.note_ids.with_user(self.accountant).action_post()
        self.assertEqual(self.sale.order_line.margin, 250)

    def test_a_lower_cost_passed_on_leaves_the_margin(self):
        change = self._apply(self._change("pass_on", cost=48))
        # 5 × 2 less to pay, 10 credited
        self.assertEqual(self._margins(change), (250, 250, 250))


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestNotesOfOneInvoice(ConsignmentCommon):
    """Five on one line of the order and two on another, at 100, on one invoice."""

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()
        cls.agreement = cls._agree(
            cls.consignor, {cls.product: 50}, cost_change_policy="pass_on"
        )
        cls._receive_consigned(cls.consignor, cls.product, 30)

    def _apply_change(self):
        change = (
            self.env["o2c.consignment.cost.change"]
            .with_user(self.accountant)
            .create(
                {
                    "agreement_id": self.agreement.id,
                    "product_id": self.product.id,
                    "new_cost": 55,
                    "date_from": fields.Date.subtract(self.today, days=2),
                    "reason": "Alza del fabricante",
                }
            )
        )
        change.action_preview()
        change.with_user(self.manager).action_apply()
        return change

    def test_two_lines_of_an_invoice_make_one_note(self):
        sale = self._sell(self.product, 5, confirm=False)
        sale.order_line = [
            Command.create(
                {
                    "product_id": self.product.id,
                    "product_uom_qty": 2,
                    "price_unit": 90,
                }
            )
        ]
        sale.action_confirm()
        self._deliver(sale)
        invoice = self._invoice(sale)
        other = self._sell(self.product, 3)
        self._deliver(other)
        second = self._invoice(other)
        change = self._apply_change()
        notes = change.note_ids.sorted("amount_untaxed")
        # 3 × 5; 5 × 5 + 2 × 5
        self.assertRecordValues(
            notes,
            [
                {"debit_origin_id": second.id, "amount_untaxed": 15},
                {"debit_origin_id": invoice.id, "amount_untaxed": 35},
            ],
        )
        self.assertEqual(
            sorted(notes[1].invoice_line_ids.mapped("price_subtotal")), [10, 25]
        )
        self.assertEqual(set(change.line_ids.mapped("note_id")), set(notes))
        # 5 × 50 and 2 × 40, as before
        self.assertEqual(sale.order_line.mapped("margin"), [250, 80])

    def test_settled_and_not_billed_goods_get_the_difference_on_top(self):
        sale = self._sell(self.product, 5)
        self._deliver(sale)
        settlement = self._settle()
        consumption = self._consumptions()
        self.assertEqual(consumption.state, "settled")
        change = self._apply_change()
        # the settlement says what was accepted, and 5 × 5 come in the next
        self.assertEqual((consumption.unit_cost, consumption.amount), (50, 250))
        self.assertRecordValues(
            change.line_ids.adjustment_id,
            [{"kind": "adjustment", "amount": 25, "state": "open"}],
        )
        self.assertEqual(self._accrued(), 275)
        self.assertEqual(self._bill(settlement).amount_untaxed, 250)
        self.assertEqual(self._accrued(), 25)
        self.assertEqual(self._bill(self._settle()).amount_untaxed, 25)
        self.assertEqual(self._accrued(), 0)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestPassOnInForeignCurrency(ConsignmentCommon):
    """20 → 22 EUR on five that were sold at 100 USD; 1 USD = 0.50 EUR."""

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eur = cls.env.ref("base.EUR")
        cls.eur.active = True
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.eur.id,
                "company_id": cls.company.id,
                "name": "2020-01-01",
                "rate": 0.5,
            }
        )
        cls.product = cls._product()
        cls.agreement = cls._agree(
            cls.consignor, {cls.product: 20}, currency_id=cls.eur.id
        )
        cls._receive_consigned(cls.consignor, cls.product, 30)
        cls.sale = cls._sell(cls.product, 5)
        cls._deliver(cls.sale)

    def test_a_difference_in_euros_is_a_note_in_dollars(self):
        invoice = self._invoice(self.sale)
        change = self._change_of(22)
        change.line_ids.decision = "pass_on"
        change.with_user(self.manager).action_apply()
        # 5 × 2 EUR = 10 EUR = 20 USD; accrued 100 + 10 EUR = 220 USD
        note = change.note_ids
        self.assertRecordValues(
            note,
            [
                {
                    "currency_id": self.company.currency_id.id,
                    "debit_origin_id": invoice.id,
                    "amount_untaxed": 20,
                }
            ],
        )
        self.assertEqual(change.amount_passed_on, 10)
        self.assertEqual(self._accrued(), 220)
        # 5 × 100 − 220 + 20, as before
        self.assertEqual(self.sale.order_line.margin, 300)
        # 5 × (50 − 20) EUR
        self.assertEqual((change.margin_before, change.margin_after), (150, 150))

    def test_a_customer_who_pays_in_euros_gets_the_note_in_euros(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Euros",
                "currency_id": self.eur.id,
                "company_id": self.company.id,
            }
        )
        sale = self._sell(self.product, 2, price=60, pricelist_id=pricelist.id)
        self._deliver(sale)
        invoice = self._invoice(sale)
        change = self._change_of(22)
        line = change.line_ids.filtered(lambda x: x.invoice_id == invoice)
        change.line_ids.filtered("invoice_id").decision = "pass_on"
        change.line_ids.filtered(lambda x: not x.decision).decision = "absorb"
        change.with_user(self.manager).action_apply()
        # 2 × 2 EUR; 2 × (60 − 20) EUR, as before
        self.assertRecordValues(
            line.note_id, [{"currency_id": self.eur.id, "amount_untaxed": 4}]
        )
        self.assertEqual(sale.order_line.margin, 80)

    def _change_of(self, cost):
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
                }
            )
        )
        change.action_preview()
        return change
