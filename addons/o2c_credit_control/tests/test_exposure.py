import random
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import Form, tagged
from odoo.tools import SQL

from ..credit_core import OpenItem, age
from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestExposure(CreditCommon):
    def test_every_stage_of_an_order_counts_once(self):
        """Ten units of 100: whatever stage they are in, the exposure is 1 000.

        stage                    undelivered delivered drafts receivable
        confirmed                      1 000         0      0          0
        4 delivered                      600       400      0          0
        4 in a draft invoice             600         0    400          0
        invoice posted                   600         0      0        400
        """
        order = self._sell(10)
        self.assertStages(undelivered=1000)
        self._deliver(order, 4)
        self.assertStages(undelivered=600, delivered=400)
        invoice = self._invoice(order, post=False)
        self.assertStages(undelivered=600, draft_invoiced=400)
        invoice.action_post()
        self.assertStages(undelivered=600, not_due=400)

    def assertStages(self, **stages):
        exposure = self._exposure()
        names = ("not_due", "draft_invoiced", "delivered", "undelivered")
        self.assertEqual(
            {name: float(getattr(exposure, name)) for name in names},
            {**dict.fromkeys(names, 0.0), **stages},
        )
        self.assertEqual(exposure.total, sum(stages.values()))

    def test_cancelled_order_leaves_nothing(self):
        order = self._sell(5)
        order._action_cancel()
        self.assertEqual(self._exposure().total, 0)

    def test_goods_that_will_not_come_any_more_do_not_count(self):
        order = self._sell(10)
        self._deliver(order, 8, backorder=False)
        exposure = self._exposure()
        self.assertEqual((exposure.delivered, exposure.undelivered), (800, 0))

    def test_down_payment_is_not_counted_twice(self):
        order = self._sell(10)
        wizard = self.env["sale.advance.payment.inv"].sudo()
        wizard.with_context(active_model="sale.order", active_ids=order.ids).create(
            {"advance_payment_method": "fixed", "fixed_amount": 300}
        ).create_invoices()
        # 300 wait in the draft of the down payment, 700 are left of the order
        exposure = self._exposure()
        self.assertEqual((exposure.draft_invoiced, exposure.undelivered), (300, 700))
        order.sudo().invoice_ids.action_post()
        self.assertEqual(self._exposure().total, 1000)
        self._pay(order.sudo().invoice_ids)
        self.assertEqual(self._exposure().total, 700)

    def test_draft_invoice_without_order_commits_nobody(self):
        self._bill(100, post=False)
        self.assertEqual(self._exposure().total, 0)

    def test_foreign_currency_counts_in_the_currency_of_the_limit(self):
        # 5 units of 100 in a currency of which 2 make 1 of the company's
        currency = self.setup_other_currency("GBP", rates=[("2000-01-01", 2.0)])
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": currency.id, "company_id": False}
        )
        self._sell(5, pricelist_id=pricelist.id)
        self.assertEqual(self._exposure().undelivered, 250)

    def test_debtor_is_the_entity_that_is_invoiced(self):
        group = self._customer("Grupo Holding")
        branch = self._customer("Sucursal", parent_id=group.id, is_company=False)
        self._sell(2, branch)
        self._sell(3, self.customer, partner_invoice_id=branch.id)
        self.assertEqual(self._exposure(group).undelivered, 500)
        self.assertEqual(self._exposure().undelivered, 0)

    def test_ages(self):
        for amount, late in ((1, -5), (2, 1), (4, 30), (8, 31), (16, 61), (32, 91)):
            self._bill(amount, late)
        exposure = self._exposure()
        self.assertEqual(exposure.not_due, 1)
        self.assertEqual(exposure.overdue_30, 6)
        self.assertEqual(exposure.overdue_60, 8)
        self.assertEqual(exposure.overdue_90, 16)
        self.assertEqual(exposure.overdue_older, 32)
        self.assertEqual(exposure.days_overdue(self.today), 91)

    def test_money_on_account_covers_the_oldest_debt(self):
        self._bill(50, 45)
        self._bill(40, 10)
        self._pay_on_account(70)
        exposure = self._exposure()
        self.assertEqual((exposure.overdue_60, exposure.overdue_30), (0, 20))
        self.assertEqual(exposure.days_overdue(self.today), 10)

    def test_query_says_the_same_as_the_core(self):
        dice = random.Random(7)
        items = []
        for _number in range(25):
            amount, late = dice.randint(1, 400), dice.randint(-40, 140)
            items.append(OpenItem(self._day(-late), Decimal(amount)))
            self._bill(amount, late)
        for amount in (150, 333):
            items.append(OpenItem(self.today, Decimal(-amount)))
            self._pay_on_account(amount)
        expected = age(items, self.today)
        self.assertEqual(self._exposure(), expected)

    def test_announced_deduction_reduces_its_own_invoice(self):
        """112 due, of which the customer will withhold 12 and has paid 100."""
        invoice = self._bill(112, 40)
        self._bill(50, 10)
        self._pay(invoice, 100)
        withholding = SQL("SELECT %s AS move_id, 12 AS amount", invoice.id)
        with patch.object(
            self.registry["o2c.credit.exposure"],
            "_o2c_exposure_deductions",
            lambda _self, _company: [withholding],
        ):
            exposure = self._exposure()
        self.assertEqual((exposure.deductions, exposure.overdue_60), (12, 0))
        self.assertEqual(exposure.overdue, 50)
        self.assertEqual(exposure.days_overdue(self.today), 10)

    def test_another_company_keeps_its_own_account(self):
        other = self._second_company()
        self._bill(700, 60, company_data=other)
        self.assertEqual(self._exposure().total, 0)
        self.assertEqual(self._exposure(company=other["company"]).overdue, 700)

    def test_partner_fields_show_the_salesperson_the_amounts(self):
        self._bill(300, 45)
        self._sell(2, partner=self._customer("Other"))
        partner = self.customer.with_user(self.seller)
        self.assertEqual(partner.o2c_credit_exposure, 300)
        self.assertEqual(partner.o2c_credit_overdue_60, 300)
        self.assertEqual(partner.o2c_credit_limit, 1000)
        self.assertEqual(partner.o2c_credit_available, 700)

    def test_form_of_a_new_customer(self):
        with Form(self.env["res.partner"].sudo()) as form:
            form.name = "Not saved yet"
        self.assertEqual(form.record.o2c_credit_exposure, 0)
        self.assertEqual(form.record.with_company(self.company).o2c_credit_limit, 0)

    def test_each_amount_opens_its_documents(self):
        self._bill(80, -5)
        late = self._bill(100, 45)
        self.policy.sudo().max_overdue_days = 90
        order = self._sell(2)

        def opened(amount):
            action = self.customer.with_context(
                o2c_credit_amount=amount
            ).action_o2c_credit_documents()
            return self.env[action["res_model"]].sudo().search(action["domain"])

        self.assertEqual(opened("overdue").move_id, late)
        self.assertEqual(sum(opened("receivable").mapped("amount_residual")), 180)
        self.assertEqual(opened("orders"), order.sudo())
        self.assertEqual(opened("whatever"), opened("receivable"))
        draft = self._bill(10, post=False)
        self.assertEqual(opened("draft_invoiced"), draft)

    def test_refund_reduces_what_is_owed(self):
        invoice = self._bill(100, 40)
        refund = invoice._reverse_moves(
            [{"invoice_date": self.today, "date": self.today}]
        )
        refund.invoice_line_ids.price_unit = 30
        refund.action_post()
        self.assertEqual(self._exposure().overdue_60, 70)
