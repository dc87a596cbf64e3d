from odoo.tests import tagged

from .common import ConsignmentCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestFoundByInvariants(ConsignmentCommon):
    """What random sequences found, each by its few steps that matter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()
        cls.other = cls._product("Tostadora")
        cls._agree(cls.consignor, {cls.product: 50, cls.other: 20})

    def test_orders_follow_what_those_before_them_brought(self):
        first = self._receive_consigned(self.consignor, self.product, 10)
        second = self._receive_consigned(self.consignor, self.product, 9)
        self._deliver(self._sell(self.product, 18))
        lines = (first | second).order_line
        self.assertEqual(sum(lines.mapped("qty_to_invoice")), 18)
        self._return(first.picking_ids, 1)
        # 9 and 9 are left, all of them sold
        self.env.invalidate_all()
        self.assertEqual(lines.mapped("qty_to_invoice"), [9, 9])

    def test_entry_of_goods_on_two_bills_is_cleared(self):
        for product in (self.product, self.other):
            self._receive_consigned(self.consignor, product, 10)
        # one entry of 50 + 20, and one of 50
        self._deliver(self._sell_goods({self.product: 1, self.other: 1}))
        self._deliver(self._sell(self.product, 1))
        goods = self._consumptions()
        toaster = goods.filtered(lambda c: c.product_id == self.other)
        for some in (goods - toaster, toaster):
            settlement = self._settle(consumptions=some)
            self._bill(settlement)
        self.assertEqual(self._accrued(), 0)
        lines = goods.accrual_move_id.line_ids | settlement.bill_ids.line_ids
        account = self.company.o2c_consignment_accrual_account_id
        left = lines.filtered(lambda x: x.account_id == account and not x.reconciled)
        self.assertFalse(left.mapped("amount_residual"))
