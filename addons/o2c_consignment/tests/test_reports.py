import io
import json
from datetime import date, datetime, time, timedelta
from unittest.mock import patch

import openpyxl
from freezegun import freeze_time

from odoo.tests import tagged

from .common import ConsignmentCommon


class ReportsCommon(ConsignmentCommon):
    in_ecuador = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product("=2+5 Licuadora")
        cls.agreement = cls._agree(cls.consignor, {cls.product: 50})

    def _row(self, model, **domain):
        self.env.flush_all()
        return (
            self.env[model]
            .with_user(self.accountant)
            .search(
                [("product_id", "=", self.product.id)]
                + [(name, "=", value) for name, value in domain.items()]
            )
        )

    def _draw_up(self):
        # a test must not commit
        cron = self.env.registry["ir.cron"]
        with patch.object(cron, "_commit_progress", lambda *args, **kwargs: 0):
            self.env["o2c.consignment.settlement"]._cron_draw_up()

    def _settlements(self):
        return self.env["o2c.consignment.settlement"].search(
            [("consignor_id", "=", self.consignor.id)]
        )


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestReports(ReportsCommon):
    def test_received_is_on_hand_consumed_returned_and_lost(self):
        order = self._receive_consigned(self.consignor, self.product, 30)
        picking = self._deliver(self._sell(self.product, 12))
        self._return(picking, 2)
        self._return(order.picking_ids, 5)
        self._scrap(self.product, 1, self.consignor)
        # 30 = 14 on hand + (12 − 2) consumed + 5 returned + 1 lost
        self.assertRecordValues(
            self._row("o2c.consignment.balance"),
            [
                {
                    "consignor_id": self.consignor.id,
                    "received": 30,
                    "on_hand": 14,
                    "consumed": 10,
                    "returned": 5,
                    "lost": 1,
                    "difference": 0,
                }
            ],
        )

    def test_lot_by_lot_and_place_by_place_what_was_moved_counts(self):
        """20 of A and 10 of B came; of A 12 went to the shop, 3 to another company."""
        shop = self.stock.copy({"name": "Tienda", "location_id": self.stock.id})
        self.product.tracking = "lot"
        a, b = self.env["stock.lot"].create(
            [{"name": name, "product_id": self.product.id} for name in "AB"]
        )
        for lot, quantity in ((a, 20), (b, 10)):
            self._receive_consigned(self.consignor, self.product, quantity, lot)
        self._move_consigned(12, shop)
        self._move_consigned(3, self.env.ref("stock.stock_location_inter_company"))
        self._deliver(self._sell(self.product, 2))
        # stock, A: 20 received − 12 moved = 3 on hand + (3 + 2) consumed
        rows = self._row("o2c.consignment.balance")
        names = ("received", "moved", "on_hand", "consumed", "difference")
        self.assertEqual(
            {(r.location_id, r.lot_id): [r[name] for name in names] for r in rows},
            {
                (self.stock, a): [20, -12, 3, 5, 0],
                (self.stock, b): [10, 0, 10, 0, 0],
                (shop, a): [0, 12, 12, 0, 0],
            },
        )
        # of 8 of A that stayed in the stock 5 were sold; of 30 in all
        self.assertAlmostEqual(sum(rows.mapped("sell_through")), 100 * 5 / 8)
        [[moved, sold]] = self.env["o2c.consignment.balance"]._read_group(
            [("product_id", "=", self.product.id)],
            aggregates=["moved:sum", "sell_through:avg"],
        )
        self.assertEqual(moved, 0)
        self.assertAlmostEqual(sold, 100 * 5 / 30)

    def _move_consigned(self, quantity, place):
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": quantity,
                "location_id": self.stock.id,
                "location_dest_id": place.id,
                "restrict_partner_id": self.consignor.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()

    def test_shrinkage(self):
        """Of 40 and 10 one and two are lost: 2.5 and 20 %, together 6 %."""
        other = self._product("Batidora")
        self._agree(self.other_consignor, {other: 20})
        self._receive_consigned(self.consignor, self.product, 40)
        self._receive_consigned(self.other_consignor, other, 10)
        self._scrap(self.product, 1, self.consignor)
        self._scrap(other, 2, self.other_consignor)
        self.assertAlmostEqual(self._row("o2c.consignment.balance").shrinkage, 2.5)
        [[shrinkage]] = self.env["o2c.consignment.balance"]._read_group(
            [("product_id", "in", (self.product | other).ids)],
            aggregates=["shrinkage:avg"],
        )
        self.assertAlmostEqual(shrinkage, 100 * 3 / 50)

    def _scrap(self, product, quantity, owner):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": product.id,
                "scrap_qty": quantity,
                "owner_id": owner.id,
                "location_id": self.stock.id,
            }
        )
        scrap.action_validate()

    def test_unrecorded_goods_show_as_difference(self):
        self._receive_consigned(self.consignor, self.product, 30)
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.stock, -4, owner_id=self.consignor
        )
        self.assertEqual(self._row("o2c.consignment.balance").difference, 4)

    def test_dashboard_asks_what_there_is(self):
        self._receive_consigned(self.consignor, self.product, 30)
        self._deliver(self._sell(self.product, 9))
        self.env.flush_all()
        board = self.env.ref("o2c_consignment.spreadsheet_dashboard_consignment")
        figures = json.loads(board.with_user(self.accountant).spreadsheet_data)
        charts = [figure["data"] for figure in figures["sheets"][0]["figures"]]
        self.assertEqual(len(charts), 6)
        for chart in charts:
            asked = chart["metaData"]
            rows = (
                self.env[asked["resModel"]]
                .with_user(self.accountant)
                .formatted_read_group(
                    chart["searchParams"]["domain"],
                    asked["groupBy"],
                    [f"{asked['measure']}:{self._aggregator(asked)}"],
                )
            )
            self.assertTrue(rows, chart["title"]["text"])

    def _aggregator(self, asked):
        return self.env[asked["resModel"]]._fields[asked["measure"]].aggregator

    def test_cover_of_own_and_consigned_goods(self):
        self._receive_consigned(self.consignor, self.product, 30)
        self._deliver(self._sell(self.product, 9))
        row = self._row("o2c.consignment.stock.report")
        self.assertEqual((row.ownership, row.quantity, row.sold), ("consigned", 21, 9))
        # 21 on hand, 9 left in 90 days: 210 days; 9 × 365 ÷ 90 a year of 21
        self.assertEqual(row.cover_days, 210)
        self.assertAlmostEqual(row.turnover, 36.5 / 21, 4)

    def test_cover_and_turns_of_a_family(self):
        """Of 30 and 20 of one family 9 and 1 left: 40 on hand, 10 in ninety days."""
        other = self._product("Batidora")
        self.agreement = self._agree(self.other_consignor, {other: 20})
        self._receive_consigned(self.consignor, self.product, 30)
        self._receive_consigned(self.other_consignor, other, 20)
        self._deliver(self._sell_goods({self.product: 9, other: 1}))
        self.env.flush_all()
        [[cover, turns]] = self.env["o2c.consignment.stock.report"]._read_group(
            [("categ_id", "=", self.category.id), ("ownership", "=", "consigned")],
            aggregates=["cover_days:avg", "turnover:avg"],
        )
        self.assertEqual(cover, 90 * 40 / 10)
        self.assertAlmostEqual(turns, 10 * 365 / 90 / 40, 4)

    def test_age_is_of_days_in_ecuador(self):
        self._receive_consigned(self.consignor, self.product, 30)
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.product.id), ("owner_id", "!=", False)]
        )
        noon = datetime.combine(self.today, time(17))  # UTC; noon in Ecuador
        for days, bucket in ((30, "0"), (31, "1"), (61, "2"), (91, "3")):
            # at nine in the evening there: tomorrow already for the server
            quant.in_date = noon - timedelta(days=days) + timedelta(hours=9)
            row = self._row("o2c.consignment.stock.report")
            self.assertEqual((row.age_days, row.age_bucket), (days, bucket))
            self.env.invalidate_all()


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestReportsMore(ReportsCommon):
    """Documents, and figures that need several deliveries."""

    def test_statement_prints(self):
        self._receive_consigned(self.consignor, self.product, 30)
        self._deliver(self._sell(self.product, 2))
        settlement = self._settle()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "o2c_consignment.report_settlement", settlement.ids
        )
        self.assertIn(settlement.name, html.decode())

    def test_calendar_settles_the_month_that_is_over(self):
        with freeze_time("2026-03-10 15:00:00"):
            self._agree(
                self.consignor,
                {self.product: 50},
                date_start="2026-01-01",
                date_end="2026-09-30",
            )
            self._receive_consigned(self.consignor, self.product, 30)
            self._deliver(self._sell(self.product, 3))
        # 1 April, 02:00 UTC is still 31 March in Ecuador
        with freeze_time("2026-04-01 02:00:00"):
            self._draw_up()
            self.assertFalse(self._settlements())
        with freeze_time("2026-04-01 12:00:00"):
            self._draw_up()
            self._draw_up()
        self.assertRecordValues(
            self._settlements(),
            [{"state": "sent", "amount_total": 150, "date_to": date(2026, 3, 31)}],
        )

    def test_fill_rate_counts_the_first_delivery(self):
        self._receive_consigned(self.consignor, self.product, 30)
        sale = self._sell(self.product, 10)
        self._deliver(sale, 6)
        row = self._row("o2c.consignment.fill.rate")
        self.assertEqual((row.ordered, row.delivered_first), (10, 6))
        self.assertEqual(row.fill_rate, 60)
        self._deliver(self._sell(self.product, 10))
        self.env.flush_all()
        # (6 + 10) ÷ 20, not the average of 60 and 100 by lines of other sizes
        [[rate]] = self.env["o2c.consignment.fill.rate"]._read_group(
            [("product_id", "=", self.product.id)], aggregates=["fill_rate:avg"]
        )
        self.assertEqual(rate, 80)

    def test_fill_rate_says_whose_goods_filled_the_orders(self):
        """Ours 4, his 30: of ten ordered four of ours and six of his leave at once."""
        self._receive_own(self.product, 4, 60)
        self._receive_consigned(self.consignor, self.product, 30)
        mixed, consigned = self._sell(self.product, 10), self._sell(self.product, 5)
        self._deliver(mixed)
        self._deliver(consigned, 2)
        self._sell(self.product, 3)
        rows = self._row("o2c.consignment.fill.rate").sorted(lambda r: r.order_id.id)
        names = ("ordered", "delivered_first", "consigned_first", "ownership")
        self.assertEqual(
            [tuple(row[name] for name in names) for row in rows],
            [(10, 10, 6, "mixed"), (5, 2, 2, "consigned"), (3, 0, 0, "none")],
        )

    def test_first_delivery_in_the_unit_of_the_order(self):
        self._receive_consigned(self.consignor, self.product, 30)
        sale = self._sell(self.product, 2, confirm=False)
        sale.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        sale.action_confirm()
        self._deliver(sale, 12)
        line = sale.order_line
        self.assertEqual(line.o2c_qty_first_delivered, 1)
        self.assertEqual(line.o2c_qty_first_consigned, 1)

    def test_first_deliveries_of_before_are_found_again(self):
        self._receive_own(self.product, 4, 60)
        self._receive_consigned(self.consignor, self.product, 30)
        line = self._sell(self.product, 10).order_line
        self._deliver(line.order_id)
        line.sudo().write({"o2c_qty_first_delivered": 0, "o2c_qty_first_consigned": 0})
        self.env.flush_all()
        line._o2c_fill_first_deliveries()
        self.assertEqual(line.o2c_qty_first_delivered, 10)
        self.assertEqual(line.o2c_qty_first_consigned, 6)

    def test_spreadsheet_holds_texts_not_formulas(self):
        self._receive_consigned(self.consignor, self.product, 30)
        self._deliver(self._sell(self.product, 2))
        content = self._settle()._o2c_statement_xlsx()
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        self.assertEqual(sheet["B2"].data_type, "s")
        self.assertIn("=2+5 Licuadora", sheet["B2"].value)
        self.assertEqual(sheet["F3"].value, 100)
