from contextlib import contextmanager
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.legal_time import end_of_day
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

    @contextmanager
    def _refused(self, message):
        """What is refused leaves nothing behind, as a request that fails."""
        with self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
            yield
        self.env.invalidate_all()

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


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
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


@tagged("post_install", "-at_install")
class TestNoContextLifts(StockControlsCommon):
    """Defaults of a context are values like any others."""

    def test_return_terms(self):
        product = self._product("Vaso")
        self._agree(self.other_consignor, {product: 20}, return_policy="never")
        receipt = self._receive_consigned(self.other_consignor, product, 5).picking_ids
        Wizard = (
            self.env["stock.return.picking"]
            .with_user(self.warehouseman)
            .with_context(default_o2c_return_agreed_with="Nadie")
        )
        wizard = Wizard.create({"picking_id": receipt.id})
        wizard.product_return_moves.quantity = 1
        with self._refused("Only a consignment manager"):
            wizard.action_create_returns()

    def test_stock_take_starts_as_a_plan(self):
        Take = self.env["o2c.consignment.stock.take"].with_user(self.warehouseman)
        vals = {"agreement_id": self.agreement.id, "location_id": self.stock.id}
        for defaults in (
            {"default_state": "agreed"},
            {"default_agreed_on": self.today},
        ):
            with self.subTest(defaults), self._refused("as a plan"):
                Take.with_context(**defaults).create(vals)

    def test_what_is_expected_of_a_stock_take(self):
        take = self._count()
        product = self._product("Vaso")
        vals = {"take_id": take.id, "product_id": product.id, "counted": 1}
        Line = self.env["o2c.consignment.stock.take.line"].with_user(self.warehouseman)
        with self._refused("is yours"):
            Line.with_context(default_expected=9).create(vals)

    def _count(self):
        take = (
            self.env["o2c.consignment.stock.take"]
            .with_user(self.warehouseman)
            .create({"agreement_id": self.agreement.id, "location_id": self.stock.id})
        )
        take.action_start()
        return take

    # === STOCK TAKES === #

    def test_lines_stay_out_of_a_stock_take_that_is_agreed(self):
        agreed, open_take = self._count(), self._count()
        for line in agreed.line_ids:
            line.counted = line.expected - 1
        with self.assertRaises(AccessError):
            agreed.with_user(self.accountant).agreed_on = self.today
        agreed.agreed_with = "Rosa"
        agreed.with_user(self.accountant).action_agree()
        added = (
            self.env["o2c.consignment.stock.take.line"]
            .with_user(self.warehouseman)
            .create({"take_id": open_take.id, "product_id": self._product("Vaso").id})
        )
        for line, take in ((added, agreed), (agreed.line_ids[0], open_take)):
            with self.subTest(line), self._refused("is Counting"):
                line.take_id = take

    def test_the_warehouse_finds_stock_takes_in_its_menu(self):
        menu = self.env.ref("o2c_consignment.menu_stock_takes_warehouse")
        visible = self.env["ir.ui.menu"].with_user(self.warehouseman)
        self.assertIn(menu.id, visible._visible_menu_ids())


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestConsignmentOrders(StockControlsCommon):
    def test_goods_added_after_it_was_confirmed_need_a_price(self):
        order = self._order(self.consignor, self.product, 5, consigned=True)
        line = {"product_id": self._product("Vaso").id, "product_qty": 3}
        with self._refused("has no price for Vaso"):
            order.order_line = [Command.create(line)]
        with self._refused("has no price for Vaso"):
            order.order_line.product_id = line["product_id"]
        # what he has a price for may be added
        order.order_line = [Command.create({**line, "product_id": self.mixed.id})]
        self.assertEqual(
            order.picking_ids.move_ids.product_id, self.product | self.mixed
        )

    def test_order_that_is_made_confirmed_needs_an_agreement(self):
        line = {"product_id": self.product.id, "product_qty": 3}
        vals = {
            "partner_id": self.supplier.id,
            "o2c_is_consignment": True,
            "order_line": [Command.create(line)],
        }
        Order = self.env["purchase.order"].with_user(self.buyer)
        with self._refused("no agreement with Proveedor"):
            Order.create({**vals, "state": "purchase"})
        with self._refused("no agreement with Proveedor"):
            Order.with_context(default_state="purchase").create(vals)

    def test_agreement_is_the_suppliers_own(self):
        line = {"product_id": self.product.id, "product_qty": 3}
        order = (
            self.env["purchase.order"]
            .with_user(self.buyer)
            .create(
                {
                    "partner_id": self.supplier.id,
                    "o2c_is_consignment": True,
                    "order_line": [Command.create(line)],
                }
            )
        )
        order.o2c_agreement_id = self.agreement
        with self._refused("no agreement with Proveedor"):
            order.button_confirm()

    def test_supplier_of_a_confirmed_order_stays(self):
        order = self._order(self.consignor, self.product, 5, consigned=True)
        with self._refused("whose goods it brings cannot change"):
            order.partner_id = self.supplier


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestEvening(StockControlsCommon):
    def test_rate_is_of_the_day_in_ecuador(self):
        eur = self.env.ref("base.EUR")
        eur.active = True
        tomorrow = fields.Date.add(self.today, days=1)
        for day, rate in ((self.today, 0.5), (tomorrow, 0.4)):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": eur.id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": rate,
                }
            )
        product = self._product("Plancha")
        self._agree(self.other_consignor, {product: 20}, currency_id=eur.id)
        self._receive_consigned(self.other_consignor, product, 5)
        sale = self._sell(product, 5)
        self._deliver(sale)
        # 23:00 in Ecuador is tomorrow in UTC
        evening = end_of_day(self.today) - timedelta(hours=1)
        self._consumptions(self.other_consignor).sudo().date = evening
        # 5 × 20 EUR at 0.5 are 200 USD; tomorrow they would be 250
        self.assertEqual(sale.order_line._o2c_consigned_delivered(), (5, 200))
