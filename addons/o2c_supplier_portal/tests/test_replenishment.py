from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import tagged

from odoo.addons.o2c_consignment.models.legal_time import legal_day

from ..controllers.stock import roll_forward
from ..portal_core import roles, rollforward
from ..scope import Scope
from .common import SupplierPortalCommon, SupplierPortalHttp

JSON = {"Content-Type": "application/json"}


class ReplenishmentCommon(SupplierPortalCommon):
    """30 jars came, 20 were sold in 90 days; the minimum is 18 and there is no maximum.

    His lead time is a day, as Odoo notes with the first order. Reorder point max(18,
    20/90 × 1 day) = 18; 10 are left. Up to 18 + 20/90 × 15 days = 21.33: 12 more.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._let_crons_run()
        business = cls._business()
        business._receive_consigned(cls.consignor, cls.jar, 30)
        business._deliver(business._sell(cls.jar, 20, 100))
        cls.env["o2c.supplier.replenishment"]._cron_propose()
        cls.cr.flush()
        cls.order = cls._orders()
        cls.line = cls.order.line_ids
        cls.page = f"/my/consignment/replenishment/{cls.order.id}"
        cls.soon = str(cls.today + timedelta(days=5))

    @classmethod
    def _orders(cls):
        return cls.env["o2c.supplier.replenishment"].search(
            [("consignor_id", "=", cls.consignor.id)]
        )

    def _stock(self):
        return self.env["o2c.supplier.stock"].search(
            [("consignor_id", "=", self.consignor.id)]
        )


@tagged("post_install", "-at_install")
class TestReplenishment(ReplenishmentCommon):
    """What the supplier may answer, whichever way his answer comes."""

    def _answer(self, quantity, reason="", day=None):
        """What page and API call, as the logistics user of the supplier."""
        order = self.order.with_user(self.member["logistics"]).sudo()
        order._o2c_confirm(
            {self.line.id: (float(quantity), reason)},
            fields.Date.to_date(day or self.soon),
        )

    def test_proposed_once(self):
        self.assertRecordValues(
            self.line, [{"product_id": self.jar.id, "proposed": 12}]
        )
        self.assertEqual(self.order.state, "proposed")
        self.env["o2c.supplier.replenishment"]._cron_propose()
        self.assertEqual(self._orders(), self.order)

    def test_what_is_on_its_way_is_not_asked_for_again(self):
        """12 are missing; 5 were ordered of him already: 7 more."""
        self.order.action_cancel()
        self._order(self.consignor, self.jar, 5, consigned=True)
        self.env["o2c.supplier.replenishment"]._cron_propose()
        self.assertEqual(self._orders()[:1].line_ids.proposed, 7)

    def test_confirmed_shipped_received(self):
        self._answer("12")
        self.assertEqual(self.order.answered_by_id, self.member["logistics"])
        order = self.order.with_user(self.member["logistics"]).sudo()
        order._o2c_ship("001-001-000000077", fields.Date.to_date(self.soon))
        self._validate(self.order.order_id.picking_ids)
        self.env.flush_all()
        self.assertRecordValues(
            self.order, [{"state": "received", "accuracy": 100, "days_late": -5}]
        )

    def test_answers_that_are_refused(self):
        for quantity, reason, day in (
            ("8", "", None),
            ("-1", "x", None),
            ("8", "x" * 501, None),
            ("12", "", "2020-01-01"),
            ("12", "", "9999-12-31"),
        ):
            with self.subTest(quantity), self.assertRaises(UserError):
                self._answer(quantity, reason, day)
        self.assertEqual(self.order.state, "proposed")
        self._answer("8", "No hay más")
        with self.assertRaises(UserError):
            self._answer("8", "No hay más")

    def test_a_level_within_limits(self):
        levels = self.env["o2c.supplier.level"]
        levels._o2c_set(self._stock(), 25)
        self.env.invalidate_all()
        self.assertRecordValues(
            self._stock(), [{"own_level": 25, "low_level": 25, "stock_min": 18}]
        )
        with self.assertRaises(UserError):
            levels._o2c_set(self._stock(), -1)

    def test_what_was_answered_is_history(self):
        self._answer("12")
        with self.assertRaises(UserError):
            self.line.proposed = 99
        with self.assertRaises(UserError):
            self.order.state = "received"
        with self.assertRaises(UserError):
            self.order.unlink()
        self.order.action_cancel()
        self.assertEqual(self.order.state, "cancel")
        self.assertEqual(self.order.order_id.state, "cancel")

    # === STOCK === #

    def test_stock_adds_up(self):
        """Initial 7 + received 30 - sold 20 - returned to him 0 - lost 2 = 15."""
        quant = self.env["stock.quant"].with_context(inventory_mode=True)
        quant.create(
            {
                "product_id": self.jar.id,
                "location_id": self.stock.id,
                "owner_id": self.consignor.id,
                "inventory_quantity": 17,
            }
        ).action_apply_inventory()
        own = self.env["stock.quant"].search(
            [("owner_id", "=", self.consignor.id), ("location_id", "=", self.stock.id)]
        )
        own.with_context(inventory_mode=True).inventory_quantity = 15
        own.action_apply_inventory()
        self.env.flush_all()
        self.assertRecordValues(
            self._stock(),
            [
                {
                    "initial": 7,
                    "received": 30,
                    "sold": 20,
                    "returned": 0,
                    "lost": 2,
                    "on_hand": 15,
                }
            ],
        )
        movements = self.env["o2c.supplier.movement"].search(
            [("consignor_id", "=", self.consignor.id)]
        )
        self.assertEqual(sum(movements.mapped("quantity")), 15)
        self.assertEqual(
            sorted(movements.mapped("reason")), ["count", "loss", "receipt", "sale"]
        )
        shelf = self.env["stock.location"].create(
            {"name": "Percha", "location_id": self.stock.id}
        )
        own.move_quants(location_dest_id=shelf)
        self.assertEqual(
            [flow.figures for flow in self._roll_forward()],
            [(7, 30, 20, 0, 2, -15, 0), (0, 0, 0, 0, 0, 15, 15)],
        )

    def _roll_forward(self, first=None, last=None):
        self.env.flush_all()
        user = self.member["logistics"]
        scope = Scope.of(self.env(user=user), roles.STOCK).first_company()
        domain = scope.domain & Domain("product_id", "=", self.jar.id)
        return roll_forward(scope, domain, {"date_from": first, "date_to": last})

    def test_a_period_begins_with_what_was_there(self):
        """30 came and 20 went ten days ago; 4 were lost yesterday."""
        today = legal_day(self.env.cr.now())
        # not through the ORM: the date of consumed goods is not to be changed
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move_line SET date = date - interval '10 days' "
            "WHERE owner_id = %s",
            [self.consignor.id],
        )
        self.env.invalidate_all()
        own = self.env["stock.quant"].search(
            [("owner_id", "=", self.consignor.id), ("location_id", "=", self.stock.id)]
        )
        own.with_context(inventory_mode=True).inventory_quantity = 6
        own.action_apply_inventory()
        week = today - timedelta(days=7)
        [flow] = self._roll_forward(first=week)
        self.assertEqual(flow.figures, (10, 0, 0, 0, 4, 0, 6))
        [flow] = self._roll_forward(last=week)
        self.assertEqual(flow.figures, (0, 30, 20, 0, 0, 0, 10))
        self.assertFalse(self._roll_forward(last=today - timedelta(days=30)))


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestReplenishmentPages(ReplenishmentCommon, SupplierPortalHttp):
    def setUp(self):
        super().setUp()
        self._as(self.member["logistics"])

    def _confirm(self, quantity="12", reason="", day=None):
        answer = self._post(
            f"{self.page}/confirm",
            {
                f"quantity_{self.line.id}": quantity,
                f"reason_{self.line.id}": reason,
                "expected_on": day or self.soon,
            },
        )
        self.env.invalidate_all()
        return answer

    def test_from_confirmed_to_received(self):
        self.order.sudo().proposed_on -= timedelta(hours=6)
        self.assertEqual(self._confirm().status_code, 303)
        self.assertAlmostEqual(self.order.answer_hours, 6, delta=0.1)
        self.assertEqual(self.order.state, "confirmed")
        self.assertTrue(self.order.order_id.o2c_is_consignment)
        self.assertEqual(self.order.answered_by_id, self.member["logistics"])
        answer = self._post(
            f"{self.page}/ship", {"guia": "001-001-000000077", "expected_on": self.soon}
        )
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "shipped")
        self.assertIn("001-001-000000077", self._get(self.page).text)
        self._validate(self.order.order_id.picking_ids)
        self.env.flush_all()
        self.assertRecordValues(
            self.order, [{"state": "received", "accuracy": 100, "days_late": -5}]
        )
        self.assertEqual(self.line.received, 12)

    def test_less_with_a_reason(self):
        answer = self._confirm("8")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("say why", answer.text)
        self.assertEqual(self.order.state, "proposed")
        self._confirm("8", "No hay más")
        self.assertEqual(self.order.order_id.order_line.product_qty, 8)
        page = self._get(self.page).text
        self.assertIn("No hay más", page)
        self.assertNotIn("/my/purchase", page, "a breadcrumb of another page")

    def test_nothing_at_all(self):
        self._confirm("0", "Descontinuado")
        self.assertRecordValues(self.order, [{"state": "refused", "order_id": False}])

    def test_twice_is_once(self):
        self._confirm()
        order = self.order.order_id
        self.assertEqual(self._confirm().status_code, 422)
        self.assertEqual(self.order.order_id, order)

    def test_bad_answers(self):
        for quantity, day in (
            ("-1", self.soon),
            ("mil", self.soon),
            ("1e9", self.soon),
            ("12", "2020-01-01"),
            ("12", "9999-12-31"),
            ("12", "mañana"),
        ):
            with self.subTest(quantity=quantity, day=day):
                self.assertEqual(self._confirm(quantity, day=day).status_code, 422)
        self.assertEqual(self.order.state, "proposed")
        answer = self._post(
            f"{self.page}/ship", {"guia": "1", "expected_on": self.soon}
        )
        self.assertEqual(answer.status_code, 422)

    def test_our_order_as_ubl(self):
        """What a supplier's system reads: the product, the 12 that he confirmed."""
        path = f"{self.page}/order.xml"
        self._as(self.member["manager"])
        asked = etree.fromstring(self._get(path).content)
        self.assertEqual(asked.findtext("{*}ID"), self.order.name)
        self._confirm()
        self.assertIn(path, self._get(self.page).text)
        answer = self._get(path)
        self.assertEqual(answer.headers["Content-Type"], "application/xml")
        key = self._key(self.member["manager"])
        same = self._api(f"/replenishments/{self.order.id}/order", key)
        self.assertEqual(same.content, answer.content)
        tree = etree.fromstring(answer.content)
        self.assertEqual(tree.findtext("{*}ID"), self.order.order_id.name)
        self.assertEqual(float(tree.findtext(".//{*}LineItem/{*}Quantity")), 12)
        # who sees no amounts gets none here
        self._as(self.member["logistics"])
        self.assertEqual(self._get(path).status_code, 403)
        self.assertNotIn(path, self._get(self.page).text)

    def test_by_api(self):
        key = self._key(self.member["logistics"])
        items = self._api("/replenishments", key).json()["items"]
        self.assertEqual([item["id"] for item in items], [self.order.id])
        path = f"/replenishments/{self.order.id}"
        [line] = self._api(f"{path}/lines", key).json()["items"]
        self.assertEqual(line["proposed"], "12.00")
        headers = {"Idempotency-Key": "confirmar-1", **JSON}
        body = (
            f'{{"expected_on": "{self.soon}", "lines": '
            f'[{{"id": {line["id"]}, "quantity": "12"}}]}}'
        )
        answer = self._api(f"{path}/confirm", key, data=body, headers=headers)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(answer.json()["state"], "confirmed")
        again = self._api(f"{path}/confirm", key, data=body, headers=headers)
        self.assertEqual(again.json(), answer.json())
        reader = self._key(self.member["reader"])
        headers["Idempotency-Key"] = "confirmar-2"
        refused = self._api(f"{path}/ship", reader, data="{}", headers=headers)
        self.assertEqual(refused.status_code, 403)

    def test_goods_by_place_in_a_file_and_by_api(self):
        """30 came, 20 were sold: 10 in the same place, in the file and by API."""
        figures = ["0.00", "30.00", "20.00", "0.00", "0.00", "0.00", "10.00"]
        stock = self._stock()
        file = self._get(f"/my/consignment/stock/{stock.id}/export/csv")
        header, row = file.content.decode("utf-8-sig").splitlines()
        self.assertEqual(len(header.split(",")), len(rollforward.FIGURES) + 2)
        numbers = [float(cell) for cell in row.split(",")[2:]]
        self.assertEqual(numbers, [float(figure) for figure in figures])
        key = self._key(self.member["logistics"])
        [item] = self._api(f"/stock/{stock.id}/places", key).json()["items"]
        self.assertEqual([item[name] for name in rollforward.FIGURES], figures)
        wrong = "?date_from=2026-02-01&date_to=2026-01-01"
        answer = self._api(f"/stock/{stock.id}/places{wrong}", key)
        self.assertEqual(answer.status_code, 422)
        page = f"/my/consignment/stock/{stock.id}/export/csv{wrong}"
        self.assertEqual(self._get(page).status_code, 422)

    # === LEVELS === #

    def test_a_level_of_his_own(self):
        stock = self._stock()
        path = f"/my/consignment/stock/{stock.id}/level"
        self._post(path, {"level": "25"})
        self.env.invalidate_all()
        self.assertRecordValues(
            stock, [{"own_level": 25, "low_level": 25, "stock_min": 18}]
        )
        self.env.cr.execute("UPDATE o2c_consignment_agreement_line SET stock_max = 30")
        self.env.invalidate_all()
        for level in ("31", "-1", "x"):
            self._post(path, {"level": level})
            self.env.invalidate_all()
            self.assertEqual(stock.own_level, 25, level)
        self._as(self.member["reader"])
        self.assertEqual(self._post(path, {"level": "1"}).status_code, 403)

    def test_help_and_messages(self):
        self.env["o2c.supplier.help"].create(
            {"name": "¿Cuándo pagan?", "body": "<p>El viernes</p>"}
        )
        self.assertIn("El viernes", self._get("/my/consignment/help").text)
        self._post("/my/consignment/messages/new", {"text": "Buenos días <b>x</b>"})
        talk = self.env["o2c.supplier.conversation"].search([])
        talk.with_user(self.accountant).message_post(
            body="Interno", subtype_xmlid="mail.mt_note"
        )
        page = self._get("/my/consignment/messages").text
        self.assertIn("Buenos días", page)
        self.assertNotIn("<b>x</b>", page)
        self.assertNotIn("Interno", page)
        self._as(self.other_member)
        self.assertNotIn("Buenos", self._get("/my/consignment/messages").text)
