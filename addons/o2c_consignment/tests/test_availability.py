from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestAvailability(ConsignmentCommon):
    """Own 10, the consignor's 30, and the other one's 4.

    Whoever sells sees what is ours and what is not, before and after he confirms.
    """

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product(standard_price=60)
        cls.plain = cls._product("Plancha", standard_price=5)
        cls.kept = cls._product("De un cliente")
        cls._agree(cls.consignor, {cls.product: 50})
        cls._agree(cls.other_consignor, {cls.product: 52})
        for owner, product, quantity in (
            (cls.env["res.partner"], cls.product, 10),
            (cls.consignor, cls.product, 30),
            (cls.other_consignor, cls.product, 4),
            (cls.customer, cls.kept, 7),
            (cls.env["res.partner"], cls.plain, 3),
        ):
            cls.env["stock.quant"]._update_available_quantity(
                product, cls.stock, quantity, owner_id=owner
            )

    def _available(self, order):
        self.env.invalidate_all()
        return [
            (line.o2c_own_available, line.o2c_consigned_available)
            for line in order.order_line.with_user(self.salesman)
        ]

    def test_product_tells_own_from_consigned(self):
        for product in (
            self.product.with_user(self.warehouseman),
            self.product.product_tmpl_id.with_user(self.salesman),
        ):
            self.assertEqual((product.o2c_own_qty, product.o2c_consigned_qty), (10, 34))
        # what we keep for a customer is neither
        self.assertEqual((self.kept.o2c_own_qty, self.kept.o2c_consigned_qty), (0, 0))

    def test_warehouse_of_the_context_counts(self):
        other = self.env["stock.warehouse"].create(
            {"name": "Costa", "code": "COS", "company_id": self.company.id}
        )
        there = self.product.with_context(warehouse_id=other.id)
        self.assertEqual((there.o2c_own_qty, there.o2c_consigned_qty), (0, 0))

    def test_quotation_shows_what_is_free(self):
        order = self._sell_goods({self.product: 12, self.plain: 1}, confirm=False)
        self.assertEqual(self._available(order), [(10, 34), (3, 0)])
        consignors = order.order_line[0].o2c_available_consignors
        self.assertIn("Consignante Andino 30", consignors)
        self.assertIn("Consignante Costa 4", consignors)
        # twelve are promised to somebody else: our ten leave first
        self._sell(self.product, 12)
        self.assertEqual(self._available(order), [(0, 32), (3, 0)])

    def test_confirmed_order_shows_what_it_reserved(self):
        order = self._sell(self.product, 12)
        self.assertEqual(self._available(order), [(10, 2)])

    def test_unit_of_the_order(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell(self.product, 1, confirm=False)
        order.order_line.product_uom_id = dozen
        [(own, consigned)] = self._available(order)
        # 10 and 34 units
        self.assertAlmostEqual(own, 10 / 12, 2)
        self.assertAlmostEqual(consigned, 34 / 12, 2)

    def test_as_many_queries_for_many_products_as_for_few(self):
        few = self.product | self.plain
        many = few | self.env["product.product"].create(
            [self._prepare_product(f"Vaso {n}") for n in range(10)]
        )
        self.env.flush_all()
        counts = []
        for products in (few, many, few, many):
            self.env.invalidate_all()
            products.mapped("name")
            before = self.env.cr.sql_log_count
            products.mapped("o2c_consigned_qty")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[2:])
