from odoo import api, fields, models
from odoo.exceptions import UserError


class PriceChange(models.Model):
    """A proposed change of prices: rules of price lists, or sales prices.

    Nothing happens to a price until somebody else has approved it and its day has come;
    then exactly this is written. The guard on price lists asks for such a change.
    """

    _name = "o2c.price.change"
    _description = "Change of Prices"
    _inherit = ["o2c.pricing.approvable"]
    _order = "effective_date desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, default="/", copy=False
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    pricelist_id = fields.Many2one(
        "product.pricelist", check_company=True, ondelete="restrict"
    )
    resting_ids = fields.Many2many(
        "product.pricelist",
        string="Lists that follow",
        compute="_compute_resting_ids",
        help="Their prices rest on this list, so they change with it.",
    )
    effective_date = fields.Date(
        string="Takes effect on",
        required=True,
        default=lambda self: self.env["o2c.gate.decision"]._today(),
    )
    reason = fields.Text(required=True)
    line_ids = fields.One2many("o2c.price.change.line", "change_id", copy=True)
    impact_ids = fields.One2many(
        "o2c.price.change.impact", "change_id", string="Customers affected"
    )
    impact_count = fields.Integer(
        string="Customers", compute="_compute_impact_totals", store=True
    )
    impact_amount = fields.Monetary(
        string="Change of sales",
        compute="_compute_impact_totals",
        store=True,
        help="Had these prices held for the sales of the last 90 days.",
    )
    impact_margin = fields.Float(
        string="Margin before (%)", compute="_compute_impact_totals", store=True
    )
    impact_new_margin = fields.Float(
        string="Margin after (%)", compute="_compute_impact_totals", store=True
    )
    applied_on = fields.Datetime(string="In effect since", readonly=True, copy=False)
    state = fields.Selection(
        selection_add=[
            ("approved",),
            ("applied", "In effect"),
            ("refused",),
            ("outdated", "Outdated"),
        ],
        ondelete={"applied": "cascade", "outdated": "cascade"},
    )

    @api.depends("line_ids.pricelist_id")
    def _compute_resting_ids(self):
        for change in self:
            lists = change.line_ids.pricelist_id
            change.resting_ids = lists._o2c_with_resting() - lists

    @api.depends("impact_ids")
    def _compute_impact_totals(self):
        for change in self:
            rows = change.impact_ids
            before, after = sum(rows.mapped("sales")), sum(rows.mapped("new_sales"))
            cost = sum(rows.mapped("cost"))
            change.impact_count = len(rows)
            change.impact_amount = after - before
            change.impact_margin = 100 * (before - cost) / before if before else 0
            change.impact_new_margin = 100 * (after - cost) / after if after else 0

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS o2c.pricing.approvable
        changes = super().create(vals_list)
        for change in changes:
            sequence = self.env["ir.sequence"].with_company(change.company_id)
            change._o2c_set({"name": sequence.next_by_code("o2c.price.change") or "/"})
        return changes

    # ----------------------------------------------------------------- content
    def _o2c_content(self):
        # EXTENDS o2c.pricing.approvable
        self.ensure_one()
        return {
            "number": self.name,
            "company": self.company_id.id,
            "effective": fields.Date.to_string(self.effective_date),
            "lines": [line._o2c_proposal() for line in self.line_ids.sorted("id")],
        }

    def _o2c_free_fields(self):
        # EXTENDS o2c.pricing.approvable
        return super()._o2c_free_fields() | {"impact_ids"}

    def _o2c_problems(self):
        # EXTENDS o2c.pricing.approvable
        self.ensure_one()
        if not self.line_ids:
            return [self.env._("%(name)s proposes no price.", name=self.name)]
        return self.line_ids._o2c_problems()

    # --------------------------------------------------------------- deciding
    def action_ask(self):
        # EXTENDS o2c.pricing.approvable: approvers see whom it affects
        self.check_access("write")
        for change in self:
            change.line_ids._o2c_remember()
        self.action_preview()
        return super().action_ask()

    def action_preview(self):
        """Work out which customers and margins this would have affected."""
        self.check_access("write")
        for change in self:
            self.env["o2c.price.change.impact"].sudo()._o2c_make(change.sudo())
        return True

    def _o2c_approved(self):
        # EXTENDS o2c.pricing.approvable
        today = self.env["o2c.gate.decision"]._today()
        self.filtered(lambda change: change.effective_date <= today)._o2c_apply()

    def _o2c_apply(self):
        """Write the approved prices.

        :raise UserError: when the prices are not any more what was approved to change
        """
        for change in self:
            if obstacles := change._o2c_obstacles():
                raise UserError("\n".join(obstacles))
            change.line_ids._o2c_apply()
            change._o2c_set({"state": "applied", "applied_on": fields.Datetime.now()})

    def _o2c_obstacles(self):
        """Texts: why this cannot take effect although it was approved."""
        self.ensure_one()
        accepted = self.env["o2c.pricing.decision"]._accepted(self)[self.id]
        if self._o2c_fingerprint() not in accepted:
            return [self.env._("%(name)s is not what was approved.", name=self.name)]
        return self._o2c_problems()

    @api.model
    def _cron_apply(self):
        """Put approved changes into effect whose day has come."""
        today = self.env["o2c.gate.decision"]._today()
        due = self.search(
            [("state", "=", "approved"), ("effective_date", "<=", today)],
            order="effective_date, id",
        )
        for change in due:
            if obstacles := change._o2c_obstacles():
                change._o2c_outdate(obstacles)
            else:
                change._o2c_apply()

    def _o2c_outdate(self, problems):
        """Tell who proposed this that it can no longer take effect, and why."""
        self.ensure_one()
        self._o2c_set({"state": "outdated"})
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            user_id=self.author_id.id,
            summary=self.env._("The prices changed meanwhile: propose it again"),
            note="<br/>".join(problems),
        )
