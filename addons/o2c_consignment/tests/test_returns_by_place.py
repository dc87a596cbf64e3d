from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConsignmentCommon


class ReturnsByPlaceCommon(ConsignmentCommon):
    """Eight of his came: five lie in the stock, three on the shelf."""

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()
        cls.agreement = cls._agree(cls.consignor, {cls.product: 50})
        cls.shelf = cls.stock.copy({"name": "Percha", "location_id": cls.stock.id})
        cls._receive_consigned(cls.consignor, cls.product, 8)
        cls._move(3, cls.stock, cls.shelf)

    @classmethod
    def _move(cls, quantity, source, target):
        move = (
            cls.env["stock.move"]
            .with_user(cls.warehouseman)
            .create(
                {
                    "product_id": cls.product.id,
                    "product_uom_qty": quantity,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                    "restrict_partner_id": cls.consignor.id,
                }
            )
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()

    def _deliver_from_both(self):
        picking = self._deliver(self._sell(self.product, 8))
        self.assertEqual(self._consumptions().mapped("quantity"), [5, 3])
        return picking

    def _bring_in(self, product, quantity):
        """A receipt from the customer that names no delivery, in his name."""
        places = {
            "location_id": self.env.ref("stock.stock_location_customers").id,
            "location_dest_id": self.stock.id,
        }
        move = {"product_id": product.id, "product_uom_qty": quantity, **places}
        picking = (
            self.env["stock.picking"]
            .with_user(self.warehouseman)
            .create(
                {
                    "picking_type_id": self.warehouse.in_type_id.id,
                    "partner_id": self.customer.id,
                    "owner_id": self.consignor.id,
                    "move_ids": [Command.create(move)],
                    **places,
                }
            )
        )
        picking.action_confirm()
        return self._validate(picking, quantity)

    def _left_of_each_sale(self):
        """What of each sale did not come back, in the order they left."""
        consumptions = self._consumptions()
        return [
            sale.quantity
            + sum(
                consumptions.filtered(lambda c, sale=sale: c.origin_id == sale).mapped(
                    "quantity"
                )
            )
            for sale in consumptions.filtered(lambda c: c.kind == "sale")
        ]

    def _differences(self):
        self.env.flush_all()
        rows = self.env["o2c.consignment.balance"].search(
            [("product_id", "=", self.product.id)]
        )
        return [row.difference for row in rows if row.difference]


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestReturnsByPlace(ReturnsByPlaceCommon):
    def test_more_come_back_than_left_from_one_place(self):
        self._return(self._deliver_from_both(), 6)
        self.assertEqual(self._on_hand(self.product, self.consignor), 6)
        # 8 − 6 stay sold, and no sale is undone twice
        self.assertEqual(sum(self._left_of_each_sale()), 2)
        self.assertGreaterEqual(min(self._left_of_each_sale()), 0)
        # 2 × 50
        self.assertEqual(self._accrued(), 100)
        self.assertEqual(self._differences(), [])
        settlement = self._settle()
        self.assertEqual(settlement.amount_to_bill, 100)
        self._bill(settlement)
        self.assertEqual(self._accrued(), 0)
        self.assertEqual(self._cost_of_consigned(), 100)

    def test_they_come_back_little_by_little_and_no_more_than_left(self):
        picking = self._deliver_from_both()
        self._return(picking, 3)
        self._return(picking, 3)
        with self.assertRaisesRegex(UserError, "1 more of Licuadora would come back"):
            self._return(picking, 3)
        self._return(picking, 2)
        self.assertEqual(self._left_of_each_sale(), [0, 0])
        self.assertEqual(self._accrued(), 0)

    def test_some_come_back_after_they_were_billed(self):
        picking = self._deliver_from_both()
        self._bill(self._settle())
        self._return(picking, 6)
        # 6 × 50 to be credited in the next settlement
        self.assertEqual(self._settle().amount_to_bill, -300)
        self.assertEqual(self._accrued(), -300)

    def test_the_last_one_takes_the_cents_along(self):
        product = self._product("Plancha")
        self._agree(
            self.other_consignor, {product: {"price_kind": "percent", "value": 70}}
        )
        self._receive_consigned(self.other_consignor, product, 3)
        picking = self._deliver(self._sell(product, 3, price=47.62))
        for _time in range(3):
            self._return(picking, 1)
        # 70 % of 47.62 = 33.334; 3 × 33.334 = 100.00, and 33.33 + 33.33 leave 33.34
        self.assertEqual(
            self._consumptions(self.other_consignor).mapped("amount"),
            [100, -33.33, -33.33, -33.34],
        )
        self.assertEqual(self._accrued(), 0)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestReturnsOfNoDelivery(ReturnsByPlaceCommon):
    def test_no_more_comes_in_from_customers_than_they_have(self):
        picking = self._deliver(self._sell(self.product, 4))
        with self.assertRaisesRegex(UserError, "1 more of Licuadora would come back"):
            self._bring_in(self.product, 5)
        self._bring_in(self.product, 3)
        # 4 − 3 = 1 stays sold: the delivery brings back one, not two
        self.assertEqual(self._accrued(), 50)
        with self.assertRaisesRegex(UserError, "1 more of Licuadora would come back"):
            self._return(picking, 2)
        self._return(picking, 1)
        self.assertEqual(self._accrued(), 0)

    def test_it_is_credited_at_what_it_was_charged_at(self):
        product = self._product("Plancha")
        self._agree(
            self.other_consignor, {product: {"price_kind": "percent", "value": 70}}
        )
        self._receive_consigned(self.other_consignor, product, 3)
        self._deliver(self._sell(product, 3, price=90))
        self.consignor = self.other_consignor
        self._bring_in(product, 2)
        # 70 % of 90, the price of the sale; the list says 100
        self.assertEqual(self._consumptions().mapped("amount"), [189, -126])


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestFoundAgain(ReturnsByPlaceCommon):
    """Thirty of his of another product, counted again and again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product("Tostadora")
        cls._agree(cls.other_consignor, {cls.product: 20})
        cls._receive_consigned(cls.other_consignor, cls.product, 30)

    def _count(self, *quantities):
        for quantity in quantities:
            quant = self.env["stock.quant"].search(
                [
                    ("product_id", "=", self.product.id),
                    ("owner_id", "=", self.other_consignor.id),
                    ("location_id", "=", self.stock.id),
                ]
            )
            quant = quant.with_user(self.warehouseman).with_context(inventory_mode=True)
            quant.inventory_quantity = quantity
            quant.action_apply_inventory()

    def _booked(self):
        consumptions = self._consumptions(self.other_consignor)
        return consumptions.mapped("quantity")

    def test_what_was_found_before_is_not_found_twice(self):
        self._count(27, 28, 31)
        # three lost; one found, then two; the one more came in without a receipt
        self.assertEqual(self._booked(), [3, -1, -2])
        self.assertEqual(self._accrued(), 0)
        self.assertEqual(self._differences(), [])

    def test_a_find_undoes_as_many_losses_as_it_takes(self):
        self._count(28, 25, 30)
        self.assertEqual(self._booked(), [2, 3, -3, -2])
        self.assertEqual(self._accrued(), 0)
        self.assertEqual(self._differences(), [])

    def test_a_find_undoes_a_part_of_a_loss(self):
        self._count(25, 27)
        # 3 × 20 stay lost
        self.assertEqual(self._booked(), [5, -2])
        self.assertEqual(self._accrued(), 60)
