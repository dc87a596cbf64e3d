from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import ConsignmentCommon


class BadInputCommon(ConsignmentCommon):
    """Five of thirty consigned goods were sold; then somebody does something wrong."""

    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product(standard_price=60)
        cls.agreement = cls._agree(cls.consignor, {cls.product: 50})
        cls.order = cls._receive_consigned(cls.consignor, cls.product, 30)
        cls.sale = cls._sell(cls.product, 5)
        cls.picking = cls._deliver(cls.sale)

    def _at(self, days):
        return fields.Datetime.now() + timedelta(days=days)

    # === PRICES === #

    # === OWNERS === #

    def _draft_return(self, picking, quantity):
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.warehouseman)
            .with_context(active_id=picking.id, active_model=picking._name)
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = quantity
        action = wizard.action_create_returns()
        return self.env["stock.picking"].browse(action["res_id"])


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestBadInput(BadInputCommon):
    def test_receipt_without_owner_is_refused(self):
        order = self._order(self.consignor, self.product, 30, consigned=True)
        order.picking_ids.owner_id = False
        order.picking_ids.move_line_ids.owner_id = False
        with self.assertRaisesRegex(UserError, "belongs to Consignante Andino"):
            self._validate(order.picking_ids)
        self.assertEqual(self._on_hand(self.product), 0)

    def test_owner_changed_on_a_delivery_must_have_the_goods(self):
        self._agree(self.other_consignor, {self.product: 40})
        sale = self._sell(self.product, 2)
        sale.picking_ids.move_line_ids.sudo().owner_id = self.other_consignor
        with self.assertRaisesRegex(UserError, "would be missing from the goods of"):
            self._deliver(sale)

    def test_returned_goods_cannot_become_ours(self):
        back = self._draft_return(self.picking, 2)
        self.assertEqual(back.move_line_ids.owner_id, self.consignor)
        back.move_line_ids.owner_id = False
        with self.assertRaisesRegex(UserError, "left as goods of Consignante Andino"):
            self._validate(back)

    # === QUANTITIES === #

    def test_nobody_counts_less_than_nothing(self):
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.product.id),
                ("owner_id", "=", self.consignor.id),
                ("location_id", "=", self.stock.id),
            ]
        )
        quant = quant.with_context(inventory_mode=True)
        quant.inventory_quantity = -1
        with self.assertRaisesRegex(UserError, "1 of Licuadora would be missing"):
            quant.action_apply_inventory()

    # === DAYS === #

    def test_sale_is_dated_on_another_open_day(self):
        moment = self._at(-2)
        self.picking.sudo().date_done = moment
        self.assertEqual(self._consumptions().date, moment)
        self.assertEqual(self.picking.move_line_ids.date, moment)

    def test_sale_is_not_dated_into_a_settled_period(self):
        self._settle()
        sale = self._sell(self.product, 1)
        picking = self._deliver(sale)
        settlement = self.env["o2c.consignment.settlement"].search(
            [("consignor_id", "=", self.consignor.id)]
        )
        past = fields.Date.subtract(self.today, days=10)
        settlement.sudo().write({"date_from": past, "date_to": past})
        with self.assertRaisesRegex(UserError, "it will be in the next settlement"):
            picking.sudo().date_done = self._at(-10)
        self.assertEqual(self._consumptions()[-1].state, "open")

    def test_closed_books_keep_their_goods(self):
        self.company.sudo().fiscalyear_lock_date = fields.Date.subtract(
            self.today, days=1
        )
        with self.assertRaisesRegex(UserError, "books of .* are closed"):
            self.picking.sudo().move_ids.date = self._at(-3)

    # === BILLS === #

    def test_bill_for_more_goods_than_consumed_is_refused(self):
        bill = self._bill(self._settle(), post=False)
        # the same money for twice the goods
        bill.invoice_line_ids.write({"quantity": 10, "price_unit": 25})
        with self.assertRaisesRegex(
            UserError, "10 of Licuadora would be billed, and 5"
        ):
            bill.action_post()

    # === WHAT DISAPPEARS === #

    def test_agreement_that_priced_goods_cannot_be_deleted(self):
        with self.assertRaisesRegex(UserError, "approved and cannot change"):
            self.agreement.unlink()
        with self.assertRaisesRegex(UserError, "approved and cannot change"):
            self.agreement.line_ids.unlink()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestBadInputMore(BadInputCommon):
    """The same by rarer ways."""

    def test_prices_that_meet_through_a_later_date_overlap(self):
        agreement = self._agree(
            self.other_consignor,
            {self.product: {"value": 50, "date_end": self.today}},
            activate=False,
        )
        later = fields.Date.add(self.today, days=1)
        agreement.line_ids.copy({"date_start": later, "date_end": False})
        with self.assertRaisesRegex(ValidationError, "two prices for the same days"):
            agreement.line_ids.sorted("id")[0].date_end = later

    def test_gap_between_prices_stops_the_delivery(self):
        product = self._product("Plancha")
        later = fields.Date.add(self.today, days=9)
        self._agree(self.other_consignor, {product: 50})
        self._receive_consigned(self.other_consignor, product, 5)
        sale = self._sell(product, 1)
        agreement = self.env["o2c.consignment.agreement"].search(
            [("consignor_id", "=", self.other_consignor.id)]
        )
        # as a version that an import made, past every control
        self.env.cr.execute(
            "UPDATE o2c_consignment_agreement_line SET date_start = %s WHERE id = %s",
            (later, agreement.line_ids.id),
        )
        agreement.line_ids.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "Ask a consignment manager"):
            self._deliver(sale)

    def test_our_returned_goods_cannot_become_the_consignors(self):
        product = self._product("Propia", standard_price=60)
        self._receive_own(product, 5, 60, bill=False)
        self._agree(self.other_consignor, {product: 40})
        back = self._draft_return(self._deliver(self._sell(product, 2)), 1)
        back.move_line_ids.owner_id = self.other_consignor
        with self.assertRaisesRegex(UserError, "would come back as goods of"):
            self._validate(back)
        self.assertFalse(self._consumptions(self.other_consignor))

    def test_scrap_of_more_than_he_has_is_refused(self):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.product.id,
                "scrap_qty": 26,
                "owner_id": self.consignor.id,
                "location_id": self.stock.id,
            }
        )
        with self.assertRaisesRegex(UserError, "1 of Licuadora would be missing"):
            scrap.do_scrap()

    def test_line_is_not_dated_behind_the_back_of_its_move(self):
        with self.assertRaisesRegex(UserError, "Undo it with a return"):
            self.picking.move_line_ids.sudo().date = self._at(-2)

    def test_sale_is_not_dated_where_the_price_was_another(self):
        with self.assertRaisesRegex(UserError, "another agreed cost, or none"):
            self.picking.sudo().date_done = self._at(-60)

    def test_bill_for_goods_that_are_in_no_settlement_is_refused(self):
        bill = self._bill(self._settle(), post=False)
        other = self._product("Ajena")
        bill.write(
            {
                "invoice_line_ids": [
                    Command.create({"product_id": other.id, "price_unit": 0})
                ]
            }
        )
        with self.assertRaisesRegex(UserError, "1 of Ajena would be billed, and 0"):
            bill.action_post()

    def test_archived_product_is_settled_and_billed(self):
        back = self.order.picking_ids
        self._return(back, 25)
        self.product.product_tmpl_id.active = False
        bill = self._bill(self._settle())
        self.assertEqual(bill.amount_untaxed, 250)
        self.assertEqual(self._accrued(), 0)

    def test_delivery_into_a_closed_period_is_refused(self):
        sale = self._sell(self.product, 1)
        # stock_account looks at the server's day: in the evening that is tomorrow
        tomorrow = fields.Date.add(self.today, days=1)
        self.company.sudo().fiscalyear_lock_date = tomorrow
        with (
            self.assertRaisesRegex(ValidationError, "locked fiscal period"),
            self.env.cr.savepoint(),
        ):
            self._deliver(sale)
        self.assertEqual(len(self._consumptions()), 1)
