from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.o2c_order_gate.models.messages import refused


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
    note = fields.Text("What the customer says")
    answer = fields.Text(help="How it was settled, for the customer to read.")
    from_portal = fields.Boolean("Raised in the portal", readonly=True)
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

    @api.private
    def _dispute_from_portal(self, moves, reason, note):
        """Take what a customer says about invoices of his.

        :param moves: open invoices that the user may see
        :raise ValidationError: with everything that is wrong
        """
        problems = []
        if not moves:
            problems.append(self.env._("Choose the invoices that are wrong."))
        if reason not in dict(self._fields["reason"].selection):
            problems.append(self.env._("Choose what is wrong."))
        if not (note or "").strip():
            problems.append(self.env._("Tell us what is wrong."))
        disputes = self.sudo()
        known = disputes.search([("move_id", "in", moves.ids), ("state", "=", "open")])
        if known:
            problems.append(
                self.env._(
                    "We are already looking at %(invoices)s.",
                    invoices=", ".join(known.move_id.mapped("name")),
                )
            )
        if problems:
            raise refused("dispute", self, "\n".join(problems), ValidationError)
        made = disputes.create(
            [
                {
                    "move_id": move.id,
                    "reason": reason,
                    "note": note.strip()[:2000],
                    "from_portal": True,
                    "user_id": move.sudo()
                    .commercial_partner_id._o2c_credit_follower(move.company_id)
                    .id,
                }
                for move in moves
            ]
        )
        made._tell_owner()
        return made

    def _tell_owner(self):
        for dispute in self:
            dispute.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=dispute.user_id.id,
                summary=self.env._("The customer disputes an invoice"),
            )

    def action_close(self):
        """Settle the dispute: reminders about the invoice go on."""
        self.write({"state": "closed"})
        return True
