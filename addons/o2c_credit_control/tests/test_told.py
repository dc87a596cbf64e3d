from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CreditCommon

STOPPED = "o2c_credit_control.mail_activity_type_stopped"


@tagged("post_install", "-at_install", "-standard", "o2c_slow")
class TestTold(CreditCommon):
    """Who sold goods that may not leave any more hears of it, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env.ref(STOPPED)

    def _told(self, order):
        order.invalidate_recordset()
        return order.sudo().activity_ids.filtered(
            lambda a: a.activity_type_id == self.kind
        )

    def assertTold(self, order):
        self.assertEqual(self._told(order).user_id, self.seller)
        self.assertEqual(len(self._told(order)), 1)

    def test_lower_limit(self):
        # 500 are confirmed; a limit of 400 holds them at the door
        order = self._sell(5)
        self.customer.sudo().credit_limit = 600
        self.assertFalse(self._told(order), "within the limit still")
        self.customer.sudo().credit_limit = 400
        self.assertTold(order)
        self.assertIn("Credit limit", self._told(order).note)
        self.customer.sudo().credit_limit = 300
        self.assertTold(order)
        self.customer.sudo().credit_limit = 900
        self.assertFalse(self._told(order), "free again, nothing left to do")

    def test_stricter_policy(self):
        order = self._sell(1)
        self.policy.with_user(self.manager).max_overdue_days = 30
        self._bill(100, 20)
        self.assertFalse(self._told(order))
        self.policy.with_user(self.manager).name = "Otro nombre"
        self.assertFalse(self._told(order))
        self.policy.with_user(self.manager).max_overdue_days = 10
        self.assertTold(order)

    def test_policy_of_his_own(self):
        order = self._sell(5)
        self.policy.sudo().tolerance_percent = 100
        self.customer.sudo().credit_limit = 300
        self.assertFalse(self._told(order))
        strict = self.policy.with_user(self.manager).create(
            {
                "name": "Estricta",
                "company_id": self.company.id,
                "partner_ids": [Command.link(self.customer.id)],
            }
        )
        self.assertTold(order)
        strict.unlink()
        self.assertFalse(self._told(order))

    def test_tag_of_the_customer(self):
        """A tag that a policy names stops and frees, wherever it is given."""
        tag = self.env["res.partner.category"].sudo().create({"name": "Strict"})
        self._bill(100, 20)
        self.policy.sudo().max_overdue_days = 30
        self.policy.sudo().create(
            {
                "name": "Estricta",
                "company_id": self.company.id,
                "category_ids": [Command.link(tag.id)],
            }
        )
        order = self._sell(1)
        customer = self.customer.sudo()
        customer.category_id = tag
        self.assertTold(order)
        customer.category_id = False
        self.assertFalse(self._told(order))
        tag.partner_ids = customer
        self.assertTold(order)
        tag.active = False
        self.assertTrue(self._on_hold(), "an archived tag is a tag of his still")
        self.assertIn("credit.overdue", self._policies(self._quote(1)))
        with self.assertRaisesRegex(UserError, "Estricta"):
            tag.unlink()
        tag.partner_ids = False
        self.assertFalse(self._told(order))

    def test_review_of_the_limit(self):
        self.policy.sudo().review_lapses = True
        order = self._sell(1)
        self.customer.sudo().o2c_credit_review_date = self._day(-1)
        self.assertTold(order)
        self.customer.sudo().o2c_credit_review_date = self._day(90)
        self.assertFalse(self._told(order))

    def test_limit_and_members_of_the_group(self):
        order = self._sell(5)
        other = self._customer("Hermana")
        group = (
            self.env["o2c.credit.group"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Grupo",
                    "limit": 400,
                    "partner_ids": [Command.set(other.ids)],
                    "company_ids": [Command.set(self.company.ids)],
                }
            )
        )
        self.assertFalse(self._told(order))
        group.partner_ids = [Command.link(self.customer.id)]
        self.assertTold(order)
        group.limit = 600
        self.assertFalse(self._told(order))
        group.write({"limit": 450})
        self.assertTold(order)

    def test_hold_by_hand(self):
        order = self._sell(1)
        quotation = self._quote(1)
        hold = self._hold()
        self.assertTold(order)
        self.assertIn("Cheque returned", self._told(order).note)
        self.assertFalse(self._told(quotation), "its banner says it")
        hold.with_user(self.manager).action_release("New cheque")
        self.assertFalse(self._told(order))

    def test_days_pass(self):
        order = self._sell(1)
        self.policy.sudo().max_overdue_days = 30
        invoice = self._bill(100, 20)
        invoice.line_ids.filtered("date_maturity").write(
            {"date_maturity": self._day(-40)}
        )
        partners = self.env["res.partner"]
        self._daily_run(partners._o2c_cron_log_holds)
        self.assertTold(order)
        self._told(order).unlink()
        self._daily_run(partners._o2c_cron_log_holds)
        self.assertFalse(self._told(order), "he knows")

    def test_what_a_decision_accepted_goes_on(self):
        order = self._quote(11)
        self._approve(order)
        order.action_confirm()
        # 1 100 were accepted, whatever the limit
        self.customer.sudo().credit_limit = 100
        self.assertFalse(self._told(order))

    def test_delivered_orders_are_past_stopping(self):
        order = self._sell(5)
        self._deliver(order)
        self.customer.sudo().credit_limit = 100
        self.assertFalse(self._told(order))

    def test_cancelled_orders_are_told_nothing(self):
        order = self._sell(5)
        self.customer.sudo().credit_limit = 100
        order.with_user(self.seller)._action_cancel()
        said = "".join(order.sudo().message_ids.mapped(lambda m: m.body or ""))
        self.assertNotIn("can go on", said)
