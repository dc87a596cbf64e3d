from odoo import api, fields, models
from odoo.fields import Domain

from ..gate_core import Finding, count, voice_for


class GateRequestStep(models.Model):
    """Part of a request that the same people decide at the same level."""

    _name = "o2c.gate.request.step"
    _description = "Approval Step"
    _order = "level, id"

    request_id = fields.Many2one(
        "o2c.gate.request", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    level = fields.Integer(readonly=True)
    approver_group = fields.Char(readonly=True)
    group_id = fields.Many2one("res.groups", compute="_compute_group_id")
    user_ids = fields.Many2many("res.users", string="Approvers", readonly=True)
    approvers_needed = fields.Integer(
        default=1,
        required=True,
        readonly=True,
        help="How many different people have to accept.",
    )
    progress = fields.Char(compute="_compute_progress", compute_sudo=True)
    findings = fields.Json(readonly=True)
    findings_text = fields.Text(compute="_compute_findings_text", string="Policies")
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        default="pending",
        required=True,
        readonly=True,
    )
    decided_by = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)

    @api.depends("approver_group")
    def _compute_group_id(self):
        # not env.ref, which asks the database for each step whether the group exists
        find = self.env["ir.model.data"]._xmlid_to_res_id
        for step in self:
            step.group_id = find(step.approver_group) if step.approver_group else False

    @api.depends("findings")
    def _compute_findings_text(self):
        for step in self:
            step.findings_text = "\n".join(f.title for f in step._findings())

    @api.model
    def _prepare_vals(self, step):
        """Values of the record for a planned step."""
        return {
            "state": "pending",
            "level": step.level,
            "approver_group": step.approver_group,
            "user_ids": [fields.Command.set(step.approver_ids)],
            "approvers_needed": step.approvers_needed,
            "findings": [finding.to_json() for finding in step.findings],
        }

    def _findings(self):
        self.ensure_one()
        return [Finding.from_json(data) for data in self.findings or ()]

    # ------------------------------------------------------------------- people
    @api.depends("state", "approvers_needed", "request_id.decision_ids")
    @api.depends_context("lang")
    def _compute_progress(self):
        voices = self._voices()
        for step in self:
            given = voices[step.id]
            names = ", ".join(step._names(given))
            step.progress = names and self.env._(
                "%(given)s of %(needed)s: %(names)s",
                given=count(given),
                needed=step.approvers_needed,
                names=names,
            )

    def _names(self, voices):
        users = self.env["res.users"].sudo().browse
        for voice in voices:
            name = users(voice.decider).name
            if not voice.principal:
                yield name
            else:
                yield self.env._(
                    "%(name)s for %(principal)s",
                    name=name,
                    principal=users(voice.principal).name,
                )

    def _voices(self):
        """{step id: voices that accept all of it}, as far as they count today.

        Read from the decisions that the order's confirmation is judged by, so that both
        cannot differ; one person's yes to an older request counts here too.
        """
        several = self.sudo().filtered(lambda step: step.approvers_needed > 1)
        decisions = self.env["o2c.gate.decision"]
        accepted = decisions._acceptances(several.request_id.order_id)
        today = decisions._today()
        voices = dict.fromkeys(self.ids, ())
        for step in several:
            fingerprint = step.request_id._fingerprint_now()
            findings = step._findings()
            voices[step.id] = tuple(
                acceptance.voice
                for acceptance in accepted.get(step.request_id.order_id.id, ())
                if all(acceptance.covers(f, fingerprint, today) for f in findings)
            )
        return voices

    def _seats(self):
        """{step id: {approver's id: ids of his stand-ins}} who may decide it today.

        Nobody stands in for who may not decide himself: a salesperson who approves is
        not to send his deputy to approve his own order.
        """
        steps = self.sudo()
        standins = self.env["o2c.gate.standin"]._of_today(steps.company_id)
        seats = {}
        for step in steps:
            approvers = step.user_ids | step.group_id.all_user_ids
            seats[step.id] = {
                user.id: standins[step.company_id.id, user.id]
                .filtered(step._may_decide)
                .ids
                for user in approvers.filtered(step._may_decide)
            }
        return seats

    def _entitled_users(self):
        """{step id: users who may still decide it today}, stand-ins included."""
        seats, voices = self._seats(), self._voices()
        users = self.env["res.users"].sudo()
        return {
            step.id: users.browse(
                user
                for user in dict.fromkeys(_everybody(seats[step.id]))
                if voice_for(user, seats[step.id], voices[step.id])
            )
            for step in self
        }

    def _by_principal(self, user):
        """{who somebody stands in for, or nobody: steps that he decides so}."""
        seats, voices = self._seats(), self._voices()

        def principal(step):
            voice = voice_for(user.id, seats[step.id], voices[step.id])
            return user.browse(voice.principal if voice and voice.principal else ())

        return self.grouped(principal)

    @api.model
    def _domain_asking(self, user):
        """Open steps that may be decided by somebody, by himself or in others' place.

        Wider than who may: own orders and what he said already are not looked at.
        """
        absent = self.env["o2c.gate.standin"]._whom_he_stands_in_for(user)
        principals = user.sudo() | absent
        found = principals.all_group_ids._get_external_ids().values()
        names = [name for of_group in found for name in of_group]
        return Domain("state", "=", "pending") & (
            Domain("user_ids", "in", principals.ids)
            | Domain("approver_group", "in", names)
        )

    def _lacks_people(self):
        """Whether fewer people can still decide this step than it needs."""
        self.ensure_one()
        voices = self._voices()[self.id]
        used = set().union(*(voice.people for voice in voices))
        free = self._seats()[self.id].keys() - used
        return len(free) < self.approvers_needed - count(voices)

    def _may_decide(self, user):
        """Whether a candidate is active, of the company, and not judging himself."""
        self.ensure_one()
        if not user.active or user.share or self.company_id not in user.company_ids:
            return False
        if not self.request_id._is_own(user):
            return True
        # where several have to agree, the one who asks is none of them
        return self.approvers_needed == 1 and all(
            finding.own_approval_allowed for finding in self._findings()
        )

    def _accepted(self):
        """Note the current user's yes; approved once enough people said so."""
        voices = self._voices()
        for step in self:
            if step.approvers_needed <= max(1, count(voices[step.id])):
                step._set_decided("approved")

    def _set_decided(self, state):
        self.write(
            {
                "state": state,
                "decided_by": self.env.user.id,
                "decided_on": fields.Datetime.now(),
            }
        )


def _everybody(seats):
    """Ids of approvers first, then of their stand-ins."""
    yield from seats
    for standins in seats.values():
        yield from standins
