from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount, format_date

from odoo.addons.o2c_order_gate.models.messages import refused

from ..credit_core import instalments
from ..models.dates import today

MOST = 24


class O2cCreditPromisePlan(models.TransientModel):
    """Asks how a customer will pay in parts, and records one promise for each."""

    _name = "o2c.credit.promise.plan"
    _description = "Payment in instalments"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Customer", required=True)
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        domain="[('commercial_partner_id', '=', partner_id), ('state', '=', 'posted'),"
        " ('move_type', '=', 'out_invoice'), ('company_id', '=', company_id),"
        " ('payment_state', 'in', ('not_paid', 'partial'))]",
        help="Left empty: all open invoices of the customer.",
    )
    amount = fields.Monetary(required=True)
    count = fields.Integer("Instalments", required=True, default=1)
    first_date = fields.Date(
        "First on", required=True, default=lambda self: today(self.env)
    )
    every_days = fields.Integer("Days between", required=True, default=15)
    channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("mail", "E-mail"),
            ("whatsapp", "WhatsApp"),
            ("visit", "Visit"),
        ],
        required=True,
        default="phone",
    )
    note = fields.Text()
    preview = fields.Text(compute="_compute_preview")

    @api.depends("amount", "count", "first_date", "every_days", "currency_id")
    @api.depends_context("lang")
    def _compute_preview(self):
        for plan in self:
            plan.preview = "\n".join(
                f"{format_date(self.env, day)}   "
                f"{format_amount(self.env, float(part), plan.currency_id)}"
                for day, part in plan._parts()
            )

    def _parts(self):
        if not self.first_date or not 0 < self.count <= MOST or self.every_days < 0:
            return []
        amount = Decimal(str(self.currency_id.round(self.amount or 0)))
        return instalments(amount, self.count, self.first_date, self.every_days)

    def action_promise(self):
        """Record the promises: all of them, or none when one cannot be taken.

        :raise ValidationError: with everything that is wrong
        """
        self.ensure_one()
        parts = self._parts()
        if not parts:
            raise refused(
                "promise",
                self,
                self.env._(
                    "Write between 1 and %(most)s instalments, and days that are not"
                    " negative.",
                    most=MOST,
                ),
                ValidationError,
            )
        promises = self.env["o2c.credit.promise"]
        promises._promise_in_parts(
            parts,
            {
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "move_ids": [fields.Command.set(self.move_ids.ids)],
                "channel": self.channel,
                "note": self.note,
            },
        )
        return {"type": "ir.actions.act_window_close"}
