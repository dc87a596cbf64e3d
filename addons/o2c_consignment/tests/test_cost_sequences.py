from odoo.tests import tagged

from .common import ConsignmentCommon

METHODS = ("standard", "average", "fifo")


@tagged("post_install", "-at_install")
class TestCostSequences(ConsignmentCommon):
    """Perpetual cost of sales when deliveries, invoices and returns come in turns.

    Own 10 @ 60, consigned 30 @ 50, sold at 100; own goods leave first.
    """

    def _mixed(self, method, policy="delivery"):
        product = self._product(
            f"{method} {policy}",
            category=self._category(method, "real_time"),
            standard_price=60 if method == "standard" else 0,
            invoice_policy=policy,
        )
        consignor = self._partner(f"Dueño {method}")
        self._agree(consignor, {product: 50})
        self._receive_consigned(consignor, product, 30)
        self._receive_own(product, 10, 60)
        return product, consignor

    def _own_cost(self, product):
        valuation = product._get_product_accounts()["stock_valuation"]
        lines = self.env["account.move.line"].search(
            [
                ("product_id", "=", product.id),
                ("parent_state", "=", "posted"),
                ("account_id", "=", valuation.id),
                ("move_id.move_type", "not in", ("in_invoice", "in_refund")),
            ]
        )
        return -self.company.currency_id.round(sum(lines.mapped("balance")))

    def _each_method(self, check):
        for method in METHODS:
            with self.subTest(method):
                check(method)

    def test_partial_deliveries_each_invoiced(self):
        def check(method):
            product, _consignor = self._mixed(method)
            sale = self._sell(product, 15)
            # 4 own: 240; 6 own and 1 consigned: 360 more; 4 consigned: nothing more
            for quantity, posted in ((4, 240), (7, 600), (4, 600)):
                self._deliver(sale, quantity)
                self._invoice(sale)
                self.assertEqual(self._own_cost(product), posted)

        self._each_method(check)

    def test_consigned_first_then_own(self):
        def check(method):
            product, consignor = self._mixed(method)
            sale = self._sell(product, 15)
            lines = sale.picking_ids.move_line_ids
            own = lines.filtered(lambda line: not line.owner_id)
            self._deliver_lines(sale, lines - own)
            self._invoice(sale)
            self.assertEqual(self._own_cost(product), 0)
            self._deliver(sale)
            self._invoice(sale)
            self.assertEqual(self._own_cost(product), 600)

        self._each_method(check)

    def test_invoice_before_anything_is_reserved_is_corrected(self):
        def check(method):
            product, _consignor = self._mixed(method, "order")
            sale = self._sell(product, 15)
            sale.picking_ids.do_unreserve()
            self._invoice(sale)
            # nobody knows yet whose goods will leave: all counts as ours, 15 × 60
            self.assertEqual(self._own_cost(product), 900)
            sale.picking_ids.action_assign()
            self._deliver(sale)
            self.assertEqual(self._own_cost(product), 600)

        self._each_method(check)

    def test_return_of_consigned_goods_leaves_cost_of_ours(self):
        def check(method):
            product, consignor = self._mixed(method)
            sale = self._sell(product, 15)
            picking = self._deliver(sale)
            self._invoice(sale)
            self._return(picking, 2, owner=consignor)
            self._invoice_return(sale)
            self.assertEqual(self._own_cost(product), 600)
            # 13 × 100 − 600 − 3 × 50
            self.assertAlmostEqual(
                sum(self._consumptions(consignor).mapped("amount")), 150
            )

        self._each_method(check)

    def test_return_of_own_goods_takes_their_cost_back(self):
        def check(method):
            product, _consignor = self._mixed(method)
            sale = self._sell(product, 15)
            picking = self._deliver(sale)
            self._invoice(sale)
            self._return(picking, 2, owner=self.env["res.partner"])
            self._invoice_return(sale)
            self.assertEqual(self._own_cost(product), 480)

        self._each_method(check)

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
