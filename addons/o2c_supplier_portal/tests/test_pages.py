import csv
import io

from lxml import html
from openpyxl import load_workbook

from odoo import fields
from odoo.tests import tagged

from .common import SupplierPortalHttp


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestPages(SupplierPortalHttp):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._play()

    def setUp(self):
        super().setUp()
        self._as(self.member["manager"])

    def test_card_on_the_portal_home(self):
        self.assertIn("/my/consignment", self._get("/my").text)
        self._as(self.shopper)
        self.assertNotIn("/my/consignment", self._get("/my").text)

    def test_dashboard(self):
        # 10 jars at 100 sold; 10 x 50 to bill; 30 - 10 available; minimum 18, near 20
        page = self._get("/my/consignment")
        self.assertEqual(page.status_code, 200)
        for figure in ("1,000.00", "500.00", "Sales this month", "Frasco andino"):
            self.assertIn(figure, page.text)
        self.assertIn(self.settlement.name, page.text)
        self.assertIn(">20</span>", page.text)
        self.assertNotIn("Taza", page.text)

    def test_charts(self):
        page = html.fromstring(self._get("/my/consignment").text)
        for title, label in (
            ("Sales by product", self.jar.display_name),
            ("Sales by place", self.warehouse.name),
        ):
            [heading] = page.xpath(f"//h2[contains(., '{title}')]")
            [row] = heading.xpath("following-sibling::table[1]//tr")
            text = " ".join(row.text_content().split())
            self.assertTrue(text.startswith(label), text)
            self.assertIn("1,000.00", text)

    def test_sales(self):
        page = self._get("/my/consignment/sales")
        self.assertEqual(page.status_code, 200)
        self.assertIn("FRA-1", page.text)
        self.assertIn("1,000.00", page.text)
        self.assertNotIn("Taza", page.text)

    def test_customer_is_masked(self):
        label = self._consumptions()[0]._o2c_customer_label()
        page = self._get("/my/consignment/sales").text
        self.assertIn(label, page)
        self.assertNotIn("Cliente Quito", page)
        self._let_see("full")
        self.assertIn("Cliente Quito", self._get("/my/consignment/sales").text)
        self._let_see("none")
        page = self._get("/my/consignment/sales").text
        self.assertNotIn("Cliente Quito", page)
        self.assertNotIn(label, page)

    def test_sales_filters(self):
        rows = "2 rows"
        for query, expected in (
            ("date_from=2000-01-01&date_to=2100-01-01", rows),
            ("date_to=2000-01-02", "0 rows"),
            (f"product={self.jar.id}", rows),
            (f"product={self.cup.id}", "0 rows"),
            (f"place={self.warehouse.id}", rows),
            ("kind=return", "0 rows"),
            ("search=frasco", rows),
            ("search=FRA-1", rows),
            ("search=taza", "0 rows"),
            ("search=%25", "0 rows"),
            ("search=%5C", "0 rows"),
            ("search=' OR 1=1 --", "0 rows"),
            ("groupby=product", rows),
            ("groupby=month", rows),
            ("groupby=place", rows),
            ("groupby=kind", rows),
        ):
            with self.subTest(query=query):
                page = self._get(f"/my/consignment/sales?{query}")
                self.assertEqual(page.status_code, 200)
                self.assertIn(expected, page.text)

    def test_sales_by_customer_group(self):
        tag, secret = self.env["res.partner.category"].create(
            [{"name": "Ferreterías", "o2c_is_customer_group": True}, {"name": "Moroso"}]
        )
        self.customer.category_id = tag | secret
        self._deliver(self._sell(self.jar, 4, 100))
        page = self._get(f"/my/consignment/sales?group={tag.id}").text
        self.assertIn("1 rows", page)
        self.assertIn("Ferreterías", page)
        self.assertNotIn("Moroso", page)
        page = self._get("/my/consignment/sales?groupby=group").text
        self.assertIn("Ferreterías", page)

    def test_wrong_filters_are_all_named(self):
        page = self._get("/my/consignment/sales?date_from=ayer&product=x&kind=y")
        self.assertEqual(page.status_code, 400)
        for name in ("date_from", "product", "kind"):
            self.assertIn(f"{name}:", page.text)
        self.assertNotIn("FRA-1 ", page.text)
        page = self._get("/my/consignment/sales/export/csv?date_from=ayer")
        self.assertEqual(page.status_code, 422)

    def test_absurd_pages(self):
        for number, status in ((2, 200), (2000, 200), (2001, 404), ("x", 404)):
            page = self._get(f"/my/consignment/sales/page/{number}")
            self.assertEqual(page.status_code, status, number)

    def test_stock(self):
        page = self._get("/my/consignment/stock").text
        self.assertIn("FRA-1", page)
        self.assertIn("Near", page)
        self.assertNotIn("Taza", page)
        self.assertRecordValues(
            self.env["o2c.supplier.stock"].with_user(self.member["manager"]).search([]),
            [
                {
                    "initial": 0,
                    "received": 30,
                    "sold": 10,
                    "lost": 0,
                    "on_hand": 20,
                    "available": 20,
                    "stock_min": 18,
                    "stock_state": "near",
                }
            ],
        )

    def test_a_product_by_place_and_lot(self):
        stock = self.env["o2c.supplier.stock"].search(
            [("consignor_id", "=", self.consignor.id)]
        )
        path = f"/my/consignment/stock/{stock.id}"
        page = self._get(path).text
        self.assertIn(self.stock.complete_name, page)
        movement = self.env["o2c.supplier.movement"].search(
            [("consignor_id", "=", self.consignor.id)], limit=1
        )
        self.assertIn(movement.document, page)
        self.assertIn(f"/movements?product={self.jar.id}", page)
        self.assertNotIn("Taza", page)
        self.assertIn("Nothing found", self._get(f"{path}?date_to=2001-01-01").text)
        bad = self._get(f"{path}?date_from=ayer")
        self.assertEqual(bad.status_code, 400)

    def test_settlement_is_shown_once_it_was_sent(self):
        draft = self._settle(accept=False)
        self.assertEqual(draft.state, "draft")
        page = self._get("/my/consignment/settlements").text
        self.assertIn(self.settlement.name, page)
        self.assertNotIn(draft.name, page)

    def test_bills(self):
        self.settlement.action_accept()
        bill = self._bill(self.settlement, reference="001-001-000000123")
        page = self._get("/my/consignment/bills").text
        self.assertIn("001-001-000000123", page)
        self.assertIn("200.00", page)
        page = self._get(f"/my/consignment/settlements/{self.settlement.id}").text
        self.assertIn("001-001-000000123", page)
        self.assertEqual(bill.payment_state, "not_paid")
        day = fields.Date.subtract(self.today, days=2)
        self._pay(bill, day)
        self.assertEqual(self.env["o2c.supplier.bill"].browse(bill.id).paid_on, day)

    def test_csv(self):
        response = self._get("/my/consignment/sales/export/csv")
        self.assertEqual(response.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
        self.assertEqual([float(row["Quantity"]) for row in rows], [6, 4])
        self.assertEqual([float(row["Due"]) for row in rows], [300, 200])
        self.assertNotIn("Cliente Quito", response.text)

    def test_exports_hold_no_formula(self):
        formula = '=HYPERLINK("http://x.example","y")'
        self.jar.name = formula
        text = self._get("/my/consignment/sales/export/csv").content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertTrue(all(row["Product"].startswith(("'", "[")) for row in rows))
        self.jar.default_code = False
        content = self._get("/my/consignment/stock/export/xlsx").content
        sheet = load_workbook(io.BytesIO(content)).active
        cells = [cell for row in sheet.iter_rows() for cell in row]
        self.assertTrue(any(str(c.value).startswith("'=HYPER") for c in cells))
        self.assertNotIn("f", {cell.data_type for cell in cells})

    def test_other_exports(self):
        for path in (
            "/my/consignment/stock/export/csv",
            "/my/consignment/stock/export/xlsx",
            "/my/consignment/sales/export/xlsx",
            "/my/consignment/sales/export/pdf",
            "/my/consignment/movements/export/csv",
            "/my/consignment/bills/export/csv",
            "/my/consignment/bills/export/xlsx",
            f"/my/consignment/settlements/{self.settlement.id}/export/csv",
            f"/my/consignment/settlements/{self.settlement.id}/export/xlsx",
        ):
            with self.subTest(path=path):
                self.assertEqual(self._get(path).status_code, 200)
        self.assertEqual(self._get("/my/consignment/sales/export/exe").status_code, 404)

    def test_log(self):
        self._get("/my/consignment/sales/export/csv")
        page = self._get("/my/consignment/log").text
        self.assertIn("2 rows", page)
        self.assertIn("andino_manager", page)
        self._as(self.other_member)
        self.assertNotIn("andino", self._get("/my/consignment/log").text)
