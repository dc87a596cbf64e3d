from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ConsignmentCommon


class StockFlowCommon(ConsignmentCommon):
    """Thirty consigned; the same thirty and ten of our own of another product."""

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product(standard_price=60)
        cls.mixed = cls._product("Licuadora mixta", standard_price=60)
        cls.agreement = cls._agree(cls.consignor, {cls.product: 50, cls.mixed: 50})
        cls.order = cls._receive_consigned(cls.consignor, cls.product, 30)
        # consigned goods arrived first: by date alone they would leave first
        cls.mixed_order = cls._receive_consigned(cls.consignor, cls.mixed, 30)
        cls._receive_own(cls.mixed, 10, 60, bill=False)

    def _scrap(self, product, quantity, owner):
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.warehouseman)
            .create(
                {
                    "product_id": product.id,
                    "scrap_qty": quantity,
                    "owner_id": owner.id,
                    "location_id": self.stock.id,
                    "company_id": self.company.id,
                }
            )
        )
        scrap.action_validate()
        return scrap

    def _count(self, product, owner, quantity):
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("owner_id", "=", owner.id),
                ("location_id", "=", self.stock.id),
            ]
        )
        quant = quant.with_context(inventory_mode=True)
        quant.inventory_quantity = quantity
        quant.action_apply_inventory()


