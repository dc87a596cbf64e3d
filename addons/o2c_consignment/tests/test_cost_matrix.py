from itertools import product as every

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
        cls.cells = cls._create_products()
        cls.products = cls.env["product.product"].concat(*cls.cells)
        for place, consignor, cost in (
            (1, cls.consignor, 50),
            (2, cls.other_consignor, 55),
        ):
            having = [p for p, cell in cls.cells.items() if GOODS[cell[2]][place]]
            cls._agree(consignor, dict.fromkeys(having, cost))
        for place, supplier, price in (
            (1, cls.consignor, None),
            (2, cls.other_consignor, None),
            (0, cls.supplier, 60),
        ):
            cls._receive(place, supplier, price)

    @classmethod
    def _create_products(cls):
        """A product for each valuation, sequence and mixture of owners.

        :return: product → (valuation, sequence, goods)
        """
        cells, vals_list = [], []
        for method, valuation in every(METHODS, VALUATIONS):
            category = cls._category(method, valuation)
            for sequence, goods in every(SEQUENCES, GOODS):
                cells.append((valuation, sequence, goods))
                own = GOODS[goods][0]
                vals_list.append(
                    cls._prepare_product(
                        f"{method} {valuation} {sequence} {goods}",
                        category=category,
                        standard_price=60 if method == "standard" and own else 0,
                        invoice_policy="order"
                        if sequence == "invoice_first"
                        else "delivery",
                    )
                )
        products = cls.env["product.product"].create(vals_list)
        return dict(zip(products, cells, strict=True))

    @classmethod
    def _receive(cls, place, supplier, price):
        goods = {
            product: (GOODS[cell[2]][place], price)
            for product, cell in cls.cells.items()
            if GOODS[cell[2]][place]
        }
        order = cls._order_goods(supplier, goods, consigned=price is None)
        cls._validate(order.picking_ids)
        if price:
            order.with_user(cls.accountant).action_create_invoice()
            cls._post_bill(order.sudo().invoice_ids)

    def _sell_all_of(self, sequence):
        return self._sell_goods(
            {
                product: GOODS[goods][3]
                for product, (_v, done_in, goods) in self.cells.items()
                if done_in == sequence
            }
        )

    def _play(self, deliver):
        """Sell every product, deliver and invoice; ``deliver`` takes the order."""
        self.sales = {}
        for sequence in SEQUENCES:
            sale = self._sell_all_of(sequence)
            steps = [deliver, self._invoice]
            for step in steps if sequence == "delivery_first" else reversed(steps):
                step(sale)
            self.sales[sequence] = sale

    def _figures(self):
        """What is posted and consumed by product.

        :return: product → cost of our goods, cost of consigned goods, accrued
        """
        Line, Consumption = (
            self.env[name]
            for name in ("account.move.line", "o2c.consignment.consumption")
        )
        valuation = {
            category: products[0]._get_product_accounts()["stock_valuation"]
            for category, products in self.products.grouped("categ_id").items()
        }
        mine = [("product_id", "in", self.products.ids)]
        posted = {
            (product, account): balance
            for product, account, balance in Line._read_group(
                [
                    *mine,
                    ("parent_state", "=", "posted"),
                    ("move_id.move_type", "not in", ("in_invoice", "in_refund")),
                ],
                ["product_id", "account_id"],
                ["balance:sum"],
            )
        }
        consumed, due = (
            dict(Consumption._read_group(domain, ["product_id"], ["amount:sum"]))
            for domain in (mine, [*mine, ("state", "in", ("open", "settled"))])
        )
        self.assertFalse(
            Consumption.search_count([*mine, ("accrual_move_id.state", "!=", "posted")])
        )
        return {
            product: (
                self.company.currency_id.round(
                    -posted.get((product, valuation[product.categ_id]), 0)
                ),
                consumed.get(product, 0),
                due.get(product, 0),
            )
            for product in self.products
        }

    def _all_delivered(self, _sequence, goods):
        own_cost, consigned, left = GOODS[goods][4:]
        return own_cost, consigned, consigned, left

    def _partly_delivered(self, sequence, goods):
        own_cost, consigned, left = FOUR_DELIVERED[goods]
        if sequence == "invoice_first":
            # invoiced whole: the cost of all our goods in it, as reserved
            own_cost = GOODS[goods][4]
        return own_cost, consigned, consigned, left

    def _partly_delivered_and_not_invoiced(self, sequence, goods):
        if sequence == "invoice_first":  # none of these is sold
            return 0, 0, 0, 60 * GOODS[goods][0]
        _own_cost, consigned, left = FOUR_DELIVERED[goods]
        return 0, consigned, consigned, left

    def _all_delivered_invoiced_once(self, sequence, goods):
        if sequence == "invoice_first":
            return 0, 0, 0, 60 * GOODS[goods][0]
        return self._all_delivered(sequence, goods)

    def _returned(self, _sequence, goods):
        own_cost, consigned, left = TWO_RETURNED[goods]
        return own_cost, consigned, consigned, left

    def _returned_after_billing(self, _sequence, goods):
        own_cost, consigned, left = TWO_RETURNED[goods]
        return own_cost, consigned, -CREDIT[goods], left

    def _check(self, expected, margin=True):
        """Compare each product; ``expected``: sequence, goods → figures.

        The figures are the cost of our goods as posted under perpetual valuation, the
        cost of consigned goods, what is accrued, and the value of our stock left.
        """
        self.env.invalidate_all()
        figures = self._figures()
        cost = due = 0
        for product, (valuation, sequence, goods) in self.cells.items():
            own_cost, consigned, accrued, left = expected(sequence, goods)
            cost += consigned
            due += accrued
            posted = own_cost if valuation == "real_time" else 0
            with self.subTest(product.name):
                self.assertEqual(figures[product], (posted, consigned, accrued))
                self.assertAlmostEqual(
                    product.with_prefetch(self.products.ids).total_value, left, 2
                )
        if margin:
            self._check_margins()
        # the books have a sum for each delivery and consignor
        self.assertEqual((self._cost_of_consigned(), self._accrued()), (cost, due))

    def _check_margins(self):
        """The margin counts our goods under periodic valuation too, and what waits."""
        for sale in self.sales.values():
            for line in sale.order_line:
                goods = self.cells[line.product_id][2]
                *_stock, sold, own_cost, consigned, _left = GOODS[goods]
                with self.subTest(line.product_id.name):
                    self.assertAlmostEqual(
                        line.margin, sold * 100 - own_cost - consigned, 2
                    )

    def _last_owner(self, product):
        goods = self.cells[product][2]
        for place, owner in ((2, self.other_consignor), (1, self.consignor)):
            if GOODS[goods][place]:
                return owner
        return self.env["res.partner"]

    def _return_two(self):
        """Of each product two come back that left last, and are credited."""
        for sale in self.sales.values():
            self._return_where(
                sale.picking_ids.sorted("id")[-1],
                2,
                lambda move: (
                    move.move_line_ids.owner_id == self._last_owner(move.product_id)
                ),
            )
            invoice = sale.invoice_ids.sorted("id")[-1].with_user(self.accountant)
            note = invoice._reverse_moves([{"invoice_date": self.today}])
            note.invoice_line_ids.quantity = 2
            note.action_post()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestCostMatrix(CostMatrixCommon):
    """Cost of sales, accrual, margin and stock value after each step.

    Every test plays on from what it has proven: selling sixty products takes time.
    """

    def test_full_delivery_and_return(self):
        self._play(self._deliver)
        self._check(self._all_delivered)
        self._return_two()
        self._check(self._returned, margin=False)

    def test_partial_delivery_its_backorder_and_return_after_billing(self):
        self._play(lambda sale: self._deliver(sale, 4))
        self._check(self._partly_delivered)
        for sequence, sale in self.sales.items():
            self._deliver(sale)
            if sequence == "delivery_first":
                self._invoice(sale)
        self._check(self._all_delivered)
        for consignor in (self.consignor, self.other_consignor):
            self._bill(self._settle(consignor))
        self._return_two()
        self._check(self._returned_after_billing, margin=False)

    def test_backorder_delivered_before_one_invoice(self):
        sale = self._sell_all_of("delivery_first")
        self.sales = {"delivery_first": sale}
        self._deliver(sale, 4)
        self._check(self._partly_delivered_and_not_invoiced)
        self._deliver(sale)
        self._invoice(sale)
        self._check(self._all_delivered_invoiced_once)
