from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class O2cConsignmentSettlement(models.Model):
    """Closed without a document, where what was sold and came back comes to zero."""

    # one file a concern
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "o2c.consignment.settlement"

    is_set_off = fields.Boolean(
        compute="_compute_is_set_off",
        help="The accepted lines that no bill has come to zero.",
    )

    @api.depends("state", "amount_to_bill")
    def _compute_is_set_off(self):
        for settlement in self:
            saved = settlement._origin
            settlement.is_set_off = bool(
                saved.state in ("accepted", "disputed")
                and saved.currency_id.is_zero(saved.amount_to_bill)
                and saved.line_ids.search_count(saved._unbilled_domain(), limit=1)
            )

    def action_close_without_document(self):
        """Close accepted lines that come to zero: nobody owes a document for them.

        :raises UserError: something is due for them, or there are none
        """
        self.check_access("write")
        for settlement in self:
            settlement._require_state("accepted", "disputed")
            settlement._close_without_document()

    def _close_without_document(self):
        lines = self._lines_to_bill()
        due = self._sum(lines)
        if not self.currency_id.is_zero(due):
            raise UserError(
                self.env._(
                    "%(due)s is due for the accepted lines of %(name)s: enter the "
                    "bill.",
                    due=self.currency_id.format(due),
                    name=self.name,
                )
            )
        entries = self._accrual_entries(lines)
        self.env["o2c.consignment.settlement.line"].sudo()._mark(
            lines, {"closed_on": fields.Datetime.now()}
        )
        entries.sudo()._o2c_reconcile_accrual(self.company_id)
        self.message_post(
            body=self.env._(
                "Closed without a document: what was sold and what came back come to "
                "zero."
            )
        )

    def _done_domain(self):
        """Lines that were billed or closed.

        :rtype: Domain
        """
        self.ensure_one()
        return Domain("settlement_id", "=", self.id) & (
            Domain("bill_id", "!=", False) | Domain("closed_on", "!=", False)
        )
