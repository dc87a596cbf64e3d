from itertools import product as every

from odoo import fields
from odoo.tests import tagged

from .common import ConsignmentCommon

METHODS = ("standard", "average", "fifo")
VALUATIONS = ("periodic", "real_time")
SEQUENCES = ("delivery_first", "invoice_first")

# goods: (our own 10 @ 60, consignor A's @ 50, consignor B's @ 55, quantity sold)
# → (cost of our goods, cost of consigned goods, value of our stock left)
# Our own leave first, then consigned goods in the order of arrival. Sold at 100.00.
GOODS = {
    "own": (10, 0, 0, 8, 480, 0, 120),  # 8 × 60; 2 × 60 left
    "consigned": (0, 30, 0, 15, 0, 750, 0),  # 15 × 50
    "mixed": (10, 30, 0, 15, 600, 250, 0),  # 10 × 60; 5 × 50
    "two_consignors": (0, 10, 30, 15, 0, 775, 0),  # 10 × 50 + 5 × 55
    "own_and_two": (10, 3, 30, 15, 600, 260, 0),  # 10 × 60; 3 × 50 + 2 × 55
}

# Four are delivered, the rest waits: (our goods, consigned goods, value left)
FOUR_DELIVERED = {
    "own": (240, 0, 360),  # 4 × 60; 6 × 60 left
    "consigned": (0, 200, 0),  # 4 × 50
    "mixed": (240, 0, 360),
    "two_consignors": (0, 200, 0),
    "own_and_two": (240, 0, 360),
}

# Two come back, of the owner whose goods left last, and are credited.
TWO_RETURNED = {
    "own": (360, 0, 240),  # 6 × 60; 4 × 60 left
    "consigned": (0, 650, 0),  # 13 × 50
    "mixed": (600, 150, 0),  # 10 × 60; 3 × 50
    "two_consignors": (0, 665, 0),  # 10 × 50 + 3 × 55
    "own_and_two": (600, 150, 0),  # 10 × 60; 3 × 50
}
# What the consignor owes us for them when they were billed before.
CREDIT = {
    "own": 0,
    "consigned": 100,
    "mixed": 100,
    "two_consignors": 110,
    "own_and_two": 110,
}


