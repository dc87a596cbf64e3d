from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestStockOdooNumbers(ConsignmentCommon):
    """Own 10 @ 60 and consigned 30 @ 50: our stock is worth 600, whatever the method.

    Measured on Odoo 19.0 without this addon:

    ==============================  ========  ======  =====  =====
    figure                          standard  AVCO    FIFO   right
    ==============================  ========  ======  =====  =====
    product value, closing entry         600     600   2400    600
    value shown on our own quant         150     150    600    600
    cost of 15 sold (10 own), perpetual    –     900    900    600
    ==============================  ========  ======  =====  =====
    """

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = {
            (method, valuation): cls._product(
                f"{method} {valuation}",
                category=cls._category(method, valuation),
                standard_price=60 if method == "standard" else 0,
            )
            for method in ("standard", "average", "fifo")
            for valuation in ("periodic", "real_time")
        }
        goods = cls.products.values()
        cls._agree(cls.consignor, dict.fromkeys(goods, 50))
        cls.value_before = sum(cls.company.stock_value().values())
        cls._receive_both(goods)

    def test_value_of_our_stock(self):
        for product in self.products.values():
            with self.subTest(product.name):
                self.assertEqual(product.total_value, 600)
                quant = self.env["stock.quant"].search(
                    [
                        ("product_id", "=", product.id),
                        ("location_id", "=", self.stock.id),
                        ("owner_id", "=", False),
                    ]
                )
                self.assertEqual(quant.value, 600)

    def test_closing_entry_values_our_goods_only(self):
        value = sum(self.company.stock_value().values())
        self.assertEqual(value - self.value_before, 6 * 600)

    def test_closing_entries_book_our_goods_only(self):
        """Of six products ten of ours @ 60, then none; his thirty count for nothing."""
        self.assertEqual(self._closed_stock(), self.value_before + 6 * 600)
        sale = self._sell_goods(dict.fromkeys(self.products.values(), 15))
        self._deliver(sale)
        self._invoice(sale)
        self.assertEqual(self._closed_stock(), self.value_before)

    def _closed_stock(self):
        """What the books say our stock is worth after a closing entry."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.company.action_close_stock_valuation(auto_post=True)
        accounts = {
            p._get_product_accounts()["stock_valuation"].id
            for p in self.products.values()
        }
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "in", list(accounts)),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
            ]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def test_value_at_a_past_date(self):
        product = self.products["standard", "periodic"]
        self.env["stock.move"].search(
            [("product_id", "=", product.id)]
        ).date = "2026-01-10 12:00:00"
        self._deliver(self._sell(product, 15))
        self.assertEqual(product.with_context(to_date="2026-01-15").total_value, 600)
        self.assertEqual(product.total_value, 0)
