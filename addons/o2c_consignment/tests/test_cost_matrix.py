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


@tagged("post_install", "-at_install")
class TestCostMatrix(ConsignmentCommon):
    """Cost of sales, accrual, margin and stock value in every combination."""

    def _prepare(self, method, valuation, goods, policy="delivery"):
        own, first, second, sold, *_expected = GOODS[goods]
        name = f"{method} {valuation} {goods} {policy}"
        product = self._product(
            name,
            category=self._category(method, valuation),
            standard_price=60 if method == "standard" and own else 0,
            invoice_policy=policy,
        )
        consignors = []
        for letter, quantity, cost in (("A", first, 50), ("B", second, 55)):
            if quantity:
                consignors.append(self._partner(f"{letter} {name}"))
                self._agree(consignors[-1], {product: cost})
                self._receive_consigned(consignors[-1], product, quantity)
        if own:
            self._receive_own(product, own, 60)
        return product, sold

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
        return (
            -balance(valuation, sales),
            balance(company.o2c_consignment_cost_account_id),
            -balance(company.o2c_consignment_accrual_account_id),
        )

    def _play(self, sequence, product, sold):
        sale = self._sell(product, sold)
        steps = [self._deliver, self._invoice]
        for step in steps if sequence == "delivery_first" else reversed(steps):
            step(sale)
        return sale

    def test_matrix(self):
        for method, valuation, sequence, goods in every(
            METHODS, VALUATIONS, SEQUENCES, GOODS
        ):
            with self.subTest(f"{method} {valuation} {sequence} {goods}"):
                self._check_cell(method, valuation, sequence, goods)

    def _check_cell(self, method, valuation, sequence, goods):
        policy = "order" if sequence == "invoice_first" else "delivery"
        product, sold = self._prepare(method, valuation, goods, policy)
        own_cost, consigned_cost, left = GOODS[goods][4:]
        posted = own_cost if valuation == "real_time" else 0
        sale = self._play(sequence, product, sold)
        self.assertEqual(
            self._figures(product), (posted, consigned_cost, consigned_cost)
        )
        self.assertAlmostEqual(product.total_value, left, 2)
        # margin counts our goods under periodic valuation too
        self.assertAlmostEqual(
            sale.order_line.margin, sold * 100 - own_cost - consigned_cost, 2
        )
