import io
import re

import openpyxl

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CreditCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestPortal(CreditCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = cls._portal("credit_portal", cls.customer)
        cls.other = cls._customer("Rival")
        cls._portal("credit_rival", cls.other)

    @classmethod
    def _portal(cls, login, customer):
        contact = cls._customer(login, parent_id=customer.id, is_company=False)
        return cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "password": login,
                "lang": "en_US",
                "partner_id": contact.id,
                "company_id": cls.company.id,
                "company_ids": [(6, 0, cls.company.ids)],
                "group_ids": [(6, 0, [cls.env.ref("base.group_portal").id])],
            }
        )

    def setUp(self):
        super().setUp()
        self.mine = self._bill(100, 10)
        self.foreign = self._bill(77, 10, self.other)

    def _post(self, invoices, amount="50", day=5, csrf=None, **values):
        if csrf is None:
            page = self.url_open("/my/o2c/statement").text
            csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)
            csrf = csrf and csrf[1]
        return self.url_open(
            "/my/o2c/statement/promise",
            data={
                "csrf_token": csrf,
                "invoice": [str(i) for i in invoices],
                "amount": amount,
                "date": str(self._day(day)),
                **values,
            },
        )

    def _promises(self):
        return self.env["o2c.credit.promise"].sudo().search([])

    # ------------------------------------------------------------------- read
    def test_customer_sees_his_statement_and_nobody_elses(self):
        self.authenticate("credit_portal", "credit_portal")
        page = self.url_open("/my/o2c/statement")
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.mine.name, page.text)
        self.assertIn("100.00", page.text)
        self.assertNotIn(self.foreign.name, page.text)
        self.assertIn("/my/o2c/statement", self.url_open("/my").text)

    def test_pdf_only_of_a_company_with_own_invoices(self):
        self.authenticate("credit_portal", "credit_portal")
        other = self._second_company()["company"]
        for company in (other.id, 2**31, "x", ""):
            page = self.url_open(f"/my/o2c/statement/pdf?company={company}")
            self.assertTrue(page.url.endswith("/my/o2c/statement"))
            self.assertIn(self.mine.name, page.text)

    def test_report_lists_what_is_open(self):
        report = self.env["ir.actions.report"].sudo().with_company(self.company)
        html, _kind = report._render_qweb_html(
            "o2c_credit_control.o2c_credit_statement_report", self.customer.ids
        )
        self.assertIn(self.mine.name, html.decode())
        self.assertNotIn(self.foreign.name, html.decode())

    def test_public_is_sent_to_login(self):
        for path in ("/my/o2c/statement", "/my/o2c/statement/pdf"):
            with self.subTest(path=path):
                self.assertIn("/web/login", self.url_open(path).url)

    def test_customer_without_debts(self):
        self._pay(self.mine)
        self.authenticate("credit_portal", "credit_portal")
        self.assertIn("no open invoices", self.url_open("/my/o2c/statement").text)

    # ---------------------------------------------------------------- promise
    def test_promise(self):
        self.authenticate("credit_portal", "credit_portal")
        page = self._post([self.mine.id], "50,5", note="Transfer on Friday")
        self.assertIn("noted your promise", page.text)
        promise = self._promises()
        self.assertRecordValues(
            promise,
            [
                {
                    "partner_id": self.customer.id,
                    "amount": 50.5,
                    "date": self._day(5),
                    "channel": "portal",
                    "state": "open",
                    "note": "Transfer on Friday",
                }
            ],
        )
        self.assertEqual(promise.move_ids, self.mine)

    def test_bad_promises_are_explained_and_not_taken(self):
        self.authenticate("credit_portal", "credit_portal")
        for amount, day, text in (
            ("0", 5, "above zero"),
            ("-5", 5, "above zero"),
            ("100.01", 5, "at most"),
            ("1e30", 5, "at most"),
            ("NaN", 5, "above zero"),
            ("ten", 5, "as a number"),
            ("10", -1, "has passed"),
            ("10", 31, "up to"),
            ("10.001", 5, "two decimals"),
        ):
            with self.subTest(amount=amount, day=day):
                self.assertIn(text, self._post([self.mine.id], amount, day).text)
        page = self._post([self.mine.id], date="yesterday")
        self.assertIn("not a date", page.text)
        self.assertFalse(self._promises())

    def test_foreign_and_unknown_invoices_answer_alike(self):
        self.authenticate("credit_portal", "credit_portal")
        answers = [
            self._post(ids, "10").text
            for ids in ([self.foreign.id], [2**31], ["abc"], [])
        ]
        for answer in answers:
            self.assertIn("Choose the invoices", answer)
            self.assertNotIn(self.foreign.name, answer)
        self._post([self.mine.id, self.foreign.id], "10")
        self.assertEqual(self._promises().move_ids, self.mine)

    def test_reading_changes_nothing(self):
        self.authenticate("credit_portal", "credit_portal")
        path = "/my/o2c/statement/promise?invoice=%s&amount=10&date=%s"
        page = self.url_open(path % (self.mine.id, self._day(5)))
        self.assertEqual(page.status_code, 405)
        self.assertFalse(self._promises())

    @mute_logger("odoo.http")
    def test_forged_form_is_refused(self):
        self.authenticate("credit_portal", "credit_portal")
        page = self._post([self.mine.id], csrf="forged")
        self.assertEqual(page.status_code, 400)
        self.assertFalse(self._promises())

    def test_promise_of_a_rival_does_not_show(self):
        self._promise(70, 5, self.foreign, self.other)
        self.authenticate("credit_portal", "credit_portal")
        self.assertNotIn("70.00", self.url_open("/my/o2c/statement").text)

    def test_portal_user_cannot_reach_the_models(self):
        for model in ("hold", "promise", "policy", "reminder", "worklist", "aging"):
            rows = self.env[f"o2c.credit.{model}"].with_user(self.portal_user)
            for operation in ("read", "create", "write", "unlink"):
                with self.subTest(model=model, operation=operation):
                    self.assertFalse(rows.has_access(operation))

    def test_promise_in_parts(self):
        self.authenticate("credit_portal", "credit_portal")
        self._post([self.mine.id], "90", 5, count="3")
        found = self._promises().sorted("date")
        self.assertEqual(found.mapped("amount"), [30, 30, 30])
        self.assertEqual(found.mapped("date"), [self._day(n) for n in (5, 12, 19)])

    def test_parts_are_taken_all_or_none(self):
        self.authenticate("credit_portal", "credit_portal")
        # the last of four weekly parts would be beyond the 30 days of the policy
        page = self._post([self.mine.id], "90", 15, count="4")
        self.assertIn("up to", page.text)
        page = self._post([self.mine.id], "90", 5, count="99")
        self.assertIn("between 1 and 4", page.text)
        self.assertFalse(self._promises())

    # ---------------------------------------------------------------- dispute
    def _dispute(self, invoices, reason="quality", note="Sacks were wet"):
        page = self.url_open("/my/o2c/statement").text
        return self.url_open(
            "/my/o2c/statement/dispute",
            data={
                "csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1],
                "invoice": [str(i) for i in invoices],
                "reason": reason,
                "dispute_note": note,
            },
        )

    def _disputes(self):
        return self.env["o2c.credit.dispute"].sudo().search([])

    def test_customer_disputes_an_invoice(self):
        partner = self.customer.with_company(self.company).sudo()
        partner.o2c_collector_id = self.collector
        self.authenticate("credit_portal", "credit_portal")
        page = self._dispute([self.mine.id])
        self.assertIn("looking at it", page.text)
        dispute = self._disputes()
        self.assertRecordValues(
            dispute,
            [
                {
                    "move_id": self.mine.id,
                    "reason": "quality",
                    "note": "Sacks were wet",
                    "from_portal": True,
                    "user_id": self.collector.id,
                    "state": "open",
                }
            ],
        )
        self.assertEqual(dispute.activity_ids.user_id, self.collector)
        self.assertIn("already looking", self._dispute([self.mine.id]).text)
        self.assertEqual(len(self._disputes()), 1)
        dispute.with_user(self.collector).answer = "We send new ones"
        dispute.with_user(self.collector).action_close()
        self.assertIn("We send new ones", self.url_open("/my/o2c/statement").text)

    def test_bad_disputes_are_explained_and_not_taken(self):
        self.authenticate("credit_portal", "credit_portal")
        for arguments, text in (
            (([self.mine.id], "hacked"), "what is wrong"),
            (([self.mine.id], "price", "  "), "Tell us what"),
            (([],), "Choose the invoices"),
            (([self.foreign.id],), "Choose the invoices"),
            (([2**31],), "Choose the invoices"),
        ):
            with self.subTest(arguments=arguments):
                answer = self._dispute(*arguments).text
                self.assertIn(text, answer)
                self.assertNotIn(self.foreign.name, answer)
        self.assertFalse(self._disputes())

    # ------------------------------------------------------------ spreadsheet
    def _sheet(self, content):
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [[cell.value for cell in row] for row in book.active.iter_rows()]

    def test_spreadsheet_in_the_portal(self):
        self.authenticate("credit_portal", "credit_portal")
        path = "/my/o2c/statement/xlsx?company="
        rows = self._sheet(self.url_open(f"{path}{self.company.id}").content)
        names = [row[0] for row in rows]
        self.assertIn(self.mine.name, names)
        self.assertNotIn(self.foreign.name, names)
        for company in (2**31, "x", ""):
            page = self.url_open(f"{path}{company}")
            self.assertTrue(page.url.endswith("/my/o2c/statement"))

    def test_spreadsheet_of_the_collector(self):
        self.customer.name = "=1+1"
        self.collector.password = "credit_collector"
        self.authenticate("credit_collector", "credit_collector")
        url = self.customer.with_user(self.collector).action_o2c_statement_xlsx()["url"]
        rows = self._sheet(self.url_open(url).content)
        self.assertEqual(rows[1][0], "=1+1")
        self.assertEqual(rows[5][0], self.mine.name)
        self.assertEqual(rows[5][3:], [10, 100, 100])

    def test_spreadsheet_is_not_for_everybody(self):
        path = f"/o2c/credit/statement/{self.customer.id}/xlsx"
        for user in (self.storekeeper, self.portal_user):
            user.password = user.login
            self.authenticate(user.login, user.login)
            with self.subTest(user=user.login), mute_logger("odoo.http"):
                self.assertEqual(self.url_open(path).status_code, 404)

    def test_pay_leads_to_what_is_overdue(self):
        self.authenticate("credit_portal", "credit_portal")
        page = self.url_open("/my/o2c/statement").text
        self.assertIn('href="/my/invoices/overdue"', page)
        self._pay(self.mine)
        self._bill(10, -5)
        page = self.url_open("/my/o2c/statement").text
        self.assertNotIn("/my/invoices/overdue", page)
