from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models


class GateRequest(models.Model):
    """Who is told that a request waits for him, and who when he lets it wait."""

    _inherit = "o2c.gate.request"

    def _start_waiting(self):
        """Tell those who decide now; at each level the time starts anew."""
        now = fields.Datetime.now()
        self.write({"waiting_since": now, "reminded_on": False, "escalated_on": False})
        self._notify_approvers()
        stuck = self.filtered(
            lambda r: any(step._lacks_people() for step in r._current_steps())
        )
        stuck._tell_managers(
            now,
            lambda request: self.env._(
                "Too few people can decide on %(order)s: give somebody the role that "
                "its policies name, or name a stand-in.",
                order=request.order_id.name,
            ),
        )

    def _notify_approvers(self):
        """Give everybody for whom these requests wait an activity."""
        for request in self:
            request.activity_unlink(["o2c_order_gate.mail_activity_type_approval"])
            for user in request.approver_ids:
                request.activity_schedule(
                    "o2c_order_gate.mail_activity_type_approval",
                    user_id=user.id,
                    summary=self.env._(
                        "Approve %(order)s", order=request.order_id.name
                    ),
                )

    @api.model
    def _cron_remind(self):
        """Remind approvers, then tell the managers of the gate, once for each level."""
        now = fields.Datetime.now()
        pending = self.search([("state", "=", "pending")])
        for company, requests in pending.grouped("company_id").items():
            requests._remind(now, company.o2c_gate_reminder_hours)
            requests._escalate(now, company.o2c_gate_escalation_hours)

    def _late(self, now, hours, told):
        """Those that wait longer than some hours (0: never) and whose people were not
        told in the field ``told``."""
        return self.filtered(
            lambda r: (
                hours
                and not r[told]
                and r.waiting_since <= now - timedelta(hours=hours)
            )
        )

    def _remind(self, now, hours):
        late = self._late(now, hours, "reminded_on")
        for request in late:
            request.message_post(
                body=self.env._(
                    "%(order)s is still waiting for your approval.",
                    order=request.order_id.name,
                ),
                partner_ids=request.approver_ids.partner_id.ids,
            )
        late.reminded_on = now

    def _escalate(self, now, hours):
        self._late(now, hours, "escalated_on")._tell_managers(
            now,
            lambda request: self.env._(
                "Nobody has decided on %(order)s in %(hours)s hours.",
                order=request.order_id.name,
                hours=hours,
            ),
        )

    def _tell_managers(self, now, text):
        """Mail the managers of the gate and put it among their activities.

        :param text: function from a request to what they are told
        """
        group = self.env.ref("o2c_order_gate.o2c_order_gate_group_manager")
        managers = defaultdict(self.env["res.users"].browse)
        for user in group.all_user_ids:
            for company in user.company_ids:
                managers[company.id] |= user
        for request in self:
            told = managers[request.company_id.id]
            request.message_post(body=text(request), partner_ids=told.partner_id.ids)
            for manager in told - request.approver_ids:
                request.activity_schedule(
                    "o2c_order_gate.mail_activity_type_approval",
                    user_id=manager.id,
                    summary=text(request),
                )
        self.escalated_on = now
