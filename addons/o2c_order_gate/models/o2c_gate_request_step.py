from odoo import api, fields, models

from ..gate_core import Finding


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
            "level": step.level,
            "approver_group": step.approver_group,
            "user_ids": [fields.Command.set(step.approver_ids)],
            "findings": [finding.to_json() for finding in step.findings],
        }

    def _findings(self):
        self.ensure_one()
        return [Finding.from_json(data) for data in self.findings or ()]

    def _entitled_users(self):
        """{step id: users who may decide it today}, stand-ins included."""
        steps = self.sudo()
        standins = self.env["o2c.gate.standin"]._of_today(steps.company_id)
        entitled = {}
        for step in steps:
            candidates = step.user_ids | step.group_id.all_user_ids
            for user in candidates:
                candidates |= standins[step.company_id.id, user.id]
            entitled[step.id] = candidates.filtered(step._may_decide)
        return entitled

    def _may_decide(self, user):
        """Whether a candidate is active, of the company, and not judging himself."""
        self.ensure_one()
        if not user.active or user.share or self.company_id not in user.company_ids:
            return False
        own = self.request_id._is_own(user)
        return not own or all(f.own_approval_allowed for f in self._findings())

    def _set_decided(self, state):
        self.write(
            {
                "state": state,
                "decided_by": self.env.user.id,
                "decided_on": fields.Datetime.now(),
            }
        )
