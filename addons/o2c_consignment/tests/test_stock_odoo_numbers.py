from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install")
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

    def _mixed(self, method, valuation):
        product = self._product(
            f"{method} {valuation}",
            category=self._category(method, valuation),
            standard_price=60 if method == "standard" else 0,
        )
        self._agree(self._partner(f"Dueño {method}"), {product: 50})
        consignor = (
            self.env["o2c.consignment.agreement"]
            .search([("line_ids.product_id", "=", product.id)])
            .consignor_id
        )
        self._receive_consigned(consignor, product, 30)
        self._receive_own(product, 10, 60)
        return product

    def test_value_of_our_stock(self):
        for method in ("standard", "average", "fifo"):
            for valuation in ("periodic", "real_time"):
                with self.subTest(method=method, valuation=valuation):
                    product = self._mixed(method, valuation)
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
        for method in ("standard", "average", "fifo"):
            self._mixed(method, "periodic")
        self.assertEqual(sum(self.company.stock_value().values()), 1800)

    def test_value_at_a_past_date(self):
        product = self._mixed("standard", "periodic")
        self.env["stock.move"].search(
            [("product_id", "=", product.id)]
        ).date = "2026-01-10 12:00:00"
        self._deliver(self._sell(product, 15))
        self.assertEqual(product.with_context(to_date="2026-01-15").total_value, 600)
        self.assertEqual(product.total_value, 0)
