from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentCommon


class StockControlsCommon(ConsignmentCommon):
    """Thirty of his; of another product thirty of his and ten of ours."""

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product(standard_price=60)
        cls.mixed = cls._product("Licuadora mixta", standard_price=60)
        cls.agreement = cls._agree(cls.consignor, {cls.product: 50, cls.mixed: 50})
        cls.order = cls._order_goods(
            cls.consignor,
            {cls.product: (30, None), cls.mixed: (30, None)},
            consigned=True,
        )
        cls._validate(cls.order.picking_ids)
        cls._receive_own(cls.mixed, 10, 60, bill=False)

    def _deliver_as(self, product, quantity, owner):
        """The warehouse enters another owner on the detailed operations."""
        picking = self._sell(product, quantity).picking_ids
        lines = picking.move_line_ids.with_user(self.warehouseman)
        lines.owner_id = owner
        return self._validate(picking)

    def _scrap(self, product, quantity, owner=None):
        self.env["stock.scrap"].with_user(self.warehouseman).create(
            {
                "product_id": product.id,
                "scrap_qty": quantity,
                "owner_id": owner and owner.id,
                "location_id": self.stock.id,
                "company_id": self.company.id,
            }
        ).do_scrap()


@tagged("post_install", "-at_install")
class TestNobodyElsesName(StockControlsCommon):
    def test_his_goods_do_not_leave_as_ours(self):
        with self.assertRaisesRegex(
            UserError, "5 of Licuadora .* Consignante Andino has 30.* Set the owner"
        ):
            self._deliver_as(self.product, 5, False)
        self.assertEqual(self._on_hand(self.product, self.consignor), 30)

    def test_his_goods_do_not_leave_as_a_strangers(self):
        with self.assertRaisesRegex(UserError, "Consignante Andino has 30"):
            self._deliver_as(self.product, 5, self.supplier)

    def test_his_goods_are_not_thrown_away_as_ours(self):
        with self.assertRaisesRegex(UserError, "Consignante Andino has 30"):
            self._scrap(self.product, 5)
        self._scrap(self.product, 5, self.consignor)
        self.assertEqual(self._accrued(), 250)

    def test_his_goods_do_not_become_ours_on_the_way_to_a_shelf(self):
        shelf = self.stock.copy({"name": "Percha", "location_id": self.stock.id})
        move = (
            self.env["stock.move"]
            .with_user(self.warehouseman)
            .create(
                {
                    "product_id": self.product.id,
                    "product_uom_qty": 5,
                    "location_id": self.stock.id,
                    "location_dest_id": shelf.id,
                }
            )
        )
        move._action_confirm()
        move._action_assign()
        move.move_line_ids.owner_id = False
        move.picked = True
        with self.assertRaisesRegex(UserError, "Consignante Andino has 30"):
            move._action_done()

    def test_a_line_that_is_done_takes_no_more_than_was_ours(self):
        picking = self._deliver(self._sell(self.mixed, 10))
        line = picking.move_line_ids.with_user(self.warehouseman)
        with self.assertRaisesRegex(UserError, "2 of .* Consignante Andino has 30"):
            line.quantity = 12

    def test_ours_leave_as_ours(self):
        self._deliver_as(self.mixed, 10, False)
        self.assertEqual(self._on_hand(self.mixed), 0)
        self.assertFalse(self._consumptions())

    def test_ours_may_be_negative_where_none_of_his_are(self):
        product = self._product("Plancha")
        self._validate(self._sell(product, 3).picking_ids, 3)
        self.assertEqual(self._on_hand(product), -3)

    def test_goods_in_two_rows_are_there(self):
        """What two transfers move at once has a row each, one of them negative."""
        self.env["stock.quant"].sudo().create(
            {
                "product_id": self.product.id,
                "location_id": self.stock.id,
                "owner_id": self.consignor.id,
                "quantity": -3,
            }
        )
        # 30 − 3 = 27 are there
        sale = self._sell(self.product, 28)
        with self.assertRaisesRegex(UserError, "1 of Licuadora would be missing"):
            self._deliver_all(sale)
        sale.picking_ids.action_cancel()
        self._deliver_as(self.product, 20, self.consignor)
        self.assertEqual(self._on_hand(self.product, self.consignor), 7)

    def _deliver_all(self, sale):
        picking = sale.picking_ids
        with self.env.cr.savepoint():
            picking.move_ids.quantity = sale.order_line.product_uom_qty
            picking.move_line_ids.owner_id = self.consignor
            self._validate(picking)
