from odoo.tests import tagged

from .common import ConsignmentCommon

METHODS = ("standard", "average", "fifo")


class CostSequencesCommon(ConsignmentCommon):
    """Perpetual cost of sales when deliveries, invoices and returns come in turns.

    Own 10 @ 60, consigned 30 @ 50, sold at 100; own goods leave first.
    """

    in_ecuador = True
    policies = ("delivery",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = {}
        for policy in cls.policies:
            for method in METHODS:
                cls.products[method, policy] = cls._product(
                    f"{method} {policy}",
                    category=cls._category(method, "real_time"),
                    standard_price=60 if method == "standard" else 0,
                    invoice_policy=policy,
                )
        goods = cls.products.values()
        cls._agree(cls.consignor, dict.fromkeys(goods, 50))
        cls._receive_both(goods)

    def _mixed(self, policy="delivery"):
        """A sale of fifteen of each costing method's goods."""
        self.goods = [p for key, p in self.products.items() if key[1] == policy]
        return self._sell_goods(dict.fromkeys(self.goods, 15))

    def _check_own_cost(self, posted):
        for product in self.goods:
            with self.subTest(product.name):
                self.assertEqual(self._own_cost(product), posted)

    def _own_cost(self, product):
        return -self._booked(product, "stock_valuation")

    def _booked(self, product, account):
        """Balance of an account of the product, bills and their refunds left out."""
        lines = self.env["account.move.line"].search(
            [
                ("product_id", "=", product.id),
                ("parent_state", "=", "posted"),
                ("account_id", "=", product._get_product_accounts()[account].id),
                ("move_id.move_type", "not in", ("in_invoice", "in_refund")),
            ]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def _deliver_lines(self, sale, lines):
        picking = lines.picking_id.with_user(self.warehouseman)
        (picking.move_line_ids - lines).with_user(self.warehouseman).quantity = 0
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")

    def _invoice_return(self, sale):
        note = sale.with_user(self.accountant)._create_invoices(final=True)
        self.assertEqual(note.move_type, "out_refund")
        note.action_post()
        return note


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestCostSequences(CostSequencesCommon):
    """Each costing method once through a delivery and a return."""

    def test_return_of_consigned_goods_leaves_cost_of_ours(self):
        sale = self._mixed()
        picking = self._deliver(sale)
        self._invoice(sale)
        self._return(picking, 2, owner=self.consignor)
        self._invoice_return(sale)
        self._check_own_cost(600)
        # 13 × 100 − 600 − 3 × 50, of three products
        self.assertAlmostEqual(sum(self._consumptions().mapped("amount")), 3 * 150)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestCostSequencesMore(CostSequencesCommon):
    """Orders of events that are rarer."""

    policies = ("delivery", "order")

    def test_consigned_first_then_own(self):
        sale = self._mixed()
        lines = sale.picking_ids.move_line_ids
        own = lines.filtered(lambda line: not line.owner_id)
        self._deliver_lines(sale, lines - own)
        self._invoice(sale)
        self._check_own_cost(0)
        self._deliver(sale)
        self._invoice(sale)
        self._check_own_cost(600)

    def test_invoice_before_anything_is_reserved_is_corrected(self):
        sale = self._mixed("order")
        sale.picking_ids.do_unreserve()
        self._invoice(sale)
        # nobody knows yet whose goods will leave: all counts as ours, 15 × 60
        self._check_own_cost(900)
        sale.picking_ids.action_assign()
        self._deliver(sale)
        self._check_own_cost(600)

    def test_return_of_own_goods_takes_their_cost_back(self):
        sale = self._mixed()
        picking = self._deliver(sale)
        self._invoice(sale)
        self._return(picking, 2, owner=self.env["res.partner"])
        self._invoice_return(sale)
        self._check_own_cost(480)

    def test_partial_deliveries_invoiced_once(self):
        sale = self._mixed()
        self._deliver(sale, 4)
        self._deliver(sale)
        self._invoice(sale)
        self._check_own_cost(600)

    def test_partial_deliveries_each_invoiced(self):
        sale = self._mixed()
        # 4 own: 240; 6 own and 1 consigned: 360 more; 4 consigned: nothing more
        for quantity, posted in ((4, 240), (7, 600), (4, 600)):
            self._deliver(sale, quantity)
            self._invoice(sale)
            self._check_own_cost(posted)


# Own 5 @ 60 and 5 @ 66, standard price 58; seven are sold, then eight, of which five
# are consigned @ 50; then two of our own of the second sale come back.
# method → cost of our goods of the first sale, of the second, and of the return
OWN_COST = {
    "standard": (406, 174, 116),  # 7 × 58; 3 × 58; 2 × 58
    "average": (441, 189, 126),  # 7 × 63; 3 × 63; 2 × 63
    "fifo": (432, 198, 132),  # 5 × 60 + 2 × 66; 3 × 66; 2 × 66
}


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestCostMethods(CostSequencesCommon):
    """Where prices differ each method has its own cost of our goods, beside his."""

    @classmethod
    def setUpClass(cls):
        super(CostSequencesCommon, cls).setUpClass()
        cls.products = {
            (method, valuation): cls._product(
                f"{method} {valuation}",
                category=cls._category(method, valuation),
                standard_price=58 if method == "standard" else 0,
            )
            for method in METHODS
            for valuation in ("periodic", "real_time")
        }
        goods = cls.products.values()
        cls._agree(cls.consignor, dict.fromkeys(goods, 50))
        order = cls._order_goods(
            cls.consignor, dict.fromkeys(goods, (30, None)), consigned=True
        )
        cls._validate(order.picking_ids)
        for cost in (60, 66):
            order = cls._order_goods(cls.supplier, dict.fromkeys(goods, (5, cost)))
            cls._validate(order.picking_ids)
            order.with_user(cls.accountant).action_create_invoice()
            cls._post_bill(order.sudo().invoice_ids)

    def _check(self, costs, consigned):
        """Compare what is posted under perpetual valuation, and what stock is worth.

        :param costs: method → cost of our goods by now
        """
        self.env.invalidate_all()
        for (method, valuation), product in self.products.items():
            perpetual = valuation == "real_time"
            bought = 580 if method == "standard" else 630  # 10 × 58; 5 × 60 + 5 × 66
            with self.subTest(product.name):
                self.assertAlmostEqual(product.total_value, bought - costs[method], 2)
                self.assertEqual(
                    self._booked(product, "expense"), costs[method] if perpetual else 0
                )
        self.assertEqual(self._cost_of_consigned(), 6 * consigned)

    def _check_margin(self, sale, margins):
        for line in sale.order_line:
            with self.subTest(line.product_id.name):
                method = line.product_id.cost_method
                self.assertAlmostEqual(line.margin, margins[method], 2)

    def test_each_method_beside_consigned_goods(self):
        first = self._sell_goods(dict.fromkeys(self.products.values(), 7))
        self._deliver(first)
        self._invoice(first)
        costs = {method: each[0] for method, each in OWN_COST.items()}
        self._check(costs, consigned=0)
        self._check_margin(first, {m: 700 - cost for m, cost in costs.items()})

        second = self._sell_goods(dict.fromkeys(self.products.values(), 8))
        picking = self._deliver(second)
        self._invoice(second)
        costs = {method: sum(each[:2]) for method, each in OWN_COST.items()}
        self._check(costs, consigned=250)
        self._check_margin(
            second, {m: 800 - each[1] - 250 for m, each in OWN_COST.items()}
        )

        self._return(picking, 2, owner=self.env["res.partner"])
        self._invoice_return(second)
        costs = {method: cost - OWN_COST[method][2] for method, cost in costs.items()}
        self._check(costs, consigned=250)