class CostMatrixCommon(ConsignmentCommon):
    """Every combination is one product; products of one sequence are sold together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cells = {}
        for method, valuation in every(METHODS, VALUATIONS):
            category = cls._category(method, valuation)
            for sequence, goods in every(SEQUENCES, GOODS):
                policy = "order" if sequence == "invoice_first" else "delivery"
                product = cls._product(
                    f"{method} {valuation} {sequence} {goods}",
                    category=category,
                    standard_price=60
                    if method == "standard" and GOODS[goods][0]
                    else 0,
                    invoice_policy=policy,
                )
                cls.cells[product] = (valuation, sequence, goods)
        for place, consignor, cost in (
            (1, cls.consignor, 50),
            (2, cls.other_consignor, 55),
        ):
            having = [p for p, cell in cls.cells.items() if GOODS[cell[2]][place]]
            cls._agree(consignor, dict.fromkeys(having, cost))

    def setUp(self):
        super().setUp()
        for place, supplier, price in (
            (1, self.consignor, None),
            (2, self.other_consignor, None),
            (0, self.supplier, 60),
        ):
            goods = {
                product: (GOODS[cell[2]][place], price)
                for product, cell in self.cells.items()
                if GOODS[cell[2]][place]
            }
            order = self._order_goods(supplier, goods, consigned=price is None)
            self._validate(order.picking_ids)
            if price:
                order.with_user(self.accountant).action_create_invoice()
                self._post_bill(order.sudo().invoice_ids)

    def _play(self, deliver):
        """Sell every product, deliver and invoice; ``deliver`` takes the order.

        :return: the order of each sequence
        """
        self.sales = {}
        for sequence in SEQUENCES:
            sale = self._sell_goods(
                {
                    product: GOODS[goods][3]
                    for product, (_v, done_in, goods) in self.cells.items()
                    if done_in == sequence
                }
            )
            steps = [deliver, self._invoice]
            for step in steps if sequence == "delivery_first" else reversed(steps):
                step(sale)
            self.sales[sequence] = sale
        return self.sales

    def _figures(self, product):
        """Posted cost of our goods, posted cost of consigned goods, accrued."""
        valuation = product._get_product_accounts()["stock_valuation"]
        lines = self.env["account.move.line"].search(
            [("product_id", "=", product.id), ("parent_state", "=", "posted")]
        )
        company = self.company

        def balance(account, some=lines):
            chosen = some.filtered(lambda line: line.account_id == account)
            return company.currency_id.round(sum(chosen.mapped("balance")))

        sales = lines.filtered(lambda line: not line.move_id.is_purchase_document())
        consumed = self.env["o2c.consignment.consumption"].search(
            [("product_id", "=", product.id)]
        )
        unbilled = consumed.filtered(lambda c: c.state in ("open", "settled"))
        self.assertTrue(all(c.accrual_move_id.state == "posted" for c in consumed))
        return (
            -balance(valuation, sales),
            sum(consumed.mapped("amount")),
            sum(unbilled.mapped("amount")),
        )

    def _all_delivered(self, _sequence, goods):
        own_cost, consigned, left = GOODS[goods][4:]
        return own_cost, consigned, consigned, left

    def _check(self, expected, margin=True):
        """Compare each product; ``expected``: (valuation, sequence, goods) → figures.

        The figures are the cost of our goods as posted under perpetual valuation, the
        cost of consigned goods, what is accrued, and the value of our stock left.
        """
        cost = due = 0
        for product, (valuation, sequence, goods) in self.cells.items():
            own_cost, consigned, accrued, left = expected(sequence, goods)
            cost += consigned
            due += accrued
            posted = own_cost if valuation == "real_time" else 0
            with self.subTest(product.name):
                self.assertEqual(self._figures(product), (posted, consigned, accrued))
                self.assertAlmostEqual(product.total_value, left, 2)
                if margin:
                    self._check_margin(product, sequence, goods)
        # the books have a sum for each delivery and consignor
        self.assertEqual((self._cost_of_consigned(), self._accrued()), (cost, due))

    def _check_margin(self, product, sequence, goods):
        """The margin counts our goods under periodic valuation too, and what waits."""
        *_stock, sold, own_cost, consigned, _left = GOODS[goods]
        line = self.sales[sequence].order_line.filtered(
            lambda line: line.product_id == product
        )
        self.assertAlmostEqual(line.margin, sold * 100 - own_cost - consigned, 2)

    def _last_owner(self, product):
        goods = self.cells[product][2]
        for place, owner in ((2, self.other_consignor), (1, self.consignor)):
            if GOODS[goods][place]:
                return owner
        return self.env["res.partner"]

    def _return_two(self):
        for sale in self.sales.values():
            self._return_where(
                sale.picking_ids,
                2,
                lambda move: (
                    move.move_line_ids.owner_id == self._last_owner(move.product_id)
                ),
            )
            note = sale.invoice_ids.with_user(self.accountant)._reverse_moves(
                [{"invoice_date": fields.Date.today()}]
            )
            note.invoice_line_ids.quantity = 2
            note.action_post()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestCostMatrix(CostMatrixCommon):
    """Cost of sales, accrual, margin and stock value of what is delivered."""

    def test_all_delivered(self):
        self._play(self._deliver)
        self._check(self._all_delivered)

    def test_partial(self):
        self._play(lambda sale: self._deliver(sale, 4))

        def expected(sequence, goods):
            own_cost, consigned, left = FOUR_DELIVERED[goods]
            if sequence == "invoice_first":
                # invoiced whole: the cost of all our goods in it, as reserved
                own_cost = GOODS[goods][4]
            return own_cost, consigned, consigned, left

        self._check(expected)

    def test_backorder(self):
        def deliver_in_two(sale):
            self._deliver(sale, 4)
            self._deliver(sale)

        self._play(deliver_in_two)
        self._check(self._all_delivered)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestCostMatrixReturns(CostMatrixCommon):
    """The same when goods come back, before and after they were billed."""

    def test_return(self):
        self._play(self._deliver)
        self._return_two()

        def expected(_sequence, goods):
            own_cost, consigned, left = TWO_RETURNED[goods]
            return own_cost, consigned, consigned, left

        self._check(expected, margin=False)

    def test_return_after_billing(self):
        self._play(self._deliver)
        for consignor in (self.consignor, self.other_consignor):
            self._bill(self._settle(consignor))
        self._return_two()

        def expected(_sequence, goods):
            own_cost, consigned, left = TWO_RETURNED[goods]
            return own_cost, consigned, -CREDIT[goods], left

        self._check(expected, margin=False)
