from odoo import api, fields, models
from odoo.exceptions import UserError


class O2cCreditDispute(models.Model):
    """A customer contests an invoice: reminders about it pause until it is closed.

    The debt stays in the exposure: only accounting (a credit note) takes it out.
    """

    _name = "o2c.credit.dispute"
    _description = "Disputed invoice"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state, id desc"
    _check_company_auto = True
    _rec_name = "move_id"

    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain="[('move_type', '=', 'out_invoice'), ('state', '=', 'posted')]",
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="move_id.commercial_partner_id",
        store=True,
        string="Customer",
        index=True,
    )
    reason = fields.Selection(
        [
            ("price", "Price or discount"),
            ("quantity", "Quantity"),
            ("quality", "Quality"),
            ("delivery", "Not received"),
            ("document", "Error in the document"),
            ("other", "Other"),
        ],
        required=True,
        tracking=True,
    )
    note = fields.Text()
    user_id = fields.Many2one(
        "res.users", string="Owner", default=lambda self: self.env.user, tracking=True
    )
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], default="open", tracking=True
    )

    _one_open = models.UniqueIndex(
        "(move_id) WHERE state = 'open'", "This invoice is already in dispute."
    )

    @api.constrains("move_id")
    def _check_move(self):
        if any(d.move_id.move_type != "out_invoice" for d in self):
            raise UserError(self.env._("Only customer invoices can be disputed."))

    def action_close(self):
        """Settle the dispute: reminders about the invoice go on."""
        self.write({"state": "closed"})
        return True
