from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCase

from .common import APPROVER, MANAGER, PolicyCommon


@tagged("post_install", "-at_install")
class TestReminder(PolicyCommon):
    def _told(self, request):
        return request.message_ids.notified_partner_ids

    def test_reminder_and_escalation_once_each(self):
        self.company.write(
            {"o2c_gate_reminder_hours": 4, "o2c_gate_escalation_hours": 24}
        )
        request = self._ask(self._quote({"discount": 15}))
        requests = self.env["o2c.gate.request"]
        asked = request.requested_on
        requests._cron_remind()
        self.assertFalse(request.reminded_on)
        request.sudo().waiting_since = asked - timedelta(hours=5)
        requests._cron_remind()
        self.assertTrue(request.reminded_on)
        self.assertFalse(request.escalated_on)
        self.assertIn(self.approver.partner_id, self._told(request))
        count = len(request.message_ids)
        requests._cron_remind()
        self.assertEqual(len(request.message_ids), count)
        request.sudo().waiting_since = asked - timedelta(hours=25)
        requests._cron_remind()
        self.assertTrue(request.escalated_on)
        self.assertIn(self.manager.partner_id, self._told(request))

    def test_zero_means_never(self):
        self.company.write(
            {"o2c_gate_reminder_hours": 0, "o2c_gate_escalation_hours": 0}
        )
        request = self._ask(self._quote({"discount": 15}))
        request.sudo().waiting_since = fields.Datetime.now() - timedelta(days=9)
        self.env["o2c.gate.request"]._cron_remind()
        self.assertFalse(request.reminded_on)
        self.assertFalse(request.escalated_on)
        self.assertTrue(self.manager.has_group(MANAGER))

    def test_each_level_has_its_own_time(self):
        boss = self._user("ivan", APPROVER)
        self.patch(type(self), "_policy", staticmethod(self._two_levels(boss)))
        self.company.o2c_gate_reminder_hours = 4
        request = self._ask(self._quote({"discount": 15}))
        hours = timedelta(hours=5)
        request.sudo().waiting_since -= hours
        self.env["o2c.gate.request"]._cron_remind()
        request.with_user(self.approver).action_approve("First level")
        self.env["o2c.gate.request"]._cron_remind()
        # his time began when the first level was done
        self.env.invalidate_all()
        self.assertFalse(request.reminded_on)
        self.assertEqual(request.sudo().activity_ids.user_id, boss)
        request.sudo().waiting_since -= hours
        self.env["o2c.gate.request"]._cron_remind()
        self.assertIn(boss.partner_id, self._told(request))

    def _two_levels(self, boss):
        def policy(order, checkpoint):
            one = self._finding("test.one", "First level")
            two = type(one)(
                "test.two", "Second level", level=2, approver_ids=(boss.id,)
            )
            return [one, two] if checkpoint == "confirm" else []

        return policy

    def test_escalated_to_the_activities_of_the_managers(self):
        self.company.o2c_gate_escalation_hours = 24
        self.patch(type(self), "approver_group", "sales_team.group_sale_manager")
        boss = self._user("ivan", "sales_team.group_sale_manager")
        request = self._ask(self._quote({"discount": 15}))
        self.assertIn(boss, request.sudo().activity_ids.user_id)
        self.assertNotIn(self.manager, request.sudo().activity_ids.user_id)
        request.sudo().waiting_since -= timedelta(hours=25)
        self.env["o2c.gate.request"]._cron_remind()
        self.env.invalidate_all()
        self.assertIn(self.manager, request.sudo().activity_ids.user_id)

    def test_nobody_can_decide(self):
        """Not left to lie: the managers of the gate are told at once."""
        self.patch(type(self), "approver_group", "base.group_public")
        request = self._ask(self._quote({"discount": 15}))
        self.assertFalse(request.approver_ids)
        self.assertIn(self.manager, request.sudo().activity_ids.user_id)
        self.assertIn(self.manager.partner_id, self._told(request))

    def test_age(self):
        request = self._ask(self._quote({"discount": 15}))
        request.sudo().requested_on -= timedelta(hours=26)
        request.invalidate_recordset(["age"])
        # "1 day", "1 día": whatever languages there are
        self.assertTrue(request.age.startswith("1 d"), request.age)


@tagged("post_install", "-at_install")
class TestMail(PolicyCommon, MailCase):
    mails_of_activities = True

    def test_approver_gets_a_link(self):
        """Besides the activity, a mail whose button leads to the request."""
        order = self._quote({"discount": 15})
        with self.mock_mail_gateway():
            request = self._ask(order)
        link = f"/mail/view?model=o2c.gate.request&amp;res_id={request.id}"
        bodies = [
            mail["body"] for mail in self._mails if "beto@example.com" in str(mail)
        ]
        self.assertEqual(len(bodies), 1)
        self.assertIn(link, bodies[0])