@tagged("post_install", "-at_install")
class TestStockFlow(StockFlowCommon):
    def test_receipt_belongs_to_consignor_and_is_not_billable(self):
        order = self.order
        line = order.order_line
        self.assertEqual(line.price_unit, 50)
        self.assertEqual(self._on_hand(self.product, self.consignor), 30)
        self.assertEqual(self._on_hand(self.product), 0)
        self.assertEqual((line.qty_received, line.qty_to_invoice), (30, 0))
        self.assertEqual(order.invoice_status, "no")
        self.assertFalse(self._consumptions())

    def test_sale_makes_one_consumption_and_one_accrual(self):
        order = self.order
        sale = self._sell(self.product, 5)
        self._deliver(sale)
        consumption = self._consumptions()
        self.assertRecordValues(
            consumption,
            [
                {
                    "kind": "sale",
                    "quantity": 5,
                    "unit_cost": 50,
                    "amount": 250,
                    "sale_unit_price": 100,
                    "sale_order_id": sale.id,
                    "customer_id": self.customer.id,
                    "location_id": self.stock.id,
                    "warehouse_id": self.warehouse.id,
                    "agreement_id": self.agreement.id,
                    "state": "open",
                }
            ],
        )
        self.assertEqual(self._accrued(), 250)
        self.assertEqual(self._cost_of_consigned(), 250)
        self.assertEqual(order.order_line.o2c_qty_consumed, 5)
        self.assertEqual(order.order_line.qty_to_invoice, 5)

    def test_own_goods_leave_first_and_each_line_keeps_its_owner(self):
        picking = self._deliver(self._sell(self.mixed, 15))
        self.assertEqual(self._on_hand(self.mixed), 0)
        self.assertEqual(self._on_hand(self.mixed, self.consignor), 25)
        owners = picking.move_line_ids.mapped(lambda x: (x.owner_id, x.quantity))
        self.assertCountEqual(
            owners, [(self.env["res.partner"], 10), (self.consignor, 5)]
        )
        self.assertEqual(self._consumptions().quantity, 5)

    def test_issue_order_never_hides_stock(self):
        sale = self._sell(self.mixed, 40)
        self.assertEqual(sale.picking_ids.state, "assigned")

    def test_customer_return_goes_back_to_its_owner(self):
        picking = self._deliver(self._sell(self.mixed, 15))
        self._return(picking, 2, owner=self.consignor)
        self.assertEqual(self._on_hand(self.mixed, self.consignor), 27)
        self.assertEqual(self._on_hand(self.mixed), 0)
        consumed = self._consumptions()
        self.assertRecordValues(
            consumed,
            [
                {"kind": "sale", "quantity": 5, "amount": 250},
                {"kind": "return", "quantity": -2, "amount": -100},
            ],
        )
        self.assertEqual(consumed[1].origin_id, consumed[0])
        self.assertEqual(self._accrued(), 150)

    def test_count_finds_lost_goods_again(self):
        self._count(self.product, self.consignor, 27)
        self.assertEqual(self._accrued(), 150)
        self._count(self.product, self.consignor, 32)
        # three were lost; the other two are goods that were never counted as received
        self.assertRecordValues(
            self._consumptions(),
            [
                {"kind": "loss", "quantity": 3, "amount": 150},
                {"kind": "found", "quantity": -3, "amount": -150},
            ],
        )
        self.assertEqual(self._accrued(), 0)

    def test_completed_line_cannot_be_rewritten(self):
        picking = self._deliver(self._sell(self.product, 5))
        for vals in ({"quantity": 4}, {"owner_id": False}):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "return"):
                picking.move_line_ids.write(vals)

    def test_nobody_takes_more_of_his_goods_than_there_are(self):
        sale = self._sell(self.mixed, 32)
        sale.picking_ids.move_line_ids.sudo().owner_id = self.consignor
        with self.assertRaisesRegex(UserError, "2 of Licuadora mixta would be missing"):
            self._deliver(sale)

    def test_consignment_receipt_needs_its_owner(self):
        order = self._order(self.consignor, self.product, 30, consigned=True)
        order.picking_ids.owner_id = self.other_consignor
        with self.assertRaisesRegex(UserError, "belongs to Consignante Andino"):
            self._validate(order.picking_ids)


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestStockFlowMore(StockFlowCommon):
    """What happens to stock less often."""

    def test_three_step_delivery_consumes_once(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        sale = self._sell(self.mixed, 15)
        for _step in range(3):
            self._validate(sale.picking_ids.filtered(lambda p: p.state == "assigned"))
        self.assertEqual(sale.order_line.qty_delivered, 15)
        self.assertEqual(self._consumptions().mapped("quantity"), [5])

    def test_backorder_takes_what_is_left(self):
        sale = self._sell(self.mixed, 15)
        self._deliver(sale, 8)
        self.assertFalse(self._consumptions())
        self._deliver(sale)
        self.assertEqual(self._consumptions().quantity, 5)
        self.assertEqual(sale.order_line.qty_delivered, 15)

    def test_consigned_goods_leave_first_when_agreed(self):
        product = self._product("Tostadora", standard_price=60)
        self._agree(self.other_consignor, {product: 50}, issue_order="consigned_first")
        self._receive_own(product, 10, 60)
        self._receive_consigned(self.other_consignor, product, 4)
        self._deliver(self._sell(product, 5))
        self.assertEqual(self._on_hand(product, self.other_consignor), 0)
        self.assertEqual(self._on_hand(product), 9)

    def test_more_than_delivered_cannot_come_back(self):
        picking = self._deliver(self._sell(self.mixed, 15))
        with self.assertRaisesRegex(UserError, "would come back"):
            self._return(picking, 6, owner=self.consignor)

    def test_return_to_supplier_takes_his_goods_only(self):
        order = self.mixed_order
        self._return(order.picking_ids, 30)
        self.assertEqual(self._on_hand(self.mixed), 10)
        self.assertEqual(self._on_hand(self.mixed, self.consignor), 0)
        self.assertFalse(self._consumptions())

    def test_owner_of_a_transfer_cannot_take_others_goods(self):
        sale = self._sell(self.mixed, 15)
        sale.picking_ids.sudo().owner_id = self.consignor
        with self.assertRaisesRegex(UserError, "Clear the owner"):
            self._deliver(sale)

    def test_goods_of_owners_without_agreement_are_none_of_our_business(self):
        product = self._product("De un cliente")
        self.env["stock.quant"]._update_available_quantity(
            product, self.stock, 5, owner_id=self.supplier
        )
        self._deliver(self._sell(product, 5))
        self.assertFalse(self._consumptions(self.supplier))

    def test_share_of_sale_price(self):
        product = self._product("Plancha")
        self._agree(
            self.other_consignor, {product: {"price_kind": "percent", "value": 70}}
        )
        self._receive_consigned(self.other_consignor, product, 10)
        self._deliver(self._sell(product, 3, price=90))
        # 70 % of 90.00 = 63.00 a unit
        self.assertRecordValues(
            self._consumptions(self.other_consignor),
            [{"unit_cost": 63, "amount": 189}],
        )

    def test_share_of_the_revenue_after_deductions(self):
        product = self._product("Plancha")
        terms = {"price_kind": "share", "value": 60, "commission": 10, "deduction": 5}
        self._agree(self.other_consignor, {product: terms})
        self._receive_consigned(self.other_consignor, product, 10)
        sale = self._sell(product, 3)
        self._deliver(sale)
        # 60 % of 100 − 10 − 5 = 51.00 a unit; 49.00 stay ours
        self.assertRecordValues(
            self._consumptions(self.other_consignor),
            [{"unit_cost": 51, "amount": 153}],
        )
        self.assertEqual(sale.sudo().order_line.margin, 147)

    def test_deductions_belong_to_a_share_of_the_revenue(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self._agree(
                self.other_consignor, {self.product: {"value": 50, "deduction": 5}}
            )

    def test_whatever_expires_first_leaves_first(self):
        product = self._product("Yogur", tracking="lot", use_expiration_date=True)
        self._agree(self.other_consignor, {product: 50}, issue_order="first_expired")
        owners = {"ours": self.env["res.partner"], "theirs": self.other_consignor}
        for name, whose, days in (
            ("A", "ours", 50),
            ("B", "theirs", 20),
            ("C", "ours", 30),
            ("D", "theirs", 60),
        ):
            moment = fields.Datetime.now() + timedelta(days=days)
            lot = self.env["stock.lot"].create(
                {
                    "name": name,
                    "product_id": product.id,
                    "company_id": self.company.id,
                    "expiration_date": moment,
                    "removal_date": moment,
                }
            )
            self.env["stock.quant"]._update_available_quantity(
                product, self.stock, 2, lot_id=lot, owner_id=owners[whose]
            )
        picking = self._deliver(self._sell(product, 5))
        taken = picking.move_line_ids.sorted(lambda line: line.lot_id.expiration_date)
        self.assertEqual(
            taken.mapped(lambda line: (line.lot_id.name, line.quantity)),
            [("B", 2), ("C", 2), ("A", 1)],
        )
        self.assertRecordValues(
            self._consumptions(self.other_consignor),
            [{"lot_id": taken[0].lot_id.id, "quantity": 2}],
        )

    def test_goods_that_go_straight_to_the_customer_are_consumed(self):
        places = {
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        move = {
            "product_id": self.product.id,
            "product_uom_qty": 4,
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
        self._validate(picking, 4)
        self.assertRecordValues(
            self._consumptions(),
            [{"kind": "sale", "quantity": 4, "amount": 200, "state": "open"}],
        )
        self.assertEqual(self._on_hand(self.product, self.consignor), 30)

    def test_part_of_an_order_comes_and_the_rest_waits(self):
        order = self._order(self.consignor, self.product, 20, consigned=True)
        self._validate(order.picking_ids, 12)
        self.assertEqual(self._on_hand(self.product, self.consignor), 42)
        rest = order.picking_ids.filtered(lambda p: p.state != "done")
        self.assertEqual(rest.move_ids.product_uom_qty, 8)
        self.assertEqual(rest.move_line_ids.owner_id, self.consignor)
        # two more than ordered come: they are his too
        self._validate(rest, 10)
        self.assertEqual(order.order_line.qty_received, 22)
        self.assertEqual(self._on_hand(self.product, self.consignor), 52)
        self.assertFalse(self._consumptions())

    def test_scrap_is_charged_to_us_or_borne_by_the_consignor(self):
        other = self._product("Tostadora")
        self._agree(self.other_consignor, {other: 20}, loss_bearer="consignor")
        self._receive_consigned(self.other_consignor, other, 30)
        self._scrap(self.product, 2, self.consignor)
        self._scrap(other, 3, self.other_consignor)
        self.assertRecordValues(
            self._consumptions(),
            [{"kind": "loss", "quantity": 2, "amount": 100, "state": "open"}],
        )
        self.assertRecordValues(
            self._consumptions(self.other_consignor),
            [{"kind": "loss", "quantity": 3, "amount": 0, "state": "waived"}],
        )
        self.assertEqual(self._accrued(), 100)

    def test_consumption_without_agreed_price_is_refused(self):
        sale = self._sell(self.product, 5)
        self.agreement.sudo().date_end = self.agreement.date_start
        with self.assertRaisesRegex(UserError, "no agreement in force"):
            self._deliver(sale)
