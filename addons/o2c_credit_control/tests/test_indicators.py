from decimal import Decimal

from odoo.tests import tagged

from ..credit_core import SalesMonth, count_back_days
from .common import CreditCommon


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestIndicators(CreditCommon):
    def test_ageing_adds_up_to_the_receivable(self):
        for amount, late in ((1, -5), (2, 10), (4, 45), (8, 80), (16, 200)):
            self._bill(amount, late)
        rows = self.env["o2c.credit.aging"].with_user(self.collector)
        found = rows._read_group(
            [("partner_id", "=", self.customer.id)], ["bucket"], ["amount:sum"]
        )
        self.assertEqual(
            found,
            [("0_not_due", 1), ("1_30", 2), ("2_60", 4), ("3_90", 8), ("4_older", 16)],
        )

    def test_dso_says_the_same_as_the_core(self):
        for amount, late in ((600, 70), (800, 40), (300, 10), (450, 5)):
            self._bill(amount, late)
        self._pay_on_account(500)
        rows = self.env["o2c.credit.dso"].with_user(self.collector)
        rows = rows.search([("company_id", "=", self.company.id)], order="month desc")
        for number, row in enumerate(rows):
            past = rows[number:]
            months = [
                SalesMonth(Decimal(str(r.sales)), self._days(r.month)) for r in past
            ]
            expected = count_back_days(Decimal(str(row.receivable)), months)
            self.assertAlmostEqual(row.dso, float(expected), places=1)
        # 600 + 800 + 300 + 450 invoiced, 500 paid
        self.assertEqual(rows[0].receivable, 1650)
        self.assertGreater(rows[0].dso, 0)

    def _days(self, month):
        if (month.year, month.month) == (self.today.year, self.today.month):
            return self.today.day
        following = month.replace(year=month.year + month.month // 12, day=1)
        following = following.replace(month=month.month % 12 + 1)
        return (following - month).days

    def test_worklist(self):
        self._bill(100, 20)
        self._bill(50, -20)
        paid = self._customer("Paid")
        self._pay(self._bill(70, 20, paid))
        self._promise(100, 5)
        rows = self.env["o2c.credit.worklist"].with_user(self.collector)
        row = rows.search([("partner_id", "in", (self.customer | paid).ids)])
        self.assertRecordValues(
            row,
            [
                {
                    "partner_id": self.customer.id,
                    "receivable": 150,
                    "overdue": 100,
                    "days_overdue": 20,
                    "documents": 1,
                    "next_promise": self._day(5),
                    "hold": True,
                }
            ],
        )
        self.assertEqual(row.action_promise()["context"]["default_amount"], 100)
        self.assertEqual(row.action_open_partner()["res_id"], self.customer.id)

    def _row(self):
        rows = self.env["o2c.credit.dso"].with_user(self.collector)
        return rows.search(
            [("company_id", "=", self.company.id)], order="month desc", limit=1
        )

    def test_parts_of_the_dso_add_up(self):
        for amount, late in ((600, 100), (800, 40), (300, 10), (450, -5)):
            self._bill(amount, late)
        self._pay_on_account(200)
        row = self._row()
        parts = (
            row.dso_not_due,
            row.dso_30,
            row.dso_60,
            row.dso_90,
            row.dso_older,
        )
        self.assertAlmostEqual(sum(parts), row.dso, places=4)
        # of 2 150 open: 450 not due, 300 late 1-30, 800 late 31-60, 600 older
        for part, amount in zip(parts, (450, 300, 800, 0, 600), strict=True):
            self.assertAlmostEqual(part, row.dso * amount / 2150, places=4)
        self.assertEqual((row.not_due, row.overdue), (450, 1700))
        self.assertEqual(row.receivable, 1950)

    def test_ages_at_the_end_of_a_month_are_those_of_the_open_items(self):
        for amount, late in ((600, 100), (800, 40), (300, 10), (450, -5)):
            self._bill(amount, late)
        old = self._bill(70, 65)
        self._pay(old, 50)
        exposure = self._exposure()
        row = self._row()
        self.assertEqual(row.not_due, exposure.not_due)
        self.assertEqual(row.overdue, exposure.overdue)
        self.assertEqual(row.receivable, exposure.receivable)

    def test_why_the_dso_moved(self):
        self._bill(600, 5)
        row = self._row()
        self.assertTrue(row.why, "a first overdue invoice moves it")
        self.assertIn("days late", row.why)

    def test_effectiveness_and_days_late(self):
        """200 late by 10 days paid, 300 late by 20 paid: 16 days on average.

        All that could be collected was 500 and 100 more that stay open: 83.3 %.
        """
        invoices = (self._bill(200, 10), self._bill(300, 20))
        self._bill(100, 5)
        for invoice in invoices:
            self._pay(invoice)
        row = self._row()
        self.assertEqual(row.collected, 500)
        self.assertAlmostEqual(row.days_late, 16)
        # whatever month the invoices are of: opening + sales is all that was invoiced
        self.assertAlmostEqual(row.effectiveness, 100 * 500 / 600, places=1)

    def test_worklist_puts_risk_first_then_amount(self):
        names = ("Small old", "Large new", "Medium", "Small new")
        partners = [self._customer(name) for name in names]
        for partner, amount, late in zip(
            partners, (10, 900, 100, 50), (70, 5, 40, 5), strict=True
        ):
            self._bill(amount, late, partner)
        rows = self.env["o2c.credit.worklist"].with_user(self.collector)
        rows = rows.search([("partner_id", "in", [p.id for p in partners])])
        self.assertEqual(
            [(row.partner_id.name, row.risk) for row in rows],
            [
                ("Small old", "2_high"),
                ("Medium", "1_medium"),
                ("Large new", "0_low"),
                ("Small new", "0_low"),
            ],
        )
