from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import ConsignmentCommon


class PlacesCommon(ConsignmentCommon):
    """The consignor has a place of his own, to be filled up to forty."""

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product()
        cls.agreement = cls._agree(cls.consignor, {cls.product: 50})
        cls.his_place = cls._place("Consignante Andino", cls.stock)

    @classmethod
    def _place(cls, name, inside):
        return cls.stock.copy({"name": name, "location_id": inside.id})

    def _level(self, place, minimum=10, maximum=40):
        return self.env["o2c.consignment.agreement.place"].create(
            {
                "agreement_id": self.agreement.id,
                "product_id": self.product.id,
                "location_id": place.id,
                "stock_min": minimum,
                "stock_max": maximum,
            }
        )

    def _order_what_is_low(self):
        self.env.invalidate_all()
        self.agreement.with_user(self.buyer).action_replenish()
        return self.env["purchase.order"].search(
            [("partner_id", "=", self.consignor.id)], limit=1, order="id desc"
        )

    def _assert_nothing_is_low(self):
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "Nothing is below its minimum"):
            self.agreement.with_user(self.buyer).action_replenish()

    def _in(self, place):
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.product.id),
                ("location_id", "=", place.id),
                ("owner_id", "=", self.consignor.id),
            ]
        )
        return sum(quants.mapped("quantity"))

    def _confirm(self, order):
        order.with_user(self.buyer).button_confirm()
        return order.picking_ids


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestPlaces(PlacesCommon):
    def test_what_is_low_is_ordered_once_and_comes_to_his_place(self):
        level = self._level(self.his_place)
        order = self._order_what_is_low()
        self.assertRecordValues(
            order.order_line,
            [{"product_qty": 40, "o2c_place_id": self.his_place.id}],
        )
        self._assert_nothing_is_low()
        receipt = self._confirm(order)
        self._assert_nothing_is_low()
        self.assertEqual(receipt.location_dest_id, self.his_place)
        self._validate(receipt)
        self.assertEqual(self._in(self.his_place), 40)
        level.invalidate_recordset()
        self.assertEqual((level.on_hand, level.expected, level.to_order), (40, 0, 0))

    def test_an_order_by_hand_comes_to_his_place(self):
        self._level(self.his_place)
        order = self._receive_consigned(self.consignor, self.product, 7)
        self.assertEqual(order.order_line.o2c_place_id, self.his_place)
        self.assertEqual(self._in(self.his_place), 7)

    def test_goods_without_levels_come_to_the_stock(self):
        self._receive_consigned(self.consignor, self.product, 7)
        self.assertEqual(self._in(self.stock), 7)

    def test_an_order_that_waits_for_approval_counts(self):
        self._level(self.his_place)
        self._order_what_is_low().sudo().state = "to approve"
        self._assert_nothing_is_low()

    def test_a_place_inside_another_is_filled_in_both(self):
        self._level(self.stock, 50, 60)
        self._level(self.his_place)
        order = self._order_what_is_low()
        # 60 in all, 40 of them in his place
        self.assertEqual(
            {line.o2c_place_id: line.product_qty for line in order.order_line},
            {self.his_place: 40, self.stock: 20},
        )
        self._assert_nothing_is_low()
        self._validate(self._confirm(order))
        self.assertEqual((self._in(self.his_place), self._in(self.stock)), (40, 20))

    def test_a_place_beside_the_stock_is_received_in(self):
        beside = self._place("Consigna", self.warehouse.view_location_id)
        self._level(beside)
        self._validate(self._confirm(self._order_what_is_low()))
        self.assertEqual(self._in(beside), 40)
        self._assert_nothing_is_low()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestPlacesInTwoSteps(PlacesCommon):
    """Goods come to the input place first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.reception_steps = "two_steps"

    def _check_comes_to(self, place):
        self._level(place)
        order = self._order_what_is_low()
        self._assert_nothing_is_low()
        receipt = self._confirm(order)
        self._assert_nothing_is_low()
        self._validate(receipt)
        self.assertEqual(self._in(self.warehouse.wh_input_stock_loc_id), 40)
        self._assert_nothing_is_low()
        inward = self.env["stock.picking"].search(
            [("state", "=", "assigned"), ("product_id", "=", self.product.id)]
        )
        self._validate(inward)
        self.assertEqual(self._in(place), 40)
        self._assert_nothing_is_low()

    def test_to_the_stock(self):
        self._check_comes_to(self.stock)

    def test_to_his_place(self):
        self._check_comes_to(self.his_place)

    def test_beside_the_stock_nobody_can_receive(self):
        self._level(self._place("Consigna", self.warehouse.view_location_id))
        with self.assertRaisesRegex(UserError, "Nobody can receive in .*Consigna"):
            self._order_what_is_low()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestStraightToTheCustomer(PlacesCommon):
    """Four go from the consignor to a customer, and one back."""

    def test_balance_counts_them_as_received(self):
        delivery = self._send_straight(4)
        self.assertEqual(self._balance_row(), [(4, 4, 0, 0)])
        self._return(delivery, 1)
        # three stay consumed; one is back with him
        self.assertEqual(self._balance_row(), [(4, 3, 1, 0)])

    def _send_straight(self, quantity):
        places = {
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        move = {
            "product_id": self.product.id,
            "product_uom_qty": quantity,
            "restrict_partner_id": self.consignor.id,
            **places,
        }
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": self.customer.id,
                "move_ids": [Command.create(move)],
                **places,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return self._validate(picking, quantity)

    def _return(self, picking, quantity):
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = quantity
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.location_dest_id = self.env.ref("stock.stock_location_suppliers")
        return self._validate(back)

    def _balance_row(self):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["o2c.consignment.balance"].search(
            [("product_id", "=", self.product.id)]
        )
        return [
            (row.received, row.consumed, row.returned, row.difference) for row in rows
        ]


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestOwnGoodsOfAConsignor(PlacesCommon):
    def test_an_order_of_own_goods_says_so(self):
        order = self._order(self.consignor, self.product, 5, price=60)
        self.assertIn("buys them as our own", order.o2c_own_goods_warning)
        self.assertIn("as our own goods", order.picking_ids.o2c_own_goods_warning)
        # it is allowed, and may become his on the receipt
        order.picking_ids.move_line_ids.owner_id = self.consignor
        self.assertFalse(order.picking_ids.o2c_own_goods_warning)

    def test_buyer_is_told_while_entering_the_order(self):
        order = Form(self.env["purchase.order"].with_user(self.buyer))
        order.partner_id = self.consignor
        with order.order_line.new() as line:
            line.product_id = self.product
        self.assertIn("buys them as our own", order.o2c_own_goods_warning)
        order.o2c_is_consignment = True
        self.assertFalse(order.o2c_own_goods_warning)
        self.assertEqual(order.save().order_line.o2c_place_id, self.stock)

    def test_nothing_is_said_of_other_goods_and_other_suppliers(self):
        other = self._product("Vaso")
        for supplier, product in (
            (self.consignor, other),
            (self.supplier, self.product),
        ):
            order = self._order(supplier, product, 5, price=60)
            self.assertFalse(order.o2c_own_goods_warning)
            self.assertFalse(order.picking_ids.o2c_own_goods_warning)

    def test_nothing_is_said_of_a_consignment(self):
        order = self._order(self.consignor, self.product, 5, consigned=True)
        self.assertFalse(order.o2c_own_goods_warning)
        self.assertFalse(order.picking_ids.o2c_own_goods_warning)

    def test_order_says_how_much_more_or_less_came(self):
        order = self._order(self.consignor, self.product, 10, consigned=True)
        line = order.order_line
        self.assertEqual(line.o2c_qty_difference, -10)
        self._validate(order.picking_ids, 12)
        self.assertEqual(line.o2c_qty_difference, 2)
