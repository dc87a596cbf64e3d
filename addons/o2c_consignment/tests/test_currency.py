from odoo import fields
from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestCurrency(ConsignmentCommon):
    """Agreed in euros, kept in dollars.

    1 USD = 0.50 EUR when the goods are sold and 0.40 EUR when they are billed: five at
    20 EUR are 100 EUR, 200.00 USD accrued and 250.00 USD billed.
    """

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eur = cls.env.ref("base.EUR")
        cls.eur.active = True
        cls._rate("2020-01-01", 0.5)
        cls.product = cls._product()
        cls.shared = cls._product("Plancha")
        cls.agreement = cls._agree(
            cls.consignor,
            {cls.product: 20, cls.shared: {"price_kind": "percent", "value": 70}},
            currency_id=cls.eur.id,
        )
        order = cls._order_goods(
            cls.consignor,
            {cls.product: (30, None), cls.shared: (30, None)},
            consigned=True,
        )
        cls._validate(order.picking_ids)
        cls.sale = cls._sell(cls.product, 5)
        cls.picking = cls._deliver(cls.sale)

    @classmethod
    def _rate(cls, day, euros):
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.eur.id,
                "company_id": cls.company.id,
                "name": day,
                "rate": euros,
            }
        )

    def test_accrued_at_the_rate_of_the_day(self):
        self.assertRecordValues(
            self._consumptions(),
            [{"unit_cost": 20, "amount": 100, "currency_id": self.eur.id}],
        )
        self.assertEqual(self._accrued(), 200)
        # 5 × 100 − 200
        self.assertEqual(self.sale.order_line.margin, 300)

    def test_bill_at_another_rate_leaves_an_exchange_difference(self):
        settlement = self._settle()
        self._rate(self.today, 0.4)
        bill = self._bill(settlement)
        self.assertEqual((bill.currency_id, bill.amount_untaxed), (self.eur, 100))
        self.assertEqual(bill.amount_untaxed_signed, -250)
        self.assertEqual(self._accrued(), 0)
        # 250 owed for 200 accrued: the euro rose, the cost of the goods did not
        self.assertEqual(self._cost_of_consigned(), 200)
        loss = self.company.expense_currency_exchange_account_id
        self.assertEqual(self._balance(loss), 50)

    def test_share_of_a_price_in_dollars_is_due_in_euros(self):
        sale = self._sell(self.shared, 3, price=90)
        self._deliver(sale)
        # 90 USD = 45 EUR; 70 % = 31.50 EUR = 63 USD a unit
        shared = self._consumptions().filtered(lambda c: c.product_id == self.shared)
        self.assertRecordValues(shared, [{"unit_cost": 31.5, "amount": 94.5}])
        self.assertEqual(self._accrued(), 200 + 189)
        self.assertEqual(sale.order_line.margin, 3 * 90 - 189)

    def test_later_cost_is_accrued_at_its_own_rate(self):
        self._bill(self._settle())
        self._rate(self.today, 0.4)
        change = (
            self.env["o2c.consignment.cost.change"]
            .with_user(self.accountant)
            .create(
                {
                    "agreement_id": self.agreement.id,
                    "product_id": self.product.id,
                    "new_cost": 22,
                    "date_from": fields.Date.subtract(self.today, days=2),
                    "reason": "Alza del fabricante",
                }
            )
        )
        change.action_preview()
        change.line_ids.decision = "absorb"
        change.with_user(self.manager).action_apply()
        # 5 × 2 EUR = 10 EUR at 0.40 = 25 USD
        self.assertEqual(self._accrued(), 25)
        bill = self._bill(self._settle())
        self.assertEqual(bill.amount_untaxed, 10)
        self.assertEqual(self._accrued(), 0)
