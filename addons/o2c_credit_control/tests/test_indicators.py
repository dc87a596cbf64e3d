from decimal import Decimal

from odoo.tests import tagged

from ..credit_core import SalesMonth, count_back_days
from .common import CreditCommon


@tagged("post_install", "-at_install")
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
