import csv
import io
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from ..portal_core import sheets
from .common import SupplierPortalHttp

EXPORTS = "/my/consignment/exports"
REPORTS = "/my/consignment/reports"


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestExports(SupplierPortalHttp):
    """Files made in the background, and reports that are saved and mailed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._play()
        cls._let_crons_run()

    def setUp(self):
        super().setUp()
        self._as(self.member["manager"])

    def _exports(self):
        return self.env["o2c.supplier.export"].search([])

    def _ask(self, file_format="csv", listing="sales", **params):
        data = {"listing": listing, "file_format": file_format, **params}
        answer = self._post(f"{EXPORTS}/new", data)
        self.env.invalidate_all()
        return answer

    def _make(self):
        self.env["o2c.supplier.export"]._cron_make()

    def _file(self, export):
        return self._get(f"{EXPORTS}/{export.id}/download")

    def test_from_asking_to_the_file(self):
        self.assertEqual(self._ask(kind="sale").status_code, 303)
        export = self._exports()
        self.assertRecordValues(export, [{"state": "waiting", "percent": 0}])
        self.assertEqual(self._file(export).status_code, 404)
        self._make()
        self.assertRecordValues(
            export,
            [{"state": "done", "row_total": 2, "row_done": 2, "percent": 100}],
        )
        self.assertIn(export.filename, self._get(EXPORTS).text)
        content = self._file(export).content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(content)))
        self.assertEqual([float(row["Due"]) for row in rows], [300, 200])
        self.assertNotIn("Cliente Quito", content)
        # stored compressed; who cannot open that gets the text
        url = f"{EXPORTS}/{export.id}/download"
        plain = self.url_open(url, headers={"Accept-Encoding": "identity"})
        self.assertNotIn("Content-Encoding", plain.headers)
        self.assertEqual(plain.content.decode("utf-8-sig"), content)

    def test_too_long_to_wait_for(self):
        with patch.dict(sheets.MAX_NOW, csv=1, pdf=1):
            answer = self._get("/my/consignment/sales/export/csv?kind=sale")
            self.assertEqual(answer.status_code, 303)
            page = self._get(answer.headers["Location"]).text
            self.assertIn('value="sale"', page)
            self.assertIn("Make the file", page)
        with patch.dict(sheets.MAX_NOW, pdf=1), patch.dict(sheets.MAX_LATER, pdf=1):
            answer = self._get("/my/consignment/sales/export/pdf")
            self.assertEqual(answer.status_code, 422)
            self.assertIn("more than 1 rows", answer.text)

    def test_xlsx_and_pdf(self):
        self.jar.name = "=1+1"
        for file_format in ("xlsx", "pdf"):
            self._ask(file_format)
        self._make()
        pdf, xlsx = self._exports()
        sheet = load_workbook(io.BytesIO(self._file(xlsx).content)).active
        cells = [cell for row in sheet.iter_rows() for cell in row]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        self.assertTrue(self._file(pdf).content.startswith(b"%PDF"))

    def test_a_limit_of_rows_is_said(self):
        self._ask()
        with patch.dict(sheets.MAX_LATER, csv=1):
            self._make()
        self.assertEqual(self._exports().state, "failed")
        self.assertIn("more than 1 rows", self._get(EXPORTS).text)

    def test_a_role_that_was_taken_away(self):
        self._ask()
        self.env["o2c.supplier.member"].search(
            [("user_id", "=", self.member["manager"].id)]
        ).role = "logistics"
        self._make()
        self.assertEqual(self._exports().state, "failed")

    def test_a_file_made_before_the_role_was_taken_away(self):
        self._ask()
        self._make()
        self.env["o2c.supplier.member"].search(
            [("user_id", "=", self.member["manager"].id)]
        ).role = "logistics"
        self.assertEqual(self._file(self._exports()).status_code, 404)

    def test_files_of_a_colleague(self):
        self._ask()
        self._make()
        self._as(self.member["billing"])
        self.assertEqual(self._file(self._exports()).status_code, 404)

    def test_a_worker_that_died(self):
        self._ask()
        export = self._exports()
        export.write({"state": "running", "tries": 1, "touched_on": "2020-01-01"})
        self._make()
        self.assertRecordValues(export, [{"state": "done", "tries": 2}])

    def test_wrong_requests(self):
        for params in ({"listing": "secrets"}, {"file_format": "exe"}):
            self.assertEqual(self._ask(**params).status_code, 422)
        self.assertEqual(self._ask(date_from="ayer").status_code, 422)
        self.assertFalse(self._exports())

    # === REPORTS === #

    def _save(self, **vals):
        data = {
            "name": "Mis ventas",
            "listing": "sales",
            "file_format": "csv",
            "period": "this_month",
            "schedule": "weekly",
            "columns": ["date", "amount"],
            **vals,
        }
        return self._post(f"{REPORTS}/new", data)

    def test_a_saved_report_by_mail(self):
        with freeze_time("2026-06-10 15:00:00"):  # a Wednesday
            self.assertEqual(self._save().status_code, 303)
        report = self.env["o2c.supplier.report"].search([])
        self.assertEqual(str(report.next_on), "2026-06-15")
        self.assertEqual(report.columns, ["date", "amount"])
        with freeze_time("2026-06-15 15:00:00"):
            report._cron_schedules()
            report._cron_schedules()
        export = self._exports()
        self.assertEqual(len(export), 1)
        self.assertEqual(export.params["date_from"], "2026-06-01")
        self.assertEqual(str(report.next_on), "2026-06-22")
        export.params = {}
        self._make()
        mail = self.env["mail.mail"].search([("subject", "=", "Mis ventas")])
        self.assertEqual(mail.email_to, self.member["manager"].email)
        self.assertEqual(
            mail.attachment_ids.raw.decode("utf-8-sig").splitlines()[0], "Date,Due"
        )

    def test_grouped(self):
        self._save(groupby="product", period="all", schedule="none")
        report = self.env["o2c.supplier.report"].search([])
        self._post(f"{REPORTS}/{report.id}/run")
        self._make()
        rows = self._file(self._exports()).content.decode("utf-8-sig").splitlines()
        self.assertEqual(len(rows), 2)
        self.assertIn("Frasco andino", rows[1])
        self.assertIn("500", rows[1])

    def test_filters_of_a_report(self):
        """Chosen on the form, kept, shown, and applied to the file."""
        spoon = self._product("Cuchara", default_code="CUC-1")
        form = self._get(f"{REPORTS}?listing=sales").text
        for name in ("product", "place", "group", "kind", "lot", "search"):
            self.assertIn(f'name="{name}"', form)
        self.assertIn("Frasco andino", form)
        self._save(product=str(self.jar.id), kind="sale", lot="", schedule="none")
        report = self.env["o2c.supplier.report"].search([])
        self.assertEqual(report.params, {"product": str(self.jar.id), "kind": "sale"})
        page = self._get(REPORTS).text
        self.assertIn("Product: ", page)
        self.assertIn("Frasco andino", page)
        self._post(f"{REPORTS}/{report.id}/run")
        self._make()
        export = self._exports()
        self.assertRecordValues(export, [{"state": "done", "row_total": 2}])
        wrong = self._save(product="uno", kind="x", name="Otro")
        self.assertEqual(wrong.status_code, 422)
        # what is not his finds nothing
        self._save(product=str(spoon.id), name="Nada", schedule="none")
        other = self.env["o2c.supplier.report"].search([("name", "=", "Nada")])
        self._post(f"{REPORTS}/{other.id}/run")
        self._make()
        self.assertEqual(self._exports()[:1].row_total, 0)

    def test_filters_by_role(self):
        """Logistics sees places by its goods, and no sales to report on."""
        self._as(self.member["logistics"])
        form = self._get(f"{REPORTS}?listing=movements").text
        self.assertIn(self.warehouse.display_name, form)
        self.assertNotIn('value="sales"', self._get(f"{REPORTS}?listing=sales").text)

    def test_reports_that_cannot_be(self):
        for vals in (
            {"name": " "},
            {"listing": "lines"},
            {"groupby": "secret"},
            {"period": "yesterday"},
            {"schedule": "hourly"},
        ):
            with self.subTest(vals):
                self.assertEqual(self._save(**vals).status_code, 422)
        self.assertFalse(self.env["o2c.supplier.report"].search([]))

    def test_columns_are_those_of_the_list(self):
        with self.assertRaises(ValidationError):
            self.env["o2c.supplier.report"].create(
                {
                    "name": "x",
                    "user_id": self.member["manager"].id,
                    "company_id": self.company.id,
                    "listing": "sales",
                    "columns": ["customer_id"],
                }
            )
